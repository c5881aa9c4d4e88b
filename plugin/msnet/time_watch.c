/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "time_watch.h"

#include "meta/once.h"

/* Buffers at one time, outside of the segment and without a time, and grids that held no window, in a row,
 * before a stream is taken to go on like that. */
#define MANY_STANDING 25
#define MANY_OUTSIDE 25
#define MANY_MISSING 3
#define MANY_IN_VAIN 3

#define USUAL_RATE 25 /* frames a second, where the caps do not say */
#define HIGHEST_RATE 60

typedef enum
{
  TOLD_NO_PTS = 1 << 0,
  TOLD_DERIVED_PTS = 1 << 1,
  TOLD_STANDING = 1 << 2,
  TOLD_OUTSIDE = 1 << 3,
  TOLD_BREAK = 1 << 4, /* the first of MSNET_N_BREAKS */
} Told;

static void
warn (MsnetTimeWatch *watch, const gchar *what)
{
  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT, ("%s", what), (NULL));
}

/* @first: elements to put before the one that times the frames
 *
 * Returns: (transfer full): what gives frames other times, whatever is wrong with theirs */
static gchar *
make_remedy (const GstVideoInfo *info, gsize size, const gchar *first)
{
  const gboolean known = GST_VIDEO_INFO_FPS_N (info) > 0 && GST_VIDEO_INFO_FPS_D (info) > 0;
  const gint n = known ? GST_VIDEO_INFO_FPS_N (info) : USUAL_RATE;
  const gint d = known ? GST_VIDEO_INFO_FPS_D (info) : 1;
  const guint64 bytes = gst_util_uint64_scale_int (size, n, d);

  if (bytes == 0 || bytes > G_MAXINT)
    return g_strdup ("mend the source");
  return g_strdup_printf ("put \"%sidentity datarate=%" G_GUINT64_FORMAT
                          "\" before msnet, which times them as %.6g frames a second, or mend the source",
      first, bytes, n / (gdouble)d);
}

/* Applications that forget the times. */
static void
warn_untimed (MsnetTimeWatch *watch, const GstVideoInfo *info, const gchar *what)
{
  g_autofree gchar *remedy = make_remedy (info, watch->buffer_size, "");
  g_autofree gchar *text = g_strdup_printf ("%s; %s (an appsrc: do-timestamp=true)", what, remedy);

  warn (watch, text);
}

/* A dump of pictures, a raw stream of a codec: decoders have nothing to tell times from. */
static void
look_at_missing (MsnetTimeWatch *watch, const GstVideoInfo *info, const MsnetDecision *decision)
{
  if (decision->advances) {
    if (msnet_once (&watch->told, TOLD_DERIVED_PTS))
      warn (watch, "A buffer has no timestamp: it is taken to follow the one before it");
  } else if (++watch->n_missing >= MANY_MISSING && msnet_once (&watch->told, TOLD_NO_PTS))
    warn_untimed (watch, info, "The buffers have no timestamps, and without them nothing is recognised");
}

static void
look_at_standing (MsnetTimeWatch *watch, const GstVideoInfo *info, GstClockTime pts)
{
  g_autofree gchar *what = NULL;

  watch->n_standing = pts == watch->last_pts ? watch->n_standing + 1 : 0;
  watch->last_pts = pts;
  watch->n_missing = 0;
  if (watch->n_standing < MANY_STANDING || !msnet_once (&watch->told, TOLD_STANDING))
    return;
  what = g_strdup_printf ("More than %u buffers have the same timestamp, %" GST_TIME_FORMAT
                          ": nothing is recognised in them",
      MANY_STANDING, GST_TIME_ARGS (pts));
  warn_untimed (watch, info, what);
}

/* A source that counts from the epoch in a segment of its own, one that goes on after the segment. */
static void
look_at_outside (MsnetTimeWatch *watch, const GstVideoInfo *info, GstClockTime pts)
{
  g_autofree gchar *remedy = NULL;
  g_autofree gchar *text = NULL;

  if (++watch->n_outside < MANY_OUTSIDE || !msnet_once (&watch->told, TOLD_OUTSIDE))
    return;
  remedy = make_remedy (info, watch->buffer_size, "identity single-segment=true ! ");
  text = g_strdup_printf (
      "%u buffers in a row have timestamps outside of their segment, now %" GST_TIME_FORMAT
      ", expected from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT ": nothing is recognised in them; %s",
      MANY_OUTSIDE, GST_TIME_ARGS (pts), GST_TIME_ARGS (watch->segment->start),
      GST_TIME_ARGS (watch->segment->stop), remedy);
  warn (watch, text);
}

static void
tell_back (MsnetTimeWatch *watch, const GstVideoInfo *info, GstClockTime pts)
{
  g_autofree gchar *what
      = g_strdup_printf ("The timestamps go back again and again, now to %" GST_TIME_FORMAT
                         ", each time before a window of %g s is complete: nothing is recognised",
          GST_TIME_ARGS (pts), watch->grid->window / (gdouble)GST_SECOND);

  warn_untimed (watch, info, what);
}

/* Returns: (transfer full): a rate at which each point of a window has a frame of its own; NULL: none that
 *     is usual */
static gchar *
make_rate (const MsnetTimeWatch *watch)
{
  const guint64 rate = gst_util_uint64_scale_ceil (watch->grid->n_frames, GST_SECOND, watch->grid->window);

  return rate <= HIGHEST_RATE ? g_strdup_printf (
             ", or put \"videorate ! video/x-raw,framerate=%" G_GUINT64_FORMAT "/1\" before msnet", rate)
                              : g_strdup ("");
}

/* Cameras that send a picture now and then, and windows that were set in another unit than ns. */
static void
tell_apart (MsnetTimeWatch *watch)
{
  const GstClockTime enough = MIN (2 * watch->longest, 3600 * GST_SECOND);
  g_autofree gchar *rate = make_rate (watch);

  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT,
      ("Frames come up to %.4g s apart: nothing is recognised in windows of %.4g s, for which there must be "
       "one every %.4g s at least; set the property window=%" G_GUINT64_FORMAT " (ns) or longer%s",
          watch->longest / (gdouble)GST_SECOND, watch->grid->window / (gdouble)GST_SECOND,
          1.5 * watch->grid->window / GST_SECOND, enough, rate),
      (NULL));
}

/* A dump of pictures of all sizes, a source that chooses its size by the bandwidth. */
static void
tell_picture (MsnetTimeWatch *watch, const GstVideoInfo *info)
{
  g_autofree gchar *colorimetry = gst_video_colorimetry_to_string (&GST_VIDEO_INFO_COLORIMETRY (info));

  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT,
      ("The picture changes again and again, now to %s of %dx%d, each time before a window of %g s is "
       "complete: nothing is recognised; put \"videoconvert ! videoscale ! "
       "video/x-raw,format=%s,width=%d,height=%d,pixel-aspect-ratio=%d/%d%s%s\" before msnet",
          GST_VIDEO_INFO_NAME (info), GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
          watch->grid->window / (gdouble)GST_SECOND, GST_VIDEO_INFO_NAME (info), GST_VIDEO_INFO_WIDTH (info),
          GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_PAR_N (info), GST_VIDEO_INFO_PAR_D (info),
          colorimetry ? ",colorimetry=" : "", colorimetry ? colorimetry : ""),
      (NULL));
}

/* A digital zoom.  An element that cannot leave the crop to others cuts the pixels out. */
static void
tell_crop (MsnetTimeWatch *watch, const GstVideoInfo *info)
{
  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT,
      ("The GstVideoCropMeta of the buffers changes its size again and again, now to %dx%d, each time before "
       "a window of %g s is complete: nothing is recognised; put \"identity drop-allocation=true ! "
       "videoscale ! video/x-raw,width=%d,height=%d,pixel-aspect-ratio=%d/%d\" before msnet, or mend the "
       "element that crops if it does so without being asked",
          GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
          watch->grid->window / (gdouble)GST_SECOND, GST_VIDEO_INFO_WIDTH (info),
          GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_PAR_N (info), GST_VIDEO_INFO_PAR_D (info)),
      (NULL));
}

/* A player of short pieces, an application that sends a segment with each sample. */
static void
tell_segment (MsnetTimeWatch *watch)
{
  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT,
      ("Another segment comes again and again, each time before a window of %g s is complete: nothing is "
       "recognised; put \"identity single-segment=true\" before msnet",
          watch->grid->window / (gdouble)GST_SECOND),
      (NULL));
}

/* Whether the current grid has frames, but no window yet. */
static gboolean
is_in_vain (const MsnetTimeWatch *watch)
{
  return watch->has_begun && watch->n_points < watch->grid->n_frames;
}

/* Returns: whether grids have ended so again and again, and it is to be reported now */
static gboolean
end_grid (MsnetTimeWatch *watch, MsnetBreak reason)
{
  const gboolean in_vain = is_in_vain (watch);

  watch->has_begun = FALSE;
  watch->n_points = 0;
  return in_vain && ++watch->n_in_vain[reason] >= MANY_IN_VAIN
         && msnet_once (&watch->told, TOLD_BREAK << reason);
}

static void
look_at_reset (MsnetTimeWatch *watch, const GstVideoInfo *info, const MsnetDecision *decision)
{
  if (decision->distance > 0) {
    /* A pause after a good window says nothing of how far apart frames come. */
    watch->longest = is_in_vain (watch) ? MAX (watch->longest, decision->distance) : 0;
    if (end_grid (watch, MSNET_BREAK_HOLE))
      tell_apart (watch);
  } else if (end_grid (watch, MSNET_BREAK_BACK))
    tell_back (watch, info, decision->pts);
}

/* A window shows that the stream can give some. */
static void
count_points (MsnetTimeWatch *watch, guint n)
{
  watch->n_points += n;
  if (watch->n_points < watch->grid->n_frames)
    return;
  memset (watch->n_in_vain, 0, sizeof watch->n_in_vain);
  watch->longest = 0;
}

/* What buffers in a row have in common. */
static void
forget_row (MsnetTimeWatch *watch)
{
  watch->last_pts = GST_CLOCK_TIME_NONE;
  watch->n_standing = 0;
  watch->n_missing = 0;
  watch->n_outside = 0;
}

void
msnet_time_watch_reset (MsnetTimeWatch *watch)
{
  forget_row (watch);
  watch->has_begun = FALSE;
  watch->n_points = 0;
  memset (watch->n_in_vain, 0, sizeof watch->n_in_vain);
  watch->longest = 0;
}

void
msnet_time_watch_break (MsnetTimeWatch *watch, const GstVideoInfo *info, MsnetBreak reason)
{
  forget_row (watch);
  if (!end_grid (watch, reason))
    return;
  if (reason == MSNET_BREAK_PICTURE)
    tell_picture (watch, info);
  else if (reason == MSNET_BREAK_CROP)
    tell_crop (watch, info);
  else
    tell_segment (watch);
}

void
msnet_time_watch_look (
    MsnetTimeWatch *watch, const GstVideoInfo *info, GstBuffer *buffer, const MsnetDecision *decision)
{
  watch->buffer_size = gst_buffer_get_size (buffer); /* which the decoder may have padded */
  if (decision->outside)
    look_at_outside (watch, info, decision->pts);
  else if (!GST_BUFFER_PTS_IS_VALID (buffer))
    look_at_missing (watch, info, decision);
  else
    look_at_standing (watch, info, GST_BUFFER_PTS (buffer));
  if (!decision->outside)
    watch->n_outside = 0;
  if (decision->reset)
    look_at_reset (watch, info, decision);
  watch->has_begun |= decision->advances;
  count_points (watch, decision->gaps + decision->taken);
}
