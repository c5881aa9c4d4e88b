/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error.h"

GQuark
msnet_error_quark (void)
{
  return g_quark_from_static_string ("msnet-error-quark");
}
