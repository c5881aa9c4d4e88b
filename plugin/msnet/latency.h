/* Queries about live streams and latency. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Returns: whether what feeds @sink_pad is live; FALSE where nothing tells */
gboolean msnet_pad_is_live (GstPad *sink_pad);

/* Answers @query of downstream: what is upstream of @sink_pad says, and @own ns more. */
gboolean msnet_answer_latency (GstPad *sink_pad, GstQuery *query, GstClockTime own);

G_END_DECLS
