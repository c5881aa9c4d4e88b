/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lets a recognizer with a fake engine see streams that are read from stdin, and prints their windows, for
 * test_oracle.py.  Times are ns; "-" is unknown.
 *
 *     stream T WINDOW HOP CENTRE    begins one, of clips; CENTRE: 1 if points lie at centres
 *     follow T WINDOW HOP CENTRE    begins one whose engine is a stream
 *     frame PTS DURATION NOMINAL
 *     range START STOP
 *     clip END                      grids that start from now on end there
 *     reset
 *     eos COMPLETE
 *     end                           answered by a line "end"
 *
 * A window is a line "INDEX EVENT START END FRAMES GAPS PARTIAL POINT ...": EVENT counts the lines since the
 * first, from 0 on.  Where the engine is a stream, "POINT/HISTORY": fake_history() of all that it was
 * given. */
#include "clip/recognizer.h"
#include "fake_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  FakeEngine *fake;
  MsnetRecognizer *recognizer;
  guint event;
} Driver;

static guint64
parse_time (const gchar *text)
{
  return g_str_equal (text, "-") ? MSNET_TIME_NONE : g_ascii_strtoull (text, NULL, 10);
}

static void
begin (Driver *driver, gchar **words)
{
  guint n_frames = atoi (words[1]);
  guint64 window = parse_time (words[2]), hop = parse_time (words[3]);
  MsnetGrid grid;
  guint n_slots;

  msnet_grid_init (&grid, n_frames, window, hop);
  grid.at_centre = atoi (words[4]);
  n_slots = msnet_recognizer_count_slots (&grid);
  driver->fake = g_str_equal (words[0], "follow") ? fake_engine_new_stream (n_frames, n_slots)
                                                  : fake_engine_new (n_frames, n_slots);
  driver->recognizer = msnet_recognizer_new (&driver->fake->engine, &grid);
}

/* Point @index of all that were inferred. */
static void
print_point (const FakeEngine *fake, guint index)
{
  printf (" %" G_GUINT64_FORMAT, g_array_index (fake->inferred, guint64, index));
  if (fake->engine.is_stream)
    printf ("/%" G_GUINT64_FORMAT, g_array_index (fake->remembered, guint64, index));
}

static void
print (Driver *driver, GPtrArray *results)
{
  GArray *inferred = driver->fake->inferred;
  guint n_frames = driver->fake->engine.n_frames;

  if (inferred->len != results->len * n_frames)
    g_error ("%u frames were inferred for %u windows", inferred->len, results->len);
  for (guint i = 0; i < results->len; i++) {
    const MsnetRecognition *result = g_ptr_array_index (results, i);
    printf ("%" G_GUINT64_FORMAT " %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %u %u %d", result->index,
        driver->event, result->start, result->end, result->frames, result->gaps, result->partial);
    for (guint k = 0; k < n_frames; k++)
      print_point (driver->fake, i * n_frames + k);
    printf ("\n");
  }
  g_array_set_size (inferred, 0);
  g_array_set_size (driver->fake->remembered, 0);
  g_ptr_array_unref (results);
}

static void
push (Driver *driver, gchar **words)
{
  MsnetFrameTime time = { parse_time (words[1]), parse_time (words[2]), parse_time (words[3]) };
  MsnetDecision decision;
  MsnetFrame frame;

  if (!msnet_recognizer_offer (driver->recognizer, &time, &decision))
    return;
  frame = fake_frame (&decision.pts);
  if (!msnet_recognizer_take (driver->recognizer, &frame, MSNET_TIME_NONE, NULL))
    g_error ("a frame was refused");
  print (driver, msnet_recognizer_collect (driver->recognizer, NULL));
}

static void
obey (Driver *driver, gchar **words)
{
  if (g_str_equal (words[0], "stream") || g_str_equal (words[0], "follow"))
    return begin (driver, words);
  if (g_str_equal (words[0], "frame"))
    push (driver, words);
  else if (g_str_equal (words[0], "range"))
    msnet_recognizer_set_range (driver->recognizer, parse_time (words[1]), parse_time (words[2]));
  else if (g_str_equal (words[0], "clip"))
    msnet_recognizer_set_end (driver->recognizer, parse_time (words[1]));
  else if (g_str_equal (words[0], "reset"))
    msnet_recognizer_reset (driver->recognizer);
  else if (g_str_equal (words[0], "eos"))
    print (driver, msnet_recognizer_finish (driver->recognizer, atoi (words[1]), NULL));
  else {
    msnet_recognizer_free (driver->recognizer);
    *driver = (Driver){ 0 };
    printf ("end\n");
    return;
  }
  driver->event++;
}

int
main (void)
{
  Driver driver = { 0 };
  char line[256];

  while (fgets (line, sizeof line, stdin) != NULL) {
    g_auto (GStrv) words = g_strsplit (g_strstrip (line), " ", -1);
    obey (&driver, words);
  }
  return 0;
}
