/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queries about live streams and latency. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Returns: whether the source of @sink_pad is live; FALSE if nothing upstream knows */
gboolean msnet_pad_is_live (GstPad *sink_pad);

/* Answers @query of downstream: the latency upstream of @sink_pad, plus @own ns. */
gboolean msnet_answer_latency (GstPad *sink_pad, GstQuery *query, GstClockTime own);

G_END_DECLS
