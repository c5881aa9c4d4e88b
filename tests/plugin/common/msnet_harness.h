/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of `msnet` share: the element with a small model in a harness, frames, and what came out
 * as text. */
#pragma once

#include "meta/result_meta.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* 64 x 48 pixels, 10 frames a second. */
#define SMALL_CAPS "video/x-raw, format = I420, width = 64, height = 48, framerate = 10/1"

/* Returns: (transfer full): path of a model file of tests/data */
gchar *msnet_test_model (const gchar *name);

/* Ends the test program as skipped (77) where the machine has no OpenCL device. */
void msnet_test_require_device (void);

/* Returns: (transfer floating): `msnet` with the model `tiny-four`: 4 frames, window 1 s, hop 1 s */
GstElement *msnet_test_element (void);

/**
 * MsnetHarness:
 * @bus: of the element
 */
typedef struct
{
  GstHarness *harness;
  GstElement *element;
  GstBus *bus;
} MsnetHarness;

/* @element: (transfer floating); @caps: (nullable): none are pushed.  Not live. */
MsnetHarness msnet_harness_new (GstElement *element, const gchar *caps);
void msnet_harness_clear (MsnetHarness *harness);

/* Upstream answers queries about the stream's length with @duration; called once. */
void msnet_harness_set_duration (MsnetHarness *harness, GstClockTime duration);

/* Returns: (transfer full): a frame of the harness' caps, with noise that follows from @pts */
GstBuffer *msnet_harness_make_frame (MsnetHarness *harness, GstClockTime pts, GstClockTime duration);

/* Pushes frames from @from to @to (ms, inclusive), each @step ms long. */
void msnet_harness_push (MsnetHarness *harness, guint from, guint to, guint step);

/* Pulls all buffers.  Returns: (transfer full): for each "PTS", or "PTS(I:START-END)" with index, start and
 * end in ms of each result, then " Ng" with gaps, "p" partial, " +AGE"; separated by spaces; events
 * `msnet-result` as "event(...)" */
gchar *msnet_harness_describe (MsnetHarness *harness);

/* Asserts that msnet_harness_describe() says @expected. */
void msnet_harness_assert (MsnetHarness *harness, const gchar *expected);

/* Returns: (transfer full) (nullable): the next message of @types on the bus, those before are dropped */
GstMessage *msnet_harness_pop (MsnetHarness *harness, GstMessageType types);

/* Asserts that the next error (or warning, or info) on the bus is text and holds @part. */
void msnet_harness_expect (MsnetHarness *harness, GstMessageType type, const gchar *part);

/* Asserts that there is one warning on the bus, which holds @part.  Returns: (transfer full): what it puts
 * in quotes */
gchar *msnet_harness_find_advice (MsnetHarness *harness, const gchar *part);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetHarness, msnet_harness_clear)

G_END_DECLS
