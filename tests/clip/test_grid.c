/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grid against exact arithmetic in 128 bits. */
#include "clip/grid.h"
#include "common/common.h"

#include <check.h>
#include <stdlib.h>

START_TEST (test_points_are_exact)
{
  const guint64 windows[] = { 16000000, 1000000000, 999999999, 1000000007, 3600000000000, 333333333 };
  const guint64 points[] = { 0, 1, 2, 7, 8, 1000003, G_GUINT64_CONSTANT (1) << 31 };

  for (guint w = 0; w < G_N_ELEMENTS (windows); w++)
    for (guint n = 1; n <= 16; n++)
      for (guint p = 0; p < G_N_ELEMENTS (points); p++) {
        MsnetGrid grid;
        guint64 expected = (guint64)((unsigned __int128)points[p] * windows[w] / n);
        msnet_grid_init (&grid, n, windows[w], 0);
        ck_assert_uint_eq (msnet_grid_get_offset (&grid, points[p]), expected);
        ck_assert_uint_eq (msnet_grid_get_interval (&grid), windows[w] / n);
      }
}
END_TEST

/* The same instant in the middle of each part, however long the grid is. */
START_TEST (test_centres_are_exact)
{
  const guint64 windows[] = { 64000000, 999999999, 1000000007, 3600000000000, MSNET_LONGEST_EXACT };
  const guint64 points[] = { 0, 1, 7, 8, 63, 1000003 };

  for (guint w = 0; w < G_N_ELEMENTS (windows); w++)
    for (guint n = 1; n <= 64; n++)
      for (guint p = 0; p < G_N_ELEMENTS (points); p++) {
        unsigned __int128 expected = (unsigned __int128)(2 * points[p] + 1) * windows[w] / (2 * n);
        MsnetGrid grid = { .n_frames = n, .window = windows[w], .hop = 3, .at_centre = TRUE };
        if (expected <= G_MAXUINT64)
          ck_assert_uint_eq (msnet_grid_get_offset (&grid, points[p]), (guint64)expected);
        ck_assert_uint_eq (msnet_grid_get_hop (&grid), (guint64)((unsigned __int128)3 * windows[w] / n));
      }
}
END_TEST

START_TEST (test_hop_rounds_up_to_points)
{
  const struct
  {
    guint64 window, hop, points;
  } cases[] = {
    { 1000, 0, 1 },     /* one sample interval */
    { 1000, 1, 1 },     /* less than one: one */
    { 1000, 125, 1 },   /* exactly one */
    { 1000, 126, 2 },   /* a little more: two */
    { 1000, 250, 2 },   /* the quarter of a window */
    { 1000, 1000, 8 },  /* windows side by side */
    { 1000, 2500, 20 }, /* windows with holes between them */
    { 1001, 125, 1 },   /* 125 x 8 / 1001 < 1 */
    { 999, 125, 2 },    /* 125 x 8 / 999 > 1 */
    { 3600000000000, 3600000000000, 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    MsnetGrid grid;
    msnet_grid_init (&grid, 8, cases[i].window, cases[i].hop);
    ck_assert_msg (grid.hop == cases[i].points, "case %u: %" G_GUINT64_FORMAT " points", i, grid.hop);
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("grid");
  TCase *tests = tcase_create ("grid");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_points_are_exact);
  tcase_add_test (tests, test_centres_are_exact);
  tcase_add_test (tests, test_hop_rounds_up_to_points);
  return suite;
}
