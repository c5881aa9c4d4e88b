/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a picture leaves of the network's input (MSNET_FIT_PAD).  For this folder. */
#pragma once

#include "opencl/command_list.h"
#include "tables.h"

G_BEGIN_DECLS

/* Appends what makes it black; nothing where the picture fills the input. */
gboolean msnet_prepare_margin_append (MsnetCommandList *list, const MsnetPrepareJob *job, GError **error);

G_END_DECLS
