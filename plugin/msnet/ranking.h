/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The classes of a result, best first. */
#pragma once

#include "clip/recognizer.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Fills in @result's label, class, score, labels and scores: the @top_k best classes; of equal ones the
 * first. */
void msnet_rank (
    const MsnetRecognition *recognition, const gchar *const *labels, guint top_k, MsnetResult *result);

G_END_DECLS
