/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What upstream's events mean to a stream through `msnet`.
 *
 * For the element. */
#pragma once

#include "shared.h"
#include "stream.h"

G_BEGIN_DECLS

/* Looks at @event before it goes downstream.  Only FLUSH_START may come in another thread than the streaming
 * thread.
 *
 * Returns: FALSE if the stream cannot go on */
gboolean msnet_events_look (GstEvent *event, MsnetStream *stream, MsnetShared *shared);

G_END_DECLS
