/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Work that work-items take group by group. */
#pragma once

/* Returns: a group that no work-item has taken; `n_groups` or more: there is none.  `next` is zero before
 * the kernel, and again when the last work-item found none.  A core that other work keeps busy takes fewer
 * groups. */
static inline int
take_group (global int *next, int n_groups)
{
  const int group = atomic_inc (next);

  if (group == n_groups + (int)get_global_size (0) - 1)
    *next = 0;
  return group;
}
