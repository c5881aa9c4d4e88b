/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What leaves `msnet` over a fake device, in its order: buffers, events and messages of actions.
 *
 * A window's last frame says the score of class 0.  Four frames make a window of 750 ms, one is due with
 * every frame from 750 ms on, and counts at its middle: 375 ms before that frame. */
#pragma once

#include "common/msnet_harness.h"
#include "fake_device.h"

G_BEGIN_DECLS

/**
 * Watch: what leaves the element, in its order.
 * @log: buffers by PTS in ms, with "*" where they carry a result; events and messages of actions as
 *     begin(CLASS START) and end(CLASS START-END), messages with "!"; other events by a word
 */
typedef struct
{
  MsnetHarness harness;
  GstPad *pad;
  gulong probe;
  GString *log;
} Watch;

/* Returns: (transfer floating): `msnet` with the model `tiny-four`, without smoothing, a window due with
 *     every frame */
GstElement *watch_make_element (void);

/* @element: (transfer floating): `msnet`, or a bin with the pads of one */
Watch *watch_new (GstElement *element);
void watch_free (Watch *watch);

/* Pushes a frame, 250 ms long; @pts in ms; @level: score of class 0. */
void watch_push (Watch *watch, guint pts, gdouble level);

/* Pushes four frames from @from (ms) on: an action is on with the last one. */
void watch_push_begin (Watch *watch, guint from);

void watch_push_event (Watch *watch, GstEvent *event);

/* Asserts what has left since the last call. */
void watch_expect (Watch *watch, const gchar *expected);

/* What watch_push_begin() gives from 0 on. */
#define BEGIN "0 250 500 begin!(0 375) begin(0 375) 750*"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

G_END_DECLS
