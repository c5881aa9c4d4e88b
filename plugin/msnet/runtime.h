/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model, device and recognizer of one `msnet`, from its settings: found in READY, built in PAUSED. */
#pragma once

#include "clip/start.h"
#include "model/model.h"
#include "settings.h"

G_BEGIN_DECLS

/**
 * MsnetRuntime:
 * @model, @device: from READY on
 * @precision: how the network stores what it computes; from READY on
 * @recognizer: from PAUSED on; streaming thread
 * @grid: of windows; from PAUSED on
 * @latency: ns that an answer was measured to take once its last frame is prepared
 * @id: set once: unlike that of any other element, whatever its name
 * @index: of the next window, where there is no recognizer: windows are counted over all runs
 */
typedef struct
{
  MsnetModel *model;
  MsnetDevice *device;
  MsnetDataType precision;
  MsnetRecognizer *recognizer;
  MsnetGrid grid;
  GstClockTime latency;
  guint64 id;
  guint64 index;
} MsnetRuntime;

/* Finds what is not yet there: posts an element error of @element and returns FALSE where that fails. */
gboolean msnet_runtime_open (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element);

/* After msnet_runtime_open(): "stream" or "clip", as the network runs (DESIGN.md, Two ways to run). */
const gchar *msnet_runtime_get_mode (const MsnetRuntime *runtime);

/* After msnet_runtime_open(): "f32" or "bf16": what the network computes with. */
const gchar *msnet_runtime_get_precision (const MsnetRuntime *runtime);

/* After msnet_runtime_open(): builds the network and warms it up.  If a device that `auto` took fails,
 * another one is taken, with a warning.  If all fail, posts an error and returns FALSE;
 * msnet_runtime_open() must then find a device again. */
gboolean msnet_runtime_build (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element);

/* Undoes msnet_runtime_build().  Returns FALSE if the device hangs (msnet_recognizer_free()).  Then
 * msnet_runtime_open() must find a device again, and no other element shares the one that hangs. */
gboolean msnet_runtime_stop (MsnetRuntime *runtime);

/* Undoes both. */
void msnet_runtime_close (MsnetRuntime *runtime);

/* Posts @error of the library as an element error. */
void msnet_post_error (GstElement *element, const GError *error);

G_END_DECLS
