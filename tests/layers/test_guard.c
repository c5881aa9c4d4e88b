/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layer that guards buffers catches a kernel that reads or writes one value past either end. */
#include "arguments/geometry.h"
#include "inside.h"
#include "opencl/command_list.h"

#include <stdlib.h>

#define N_VALUES 1003

static const gchar *layer;

/* Copies N_VALUES from one buffer to another, @write_offset and @read_offset values beside where they lie. */
static gint
copy_beside (gint write_offset, gint read_offset)
{
  g_autoptr (MsnetDevice) device = inside_open_device (layer);
  g_autoptr (MsnetBuffer) output = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetBuffer) input = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetGeometry out = { .origin = write_offset, .channels = N_VALUES };
  const MsnetGeometry in = { .origin = read_offset, .channels = N_VALUES };
  const MsnetLaunch launch = {
    .file = "plain/linear.cl",
    .kernel = "consensus",
    MSNET_ARGUMENTS (
        MSNET_BUFFER (output), MSNET_STRUCT (out), MSNET_BUFFER (input), MSNET_STRUCT (in), MSNET_INT (1)),
    .global = { N_VALUES },
  };

  return msnet_command_list_append (list, &launch, NULL) && msnet_command_list_run (list, NULL)
             ? EXIT_SUCCESS
             : EXIT_FAILURE;
}

static void
expect (const gchar *guard, const gchar *write_offset, const gchar *read_offset, const gchar *message)
{
  Ending ending = inside_run (layer, guard, write_offset, read_offset);

  ck_assert_msg (ending.succeeded == (message == NULL), "guard %s, offsets %s, %s: %s", guard, write_offset,
      read_offset, ending.messages);
  ck_assert_msg (message == NULL || strstr (ending.messages, message) != NULL, "expected \"%s\": %s", message,
      ending.messages);
  g_free (ending.messages);
}

START_TEST (inside_is_allowed)
{
  expect ("end", "0", "0", NULL);
  expect ("begin", "0", "0", NULL);
}
END_TEST

START_TEST (past_the_end_is_caught)
{
  const gchar *message = "kernel consensus touched byte 4012 of a buffer of 4012 bytes";

  expect ("end", "1", "0", message);
  expect ("end", "0", "1", message);
}
END_TEST

START_TEST (before_the_beginning_is_caught)
{
  const gchar *message = "kernel consensus touched byte -4 of a buffer of 4012 bytes";

  expect ("begin", "-1", "0", message);
  expect ("begin", "0", "-1", message);
}
END_TEST

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("guard");
  TCase *tests = tcase_create ("guard");

  layer = argv[1];
  if (argc > 3)
    return copy_beside (atoi (argv[2]), atoi (argv[3]));
  msnet_device_unref (test_open_device ());
  tcase_add_test (tests, inside_is_allowed);
  tcase_add_test (tests, past_the_end_is_caught);
  tcase_add_test (tests, before_the_beginning_is_caught);
  suite_add_tcase (suite, tests);
  return test_run (suite);
}
