/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes out of `msnet`, as lines for walk_model.py, which reads them:
 *
 *     buffer NUMBER PTS RESULT ... MOTION ...
 *     changed                                         where the buffer is not what went in
 *     event RESULT | event-action ACTION | eos        serialised events
 *     message RESULT | told-action ACTION | qos TIME | error TEXT
 *     stats WINDOWS SKIPPED GAPS
 *
 * RESULT: INDEX,START,END,FRAMES,GAPS,PARTIAL,AGE,SKIPPED; MOTION: motion:INDEX,START,END; ACTION:
 * begin,CLASS,START or end,CLASS,START,END.  Times are ns; "-" is unknown.  For tests of walks. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* A time, as all lines have it. */
void walk_text_add_time (GString *text, GstClockTime time);

void walk_text_add_buffer (GString *text, guint64 number, GstBuffer *buffer);

/* Adds nothing for events, and messages, of other kinds. */
void walk_text_add_event (GString *text, GstEvent *event);
void walk_text_add_message (GString *text, GstMessage *message);

void walk_text_add_stats (GString *text, GstElement *element);

G_END_DECLS
