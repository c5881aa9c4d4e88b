/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_stream.h"

static Stream
make (const MsnetGrid *grid)
{
  FakeEngine *fake = fake_engine_new (grid->n_frames, msnet_recognizer_count_slots (grid));

  return (Stream){
    .fake = fake,
    .recognizer = msnet_recognizer_new (&fake->engine, grid),
    .text = g_string_new (NULL),
    .nominal = NONE,
  };
}

Stream
stream_new (guint n_frames, guint64 window, guint64 hop)
{
  MsnetGrid grid;

  msnet_grid_init (&grid, n_frames, window, hop);
  return make (&grid);
}

Stream
stream_new_at_centre (guint n_frames, guint64 window, guint64 hop)
{
  MsnetGrid grid;

  msnet_grid_init (&grid, n_frames, window, hop);
  grid.at_centre = TRUE;
  return make (&grid);
}

void
stream_clear (Stream *stream)
{
  msnet_recognizer_free (stream->recognizer);
  g_string_free (stream->text, TRUE);
}

static void
describe (Stream *stream, const MsnetRecognition *recognition, const guint64 *frames)
{
  guint n_frames = stream->fake->engine.n_frames;

  ck_assert_uint_eq (recognition->start, frames[0]);
  ck_assert_uint_eq (recognition->end, frames[n_frames - 1]);
  g_string_append_printf (stream->text, "%" G_GUINT64_FORMAT ":", recognition->index);
  for (guint i = 0; i < n_frames; i++)
    g_string_append_printf (stream->text, " %" G_GUINT64_FORMAT, frames[i] / MS);
  g_string_append_printf (stream->text, ", %u frames", recognition->frames);
  if (recognition->gaps)
    g_string_append_printf (stream->text, ", %u gaps", recognition->gaps);
  g_string_append (stream->text, recognition->partial ? ", partial\n" : "\n");
}

static void
collect (Stream *stream, GPtrArray *results)
{
  GArray *inferred = stream->fake->inferred;
  guint n_frames = stream->fake->engine.n_frames;

  ck_assert_ptr_nonnull (results);
  ck_assert_uint_eq (inferred->len, results->len * n_frames);
  for (guint i = 0; i < results->len; i++)
    describe (stream, g_ptr_array_index (results, i), (guint64 *)inferred->data + i * n_frames);
  g_array_set_size (inferred, 0);
  g_ptr_array_unref (results);
}

void
stream_push_ns (Stream *stream, guint64 pts, guint64 duration)
{
  MsnetFrameTime time = { .pts = pts, .duration = duration, .nominal = stream->nominal };

  if (msnet_recognizer_offer (stream->recognizer, &time, &stream->decision)) {
    MsnetFrame frame = fake_frame (&stream->decision.pts);
    ck_assert (msnet_recognizer_take (stream->recognizer, &frame, NONE, NULL));
    collect (stream, msnet_recognizer_collect (stream->recognizer, NULL));
  }
}

void
stream_push (Stream *stream, guint64 pts)
{
  stream_push_ns (stream, pts == NONE ? NONE : pts * MS, NONE);
}

void
stream_push_range (Stream *stream, guint64 from, guint64 to, guint64 step)
{
  for (guint64 pts = from; pts <= to; pts += step)
    stream_push_ns (stream, pts * MS, step * MS);
}

void
stream_finish (Stream *stream)
{
  collect (stream, msnet_recognizer_finish (stream->recognizer, TRUE, NULL));
}
