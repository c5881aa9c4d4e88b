/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a user may choose of msnetjson's lines: the properties. */
#pragma once

#include "meta/properties.h"

G_BEGIN_DECLS

typedef enum
{
  MSNET_JSON_LINES_RESULTS = 1 << 0,
  MSNET_JSON_LINES_ACTIONS = 1 << 1,
} MsnetJsonLines;

typedef enum
{
  MSNET_JSON_MEASURED_AUTO,
  MSNET_JSON_MEASURED_ALWAYS,
  MSNET_JSON_MEASURED_NEVER,
} MsnetJsonMeasured;

#define MSNET_TYPE_JSON_LINES (msnet_json_lines_get_type ())
GType msnet_json_lines_get_type (void);

#define MSNET_TYPE_JSON_MEASURED (msnet_json_measured_get_type ())
GType msnet_json_measured_get_type (void);

/**
 * MsnetJsonOptions:
 * @lines: what makes a line
 * @measured: which results also have what differs from run to run
 * @motion: results also have what the camera does
 */
typedef struct
{
  MsnetJsonLines lines;
  MsnetJsonMeasured measured;
  gboolean motion;
} MsnetJsonOptions;

void msnet_json_options_install (GObjectClass *klass);

G_END_DECLS
