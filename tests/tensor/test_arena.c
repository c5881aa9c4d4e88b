#include "common/common.h"
#include "tensor/arena.h"

static const MsnetShape small = { 1, 2, 2, 4, .halo = 1 };
static const MsnetShape same_size = { 1, 2, 2, 4, .halo = 1, .frame_halo = TRUE };

static MsnetDevice *device;

START_TEST (reuses_exactly_equal_shapes)
{
  g_autoptr (MsnetArena) arena = msnet_arena_new (device, TRUE);
  MsnetTensor *first = msnet_arena_acquire (arena, &small, NULL);
  MsnetTensor *second = msnet_arena_acquire (arena, &small, NULL);
  gsize bytes = msnet_arena_get_bytes (arena);

  ck_assert_ptr_ne (first, second);
  ck_assert_uint_eq (bytes, 2 * 4 * 4 * 4 * sizeof (gfloat));
  msnet_arena_release (arena, first);
  ck_assert_ptr_ne (msnet_arena_acquire (arena, &same_size, NULL), first);
  ck_assert_uint_gt (msnet_arena_get_bytes (arena), bytes);
  ck_assert_ptr_eq (msnet_arena_acquire (arena, &small, NULL), first);
  ck_assert_ptr_ne (msnet_arena_acquire (arena, &small, NULL), first);
}
END_TEST

START_TEST (keeps_everything_when_asked)
{
  g_autoptr (MsnetArena) arena = msnet_arena_new (device, FALSE);
  MsnetTensor *first = msnet_arena_acquire (arena, &small, NULL);

  msnet_arena_release (arena, first);
  ck_assert_ptr_ne (msnet_arena_acquire (arena, &small, NULL), first);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("arena");
  TCase *tests = tcase_create ("arena");
  gint result;

  device = test_open_device ();
  tcase_add_test (tests, reuses_exactly_equal_shapes);
  tcase_add_test (tests, keeps_everything_when_asked);
  suite_add_tcase (suite, tests);
  result = test_run (suite);
  msnet_device_unref (device);
  return result;
}
