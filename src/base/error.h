/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of the whole library: one GError domain for every layer.
 *
 * Messages say what failed, where, what was expected, what was found and what to do about it.
 * May be included by every layer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MSNET_ERROR (msnet_error_quark ())

/**
 * MsnetError:
 * @MSNET_ERROR_NO_DEVICE: no OpenCL driver, or no device that fits the selector
 * @MSNET_ERROR_DEVICE: an OpenCL call failed while running
 * @MSNET_ERROR_BUILD: a kernel did not build; the message holds the build log
 * @MSNET_ERROR_FILE: a file is missing or cannot be read
 * @MSNET_ERROR_MODEL: a model file is malformed or does not describe a network
 * @MSNET_ERROR_UNSUPPORTED: well formed, but this version cannot do it
 * @MSNET_ERROR_SHAPE: shapes of tensors or frames that do not fit
 */
typedef enum
{
  MSNET_ERROR_NO_DEVICE,
  MSNET_ERROR_DEVICE,
  MSNET_ERROR_BUILD,
  MSNET_ERROR_FILE,
  MSNET_ERROR_MODEL,
  MSNET_ERROR_UNSUPPORTED,
  MSNET_ERROR_SHAPE,
} MsnetError;

GQuark msnet_error_quark (void);

G_END_DECLS
