/* What msnetoverlay draws: remembers what the metadata of the last ten seconds said, and turns it into a
 * composition.  What looks as before is not drawn again.
 *
 * For msnetoverlay.  One thread at a time. */
#pragma once

#include <gst/video/video.h>
#include <gst/video/video-overlay-composition.h>

#include "overlay_options.h"

G_BEGIN_DECLS

typedef struct _MsnetScene MsnetScene;

MsnetScene *msnet_scene_new (void);
void msnet_scene_free (MsnetScene *scene);

/* The size of the frames to come. */
void msnet_scene_set_info (MsnetScene *scene, const GstVideoInfo *info);
void msnet_scene_set_options (MsnetScene *scene, const MsnetOverlayOptions *options);

/* Reads the metadata of @buffer, whose stream time is @now (GST_CLOCK_TIME_NONE: unknown; the time line
 * then stands still). */
void msnet_scene_take_buffer (MsnetScene *scene, GstBuffer *buffer, GstClockTime now);

/* A result that came without a buffer. */
void msnet_scene_take_result (MsnetScene *scene, const GstStructure *structure);

/* Another stream, or another place of it: forgets what was. */
void msnet_scene_clear (MsnetScene *scene);

/* Returns: (transfer none) (nullable): the same object while nothing changes; NULL: nothing to draw */
GstVideoOverlayComposition *msnet_scene_render (MsnetScene *scene);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetScene, msnet_scene_free)

G_END_DECLS
