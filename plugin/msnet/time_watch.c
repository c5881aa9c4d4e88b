#include "time_watch.h"

/* Buffers at one time and without one, and grids that held no window, in a row, before a stream is taken to go on like
 * that. */
#define MANY_STANDING 25
#define MANY_MISSING 3
#define MANY_IN_VAIN 3

#define USUAL_RATE 25 /* frames a second, where the caps do not say */
#define HIGHEST_RATE 60

typedef enum
{
  TOLD_NO_PTS = 1 << 0,
  TOLD_DERIVED_PTS = 1 << 1,
  TOLD_STANDING = 1 << 2,
  TOLD_BACK = 1 << 3,
  TOLD_APART = 1 << 4,
} Told;

/* Returns: whether @what is told for the first time */
static gboolean
tell_once (MsnetTimeWatch *watch, Told what)
{
  gboolean first = (watch->told & what) == 0;

  watch->told |= what;
  return first;
}

/* Returns: (transfer full): what gives frames other times, whatever is wrong with theirs */
static gchar *
make_remedy (const GstVideoInfo *info, gsize size)
{
  const gboolean known = GST_VIDEO_INFO_FPS_N (info) > 0 && GST_VIDEO_INFO_FPS_D (info) > 0;
  const gint n = known ? GST_VIDEO_INFO_FPS_N (info) : USUAL_RATE;
  const gint d = known ? GST_VIDEO_INFO_FPS_D (info) : 1;
  const guint64 bytes = gst_util_uint64_scale_int (size, n, d);

  if (bytes == 0 || bytes > G_MAXINT)
    return g_strdup ("mend the source (an appsrc: do-timestamp=true)");
  return g_strdup_printf ("put \"identity datarate=%" G_GUINT64_FORMAT
                          "\" before msnet, which times them as %.6g frames a second, or mend the source "
                          "(an appsrc: do-timestamp=true)",
      bytes, n / (gdouble)d);
}

static void
warn (MsnetTimeWatch *watch, const GstVideoInfo *info, const gchar *what)
{
  g_autofree gchar *remedy = make_remedy (info, watch->buffer_size);

  GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT, ("%s; %s", what, remedy), (NULL));
}

/* A dump of pictures, a raw stream of a codec: decoders have nothing to tell times from. */
static void
look_at_missing (MsnetTimeWatch *watch, const GstVideoInfo *info, const MsnetDecision *decision)
{
  if (decision->advances) {
    if (tell_once (watch, TOLD_DERIVED_PTS))
      GST_ELEMENT_WARNING (watch->element, STREAM, FORMAT,
          ("A buffer has no timestamp: it is taken to follow the one before it"), (NULL));
  } else if (++watch->n_missing >= MANY_MISSING && tell_once (watch, TOLD_NO_PTS))
    warn (watch, info, "The buffers have no timestamps, and without them nothing is recognised");
}

static void
look_at_standing (MsnetTimeWatch *watch, const GstVideoInfo *info, GstClockTime pts)
{
  g_autofree gchar *what = NULL;

  watch->n_standing = pts == watch->last_pts ? watch->n_standing + 1 : 0;
  watch->last_pts = pts;
  watch->n_missing = 0;
  if (watch->n_standing < MANY_STANDING || !tell_once (watch, TOLD_STANDING))
    return;
  what = g_strdup_printf ("More than %u buffers have the same timestamp, %" GST_TIME_FORMAT
                          ": nothing is recognised in them",
      MANY_STANDING, GST_TIME_ARGS (pts));
  warn (watch, info, what);
}

static void
tell_back (MsnetTimeWatch *watch, const GstVideoInfo *info, GstClockTime pts)
{
  g_autofree gchar *what
      = g_strdup_printf ("The timestamps go back again and again, now to %" GST_TIME_FORMAT
                         ", each time before a window of %g s is complete: nothing is recognised",
          GST_TIME_ARGS (pts), watch->window / (gdouble)GST_SECOND);

  warn (watch, info, what);
}

/* Returns: (transfer full): a rate at which each point of a window has a frame of its own; NULL: none that is usual */
static gchar *
make_rate (const MsnetTimeWatch *watch)
{
  const guint64 rate = gst_util_uint64_scale_ceil (watch->n_frames, GST_SECOND, watch->window);

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
       "one "
       "every %.4g s at least; set the property window=%" G_GUINT64_FORMAT " (ns) or longer%s",
          watch->longest / (gdouble)GST_SECOND, watch->window / (gdouble)GST_SECOND,
          1.5 * watch->window / GST_SECOND, enough, rate),
      (NULL));
}

static void
look_at_reset (MsnetTimeWatch *watch, const GstVideoInfo *info, const MsnetDecision *decision)
{
  if (decision->in_vain <= 1)
    watch->longest = 0;
  watch->longest = MAX (watch->longest, decision->distance);
  if (decision->in_vain < MANY_IN_VAIN)
    return;
  if (decision->distance == 0 && tell_once (watch, TOLD_BACK))
    tell_back (watch, info, decision->pts);
  if (decision->distance > 0 && tell_once (watch, TOLD_APART))
    tell_apart (watch);
}

void
msnet_time_watch_reset (MsnetTimeWatch *watch)
{
  watch->last_pts = GST_CLOCK_TIME_NONE;
  watch->n_standing = 0;
  watch->n_missing = 0;
}

void
msnet_time_watch_look (
    MsnetTimeWatch *watch, const GstVideoInfo *info, GstBuffer *buffer, const MsnetDecision *decision)
{
  watch->buffer_size = gst_buffer_get_size (buffer); /* which the decoder may have padded */
  if (!GST_BUFFER_PTS_IS_VALID (buffer))
    look_at_missing (watch, info, decision);
  else
    look_at_standing (watch, info, GST_BUFFER_PTS (buffer));
  if (decision->reset)
    look_at_reset (watch, info, decision);
}
