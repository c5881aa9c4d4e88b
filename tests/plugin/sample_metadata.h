/* Results and motion fields by hand, for the tests of the elements that read them. */
#pragma once

#include "result_meta.h"

G_BEGIN_DECLS

/* The result `index` of `element`, whose window of 1 s ends at @end; two labels, @label with 0.9312. */
MsnetResult sample_result (guint64 index, const gchar *element, const gchar *label, GstClockTime end);

G_END_DECLS
