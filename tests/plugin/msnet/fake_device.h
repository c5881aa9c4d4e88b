/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device that tests can slow down, hang and let fail: linked in place of src/clip/network_engine.c, with
 * the plugin's own objects, so that all the rest is what users run.  Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Registers the elements that are linked into the test.  After gst_init(). */
void fake_device_register_elements (void);

/* TRUE: engines that are made from now on are streams, whose frames take the time; FALSE, at first: clips,
 * whose windows do. */
void fake_device_set_stream (gboolean stream);

/* Returns: (transfer full): a line "history FRAME ..." for each window of a stream since the last call: all
 *     frames that were computed from the stream's begin to the window's end */
gchar *fake_device_take_histories (void);

/* How long a window takes, in microseconds; at first 0. */
void fake_device_set_delay (gulong delay);

/* TRUE: windows never return, until it is set back; at first FALSE. */
void fake_device_hang (gboolean hang);

/* TRUE: windows fail; at first FALSE. */
void fake_device_fail (gboolean fail);

/* Returns: engines that were made and not yet freed */
guint fake_device_count_engines (void);

/* Waits until there are @n engines, for 10 s at most. */
gboolean fake_device_wait_for_engines (guint n);

/* Returns: (transfer full) (element-type guint64): the frames of all windows since the last call, T for each
 * window; a frame is known by the first 8 bytes of its first plane, as a little endian number */
GArray *fake_device_take_windows (void);

G_END_DECLS
