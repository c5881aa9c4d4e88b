/* The library's one door: frames with their times go in, what the windows over them show comes out.
 *
 *     if (msnet_recognizer_offer (recognizer, &time, &decision))
 *       results = msnet_recognizer_take (recognizer, &frame, &error);
 *
 * All times are media time (PTS) in ns.  One thread at a time. */
#pragma once

#include "engine.h"
#include "sampler.h"

G_BEGIN_DECLS

/**
 * MsnetField: how the content moves between two frames.
 * @size: cells on a side
 * @cells: @size rows of @size cells of x, y, confidence; from the older frame to the newer, x right and
 *     y down, in fractions of the frame's width and height per second; all zero where nothing can be told
 * @region: what the network sees: x, y, width, height in fractions of the frame
 * @limit: the fastest x and y that can be measured, in the same unit
 * @start, @end: PTS of the two frames
 */
typedef struct
{
  guint size;
  gfloat *cells;
  gdouble region[4];
  gdouble limit[2];
  guint64 start;
  guint64 end;
} MsnetField;

/**
 * MsnetRecognition: what a window shows.
 * @index: counts windows, over resets too
 * @start, @end: PTS of the first and last point's frame
 * @wall: of the frame at @end, as it was given with it
 * @frames, @gaps, @partial: see MsnetWindow
 * @inference: ns that the network took
 * @probabilities: one for each of @n_classes classes
 * @field: (nullable): of the last pair of two different frames, if there is one
 */
typedef struct
{
  guint64 index;
  guint64 start;
  guint64 end;
  guint64 wall;
  guint frames;
  guint gaps;
  gboolean partial;
  guint64 inference;
  guint n_classes;
  gfloat *probabilities;
  MsnetField *field;
} MsnetRecognition;

void msnet_recognition_free (MsnetRecognition *recognition);

typedef struct _MsnetRecognizer MsnetRecognizer;

/**
 * msnet_recognizer_new:
 * @engine: (transfer full)
 * @window: ns; from T ms to one hour
 * @hop: ns, at most one hour; 0: one sample interval
 */
MsnetRecognizer *msnet_recognizer_new (MsnetEngine *engine, guint64 window, guint64 hop);
void msnet_recognizer_free (MsnetRecognizer *recognizer);

/* Index of the next window; at first 0.  Another recognizer can go on where this one ends. */
guint64 msnet_recognizer_get_index (MsnetRecognizer *recognizer);
void msnet_recognizer_set_index (MsnetRecognizer *recognizer, guint64 index);

/* Runs the network over empty frames until it is warm, and measures it: @duration: ns of one window. */
gboolean msnet_recognizer_warm_up (MsnetRecognizer *recognizer, guint64 *duration, GError **error);

/* Frames with a PTS outside [start, stop) are not sampled; at first none is outside. */
void msnet_recognizer_set_range (MsnetRecognizer *recognizer, guint64 start, guint64 stop);

/* Whether results carry a field; at first they do. */
void msnet_recognizer_set_motion (MsnetRecognizer *recognizer, gboolean motion);

/* Another stream begins: drops the grid and open windows. */
void msnet_recognizer_reset (MsnetRecognizer *recognizer);

/**
 * msnet_recognizer_offer:
 * @decision: (out): what the frame means
 *
 * Returns: TRUE where the frame is sampled: then msnet_recognizer_take() must follow
 */
gboolean msnet_recognizer_offer (
    MsnetRecognizer *recognizer, const MsnetFrameTime *time, MsnetDecision *decision);

/**
 * msnet_recognizer_take:
 * @frame: the frame that was offered last; its memory is not needed afterwards
 *
 * Returns: (transfer full) (element-type MsnetRecognition): the windows due with it, oldest first, often
 *     none; NULL with MSNET_ERROR_DEVICE or MSNET_ERROR_SHAPE
 */
GPtrArray *msnet_recognizer_take (MsnetRecognizer *recognizer, const MsnetFrame *frame, GError **error);

/* The stream ends: as msnet_recognizer_take(), with the window that its end completes, if any; then as
 * msnet_recognizer_reset(). */
GPtrArray *msnet_recognizer_finish (MsnetRecognizer *recognizer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetRecognition, msnet_recognition_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetRecognizer, msnet_recognizer_free)

G_END_DECLS
