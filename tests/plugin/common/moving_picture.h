/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A texture that moves, and what a motion field says of it. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Returns: (transfer full): @width x @height of GRAY8, of the texture after it moved by (@x, @y) pixels */
GstBuffer *moving_picture_new (guint width, guint height, gint x, gint y);

/* The median of component @axis over the cells away from the border, where content comes and goes. */
gdouble moving_picture_get_median (const MsnetMotion *motion, guint axis);

G_END_DECLS
