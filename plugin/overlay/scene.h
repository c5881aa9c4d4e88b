/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What msnetoverlay draws: remembers what the metadata of the last ten seconds said, and has it drawn.
 *
 * For msnetoverlay.  One thread at a time. */
#pragma once

#include "options.h"

#include <gst/video/video-overlay-composition.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct _MsnetScene MsnetScene;

MsnetScene *msnet_scene_new (void);
void msnet_scene_free (MsnetScene *scene);

/* The size of the frames to come. */
void msnet_scene_set_info (MsnetScene *scene, const GstVideoInfo *info);
void msnet_scene_set_options (MsnetScene *scene, const MsnetOverlayOptions *options);

/* Reads the metadata of @buffer, whose stream time is @now.  If @now is GST_CLOCK_TIME_NONE, the time line
 * stands still; if @running_time is, the banners do. */
void msnet_scene_take_buffer (
    MsnetScene *scene, GstBuffer *buffer, GstClockTime now, GstClockTime running_time);

/* Takes a result that came without a buffer. */
void msnet_scene_take_result (MsnetScene *scene, const GstStructure *structure);

/* Takes an action that starts or ends, before the buffer that decided it.
 *
 * Returns: FALSE if @structure is not a whole action; it is then ignored */
gboolean msnet_scene_take_action (MsnetScene *scene, const GstStructure *structure);

/* No end of any action will be reported any more: removes all actions. */
void msnet_scene_clear_actions (MsnetScene *scene);

/* Another stream, or another place in it: forgets everything. */
void msnet_scene_clear (MsnetScene *scene);

/* A run has ended: the next one logs again what is logged once a run. */
void msnet_scene_end (MsnetScene *scene);

/* Returns: (transfer none) (nullable): the same object while nothing changes; NULL: nothing to draw */
GstVideoOverlayComposition *msnet_scene_render (MsnetScene *scene);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetScene, msnet_scene_free)

G_END_DECLS
