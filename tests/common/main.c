/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main () of every test of src/ that takes no arguments. */
#include "common.h"

int
main (void)
{
  const gint result = test_run (test_suite ());

  test_close_device ();
  return result;
}
