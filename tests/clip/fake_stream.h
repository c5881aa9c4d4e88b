/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream of frames into a recognizer with a fake engine; what comes out, as text. */
#pragma once

#include "clip/recognizer.h"
#include "fake_engine.h"

#include <check.h>

#define MS G_GUINT64_CONSTANT (1000000)
#define NONE MSNET_TIME_NONE

/* @text: the windows so far, a line each: index, the frame (in ms) of each point, frames, gaps, partial */
typedef struct
{
  FakeEngine *fake;
  MsnetRecognizer *recognizer;
  GString *text;
  MsnetDecision decision;
  guint64 nominal;
} Stream;

/* @window, @hop: ns */
Stream stream_new (guint n_frames, guint64 window, guint64 hop);

/* The same with points at the centres of a window's parts. */
Stream stream_new_at_centre (guint n_frames, guint64 window, guint64 hop);
void stream_clear (Stream *stream);

/* Pushes a frame; times in ns.  The engine knows a frame by its PTS. */
void stream_push_ns (Stream *stream, guint64 pts, guint64 duration);

/* Pushes a frame of unknown duration; @pts in ms, or NONE. */
void stream_push (Stream *stream, guint64 pts);

/* Pushes frames from @from to @to (inclusive), each @step long; ms. */
void stream_push_range (Stream *stream, guint64 from, guint64 to, guint64 step);

/* The stream ends. */
void stream_finish (Stream *stream);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear)

#define assert_windows(stream, expected) ck_assert_str_eq ((stream)->text->str, expected)
