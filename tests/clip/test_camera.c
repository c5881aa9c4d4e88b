/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The camera's motion from fields that are made by integrating a known one, with noise, with things that
 * move by themselves, with cells that are flat. */
#include "clip/camera.h"
#include "common/common.h"
#include "reference/camera.h"

#include <math.h>
#include <string.h>

#define SIZE 20
#define PAIR 125000000 /* ns between the two frames */
#define WHOLE ((const gdouble[4]){ 0, 0, 1, 1 })

static const gdouble aspects[] = { 1.0, 4 / 3.0, 16 / 9.0, 9 / 16.0, 2.39 };

static MsnetField *
field_new (guint size, const gdouble region[4], gboolean of_newer)
{
  MsnetField *field = msnet_field_new (size, region, 3 * PAIR, 4 * PAIR);

  field->aspect = 1;
  field->of_newer = of_newer;
  return field;
}

/* Cell @i follows @camera exactly. */
static void
move_cell (MsnetField *field, guint i, gdouble aspect, const MsnetCamera *camera)
{
  gdouble seconds = PAIR / 1e9 * (field->of_newer ? -1 : 1);
  gdouble place[2] = { field->region[0] + field->region[2] * (i % field->size + 0.5) / field->size,
    field->region[1] + field->region[3] * (i / field->size + 0.5) / field->size };
  gdouble moved[2];

  field->aspect = aspect;
  reference_camera_move (camera, aspect, seconds, place, moved);
  for (guint axis = 0; axis < 2; axis++)
    field->cells[3 * i + axis] = (moved[axis] - place[axis]) / seconds;
  field->cells[3 * i + 2] = 0.9;
}

static void
move_all (MsnetField *field, gdouble aspect, const MsnetCamera *camera)
{
  for (guint i = 0; i < field->size * field->size; i++)
    move_cell (field, i, aspect, camera);
}

/* Adds errors of @deviation cells in either direction. */
static void
add_noise (MsnetField *field, GRand *random, gdouble deviation)
{
  for (guint i = 0; i < field->size * field->size; i++)
    for (guint axis = 0; axis < 2; axis++) {
      gdouble sum = 0;
      for (guint n = 0; n < 12; n++)
        sum += g_rand_double (random) - 0.5;
      field->cells[3 * i + axis] += sum * deviation * field->region[2 + axis] / field->size / (PAIR / 1e9);
    }
}

static MsnetCamera
random_camera (GRand *random)
{
  return (MsnetCamera){ .pan = g_rand_double_range (random, -0.6, 0.6),
    .tilt = g_rand_double_range (random, -0.6, 0.6),
    .zoom = g_rand_double_range (random, -0.8, 0.8),
    .roll = g_rand_double_range (random, -0.9, 0.9) };
}

static void
assert_camera (const MsnetCamera *found, const MsnetCamera *expected, gdouble tolerance, const gchar *what)
{
  ck_assert_msg (fabs (found->pan - expected->pan) <= tolerance
                     && fabs (found->tilt - expected->tilt) <= tolerance
                     && fabs (found->zoom - expected->zoom) <= tolerance
                     && fabs (found->roll - expected->roll) <= tolerance,
      "%s: expected pan %g tilt %g zoom %g roll %g, found pan %g tilt %g zoom %g roll %g, tolerance %g", what,
      expected->pan, expected->tilt, expected->zoom, expected->roll, found->pan, found->tilt, found->zoom,
      found->roll, tolerance);
}

static void
assert_nothing (const MsnetCamera *camera)
{
  static const MsnetCamera nothing = { 0 };

  assert_camera (camera, &nothing, 0.0, "nothing");
  ck_assert_double_eq (camera->agreement, 0.0);
}

/* Signs as DESIGN.md names classes: by what the camera does. */
START_TEST (test_signs)
{
  static const struct
  {
    const gchar *what;
    gdouble right, down; /* how the cell right of the middle moves */
    gdouble left_x, left_y;
    gdouble expected[4];
  } cases[] = {
    { "pan right: content to the left", -0.2, 0, -0.2, 0, { 1, 0, 0, 0 } },
    { "tilt up: content down", 0, 0.2, 0, 0.2, { 0, 1, 0, 0 } },
    { "zoom in: content grows", 0.2, 0, -0.2, 0, { 0, 0, 1, 0 } },
    { "roll left: content clockwise", 0, 0.2, 0, -0.2, { 0, 0, 0, 1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, FALSE);
    MsnetCamera camera;
    for (guint cell = 0; cell < SIZE * SIZE; cell++)
      if (cell / SIZE == SIZE / 2) {
        gdouble along = (cell % SIZE + 0.5) / SIZE;
        field->cells[3 * cell] = cases[i].left_x * (1 - along) + cases[i].right * along;
        field->cells[3 * cell + 1] = cases[i].left_y * (1 - along) + cases[i].down * along;
        field->cells[3 * cell + 2] = 1;
      }
    msnet_camera_fit (field, &camera);
    gdouble found[] = { camera.pan, camera.tilt, camera.zoom, camera.roll };
    for (guint n = 0; n < 4; n++)
      ck_assert_msg (cases[i].expected[n] > 0 ? found[n] > 0.15 : fabs (found[n]) < 0.05,
          "%s: number %u is %g", cases[i].what, n, found[n]);
  }
}
END_TEST

START_TEST (test_each_alone_is_exact)
{
  for (guint n = 0; n < 4; n++)
    for (guint i = 0; i < G_N_ELEMENTS (aspects); i++)
      for (gint newer = 0; newer < 2; newer++) {
        g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, newer);
        MsnetCamera expected = { .pan = n == 0 ? -0.35 : 0,
          .tilt = n == 1 ? 0.25 : 0,
          .zoom = n == 2 ? 0.4 : 0,
          .roll = n == 3 ? -0.5 : 0 };
        MsnetCamera found;
        move_all (field, aspects[i], &expected);
        msnet_camera_fit (field, &found);
        assert_camera (&found, &expected, 2e-6, "alone");
        ck_assert_double_eq (found.agreement, 1.0);
      }
}
END_TEST

START_TEST (test_mixtures_are_exact)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint n = 0; n < 100; n++) {
    gdouble aspect = aspects[n % G_N_ELEMENTS (aspects)];
    gdouble wide = g_rand_double_range (random, 0.4, 1), high = g_rand_double_range (random, 0.4, 1);
    const gdouble region[] = { (1 - wide) / 2, g_rand_double_range (random, 0, 1 - high), wide, high };
    g_autoptr (MsnetField) field = field_new (g_rand_int_range (random, 7, 30), region, n % 2);
    MsnetCamera expected = random_camera (random), found;
    move_all (field, aspect, &expected);
    msnet_camera_fit (field, &found);
    assert_camera (&found, &expected, 5e-6, "mixture");
    ck_assert_double_eq (found.agreement, 1.0);
  }
}
END_TEST

/* The field as a soft-argmax of @temperature over steps of @step cells would tell it. */
static void
round_cells (MsnetField *field, gdouble temperature, guint step)
{
  field->temperature = temperature;
  field->step = step;
  for (guint i = 0; i < field->size * field->size; i++)
    for (guint axis = 0; axis < 2; axis++) {
      gdouble scale = field->region[2 + axis] / field->size / (PAIR / 1e9);
      gfloat *value = &field->cells[3 * i + axis];
      *value = reference_soft_argmax (*value / scale, temperature, step) * scale;
    }
}

START_TEST (test_soft_argmax_is_undone)
{
  const gdouble temperatures[] = { 0.04, 0.05, 0.07, 0.1 };
  g_autoptr (GRand) random = g_rand_new_with_seed (17);

  for (guint n = 0; n < 40; n++) {
    gdouble aspect = aspects[n % G_N_ELEMENTS (aspects)];
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, n % 2);
    MsnetCamera expected = random_camera (random), found;
    move_all (field, aspect, &expected);
    round_cells (field, temperatures[n % G_N_ELEMENTS (temperatures)], 1);
    msnet_camera_fit (field, &found);
    assert_camera (&found, &expected, 0.01, "rounded");
    ck_assert_double_ge (found.agreement, 0.99);
  }
}
END_TEST

/* Where displacements are two cells apart, scores fall four times as much from one to the next. */
START_TEST (test_soft_argmax_with_dilation_is_undone)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (18);

  for (guint n = 0; n < 20; n++) {
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, n % 2);
    MsnetCamera expected = random_camera (random), found;
    move_all (field, 1.5, &expected);
    round_cells (field, 0.2 + 0.01 * n, 2);
    msnet_camera_fit (field, &found);
    assert_camera (&found, &expected, 0.02, "rounded with dilation");
    ck_assert_double_ge (found.agreement, 0.99);
  }
}
END_TEST

/* A soft-argmax so hard that it leaves no trace of what it rounded away is taken as it is. */
START_TEST (test_hard_argmax_is_not_undone)
{
  g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, TRUE);
  MsnetCamera camera = { .pan = 0.3, .tilt = -0.2, .zoom = 0.6, .roll = 0.4 }, hard, plain;

  move_all (field, 1.5, &camera);
  round_cells (field, 0.01, 1);
  msnet_camera_fit (field, &hard);
  field->temperature = 0;
  msnet_camera_fit (field, &plain);
  ck_assert_mem_eq (&hard, &plain, sizeof hard);
}
END_TEST

/* A box of about 40 % of the cells follows another camera by at least two cells. @background: the other cells
 *
 * Returns: the share of the background */
static gdouble
add_thing (MsnetField *field, GRand *random, gdouble aspect, const MsnetCamera *camera, gboolean *background)
{
  guint width = g_rand_int_range (random, 9, SIZE), height = 0.4 * SIZE * SIZE / width;
  guint left = g_rand_int_range (random, 0, SIZE - width + 1);
  guint top = g_rand_int_range (random, 0, SIZE - height + 1);
  MsnetCamera other = *camera;
  guint moved = 0;

  other.pan += g_rand_boolean (random) ? 0.9 : -0.9;
  other.tilt += g_rand_double_range (random, -0.6, 0.6);
  for (guint i = 0; i < SIZE * SIZE; i++) {
    guint x = i % SIZE, y = i / SIZE;
    background[i] = x < left || x >= left + width || y < top || y >= top + height;
    if (!background[i]) {
      move_cell (field, i, aspect, &other);
      moved++;
    }
  }
  return 1 - moved / (gdouble)(SIZE * SIZE);
}

START_TEST (test_things_do_not_matter)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (12);

  for (guint n = 0; n < 100; n++) {
    gdouble aspect = aspects[n % G_N_ELEMENTS (aspects)];
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, n % 2);
    MsnetCamera expected = random_camera (random), found;
    gboolean background[SIZE * SIZE];
    gdouble share;
    move_all (field, aspect, &expected);
    share = add_thing (field, random, aspect, &expected, background);
    msnet_camera_fit (field, &found);
    assert_camera (&found, &expected, 1e-5, "beside a thing");
    ck_assert_double_eq_tol (found.agreement, share, 1e-9);
  }
}
END_TEST

/* With noise no worse than twice what least squares makes of the cells that are known to be background. */
START_TEST (test_noise_and_things)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);
  gdouble ours = 0, theirs = 0;

  for (guint n = 0; n < 100; n++) {
    gdouble aspect = aspects[n % G_N_ELEMENTS (aspects)];
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, n % 2);
    MsnetCamera expected = random_camera (random), found, known;
    gboolean background[SIZE * SIZE];
    gdouble share;
    move_all (field, aspect, &expected);
    share = add_thing (field, random, aspect, &expected, background);
    add_noise (field, random, 0.25);
    msnet_camera_fit (field, &found);
    reference_camera_fit (field, aspect, background, &known);
    assert_camera (&found, &expected, 0.15, "noise and a thing");
    ck_assert_double_eq_tol (found.agreement, share, 0.12);
    ours += fabs (found.pan - expected.pan) + fabs (found.zoom - expected.zoom)
            + fabs (found.roll - expected.roll) + fabs (found.tilt - expected.tilt);
    theirs += fabs (known.pan - expected.pan) + fabs (known.zoom - expected.zoom)
              + fabs (known.roll - expected.roll) + fabs (known.tilt - expected.tilt);
  }
  ck_assert_msg (
      ours < 2 * theirs, "mean error %g, of least squares over the right cells %g", ours / 400, theirs / 400);
}
END_TEST

/* Without outliers, and confidence the same everywhere, it is nearly least squares. */
START_TEST (test_noise_alone_is_least_squares)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (14);

  for (guint n = 0; n < 100; n++) {
    gdouble aspect = aspects[n % G_N_ELEMENTS (aspects)];
    g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, n % 2);
    MsnetCamera expected = random_camera (random), found;
    gboolean all[SIZE * SIZE];
    for (guint i = 0; i < SIZE * SIZE; i++)
      all[i] = TRUE;
    move_all (field, aspect, &expected);
    add_noise (field, random, 0.05);
    reference_camera_fit (field, aspect, all, &expected);
    msnet_camera_fit (field, &found);
    assert_camera (&found, &expected, 0.005, "noise alone");
    ck_assert_double_ge (found.agreement, 0.9);
  }
}
END_TEST

START_TEST (test_flat_cells_are_left_out)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (15);
  g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, TRUE);
  MsnetCamera expected = { .pan = 0.2, .tilt = 0.1, .zoom = -0.3, .roll = 0.2 }, found;

  move_all (field, 1.5, &expected);
  for (guint i = 0; i < SIZE * SIZE; i++)
    if (g_rand_double (random) < 0.8)
      memset (field->cells + 3 * i, 0, 3 * sizeof (gfloat));
  msnet_camera_fit (field, &found);
  assert_camera (&found, &expected, 1e-5, "four of five are flat");
  ck_assert_double_eq (found.agreement, 1.0);
}
END_TEST

START_TEST (test_one_row)
{
  g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, TRUE);
  MsnetCamera expected = { .pan = 0.2, .tilt = 0.1, .zoom = -0.3, .roll = 0.2 }, found;

  for (guint i = 0; i < SIZE; i++)
    move_cell (field, 3 * SIZE + i, 1.5, &expected);
  msnet_camera_fit (field, &found);
  assert_camera (&found, &expected, 1e-5, "one row");
}
END_TEST

START_TEST (test_too_few_cells)
{
  g_autoptr (MsnetField) field = field_new (SIZE, WHOLE, TRUE);
  MsnetCamera camera = { .pan = 0.2 }, found;

  msnet_camera_fit (field, &found);
  assert_nothing (&found);
  for (guint i = 0; i < MSNET_CAMERA_LEAST_CELLS - 1; i++)
    move_cell (field, 17 * i, 1.5, &camera);
  msnet_camera_fit (field, &found);
  assert_nothing (&found);
  move_cell (field, SIZE * SIZE - 1, 1.5, &camera);
  msnet_camera_fit (field, &found);
  assert_camera (&found, &camera, 1e-5, "just enough");
}
END_TEST

/* Whatever a network says: numbers, the same ones each time. */
START_TEST (test_garbage)
{
  static const gfloat odd[] = { NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 0, 1e-40f };
  g_autoptr (GRand) random = g_rand_new_with_seed (16);

  for (guint n = 0; n < 300; n++) {
    g_autoptr (MsnetField) field = field_new (g_rand_int_range (random, 1, 24), WHOLE, n % 2);
    gdouble range = pow (10, g_rand_double_range (random, -3, 4));
    MsnetCamera found, again;
    field->aspect = aspects[n % G_N_ELEMENTS (aspects)];
    for (guint i = 0; i < field->size * field->size * 3; i++)
      field->cells[i] = n % 3 == 0 && g_rand_double (random) < 0.2
                            ? odd[g_rand_int_range (random, 0, G_N_ELEMENTS (odd))]
                            : g_rand_double_range (random, -range, range);
    msnet_camera_fit (field, &found);
    msnet_camera_fit (field, &again);
    ck_assert (
        isfinite (found.pan) && isfinite (found.tilt) && isfinite (found.zoom) && isfinite (found.roll));
    ck_assert (found.agreement >= 0 && found.agreement <= 1);
    ck_assert_mem_eq (&found, &again, sizeof found);
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("camera");
  TCase *tests = tcase_create ("camera");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_signs);
  tcase_add_test (tests, test_each_alone_is_exact);
  tcase_add_test (tests, test_mixtures_are_exact);
  tcase_add_test (tests, test_soft_argmax_is_undone);
  tcase_add_test (tests, test_soft_argmax_with_dilation_is_undone);
  tcase_add_test (tests, test_hard_argmax_is_not_undone);
  tcase_add_test (tests, test_things_do_not_matter);
  tcase_add_test (tests, test_noise_and_things);
  tcase_add_test (tests, test_noise_alone_is_least_squares);
  tcase_add_test (tests, test_flat_cells_are_left_out);
  tcase_add_test (tests, test_one_row);
  tcase_add_test (tests, test_too_few_cells);
  tcase_add_test (tests, test_garbage);
  return suite;
}
