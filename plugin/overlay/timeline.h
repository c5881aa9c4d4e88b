/* The strip along the foot of the frame: which label was on in the last ten seconds, as spans in the
 * colours of their classes over marks of stream time.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "history.h"

G_BEGIN_DECLS

#define MSNET_TIMELINE_LENGTH (10 * GST_SECOND)

/**
 * MsnetTimeline: what the strip shows.
 * @current: @n_current results that are on now, one for each element; each continues, paler, from the end
 *     of its element's lane to @now
 * @now: stream time of the strip's right end
 */
typedef struct
{
  MsnetHistory *history;
  const MsnetResult *current;
  guint n_current;
  GstClockTime now;
} MsnetTimeline;

/* Height in display pixels, including the margin above the frame's foot; 0 if nothing is drawn, because
 * there are no lanes or there is no room. */
gdouble msnet_timeline_get_height (const MsnetCanvas *canvas, MsnetHistory *history);

/* Returns: (transfer full) (nullable) */
GstVideoOverlayRectangle *msnet_timeline_draw (const MsnetCanvas *canvas, const MsnetTimeline *timeline);

/* @now, rounded down to what moves the strip by one pixel. */
GstClockTime msnet_timeline_round (const MsnetCanvas *canvas, GstClockTime now);

G_END_DECLS
