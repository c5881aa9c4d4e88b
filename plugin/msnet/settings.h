/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of `msnet` that a user sets: their types, defaults and bounds. */
#pragma once

#include "clip/actions.h"
#include "meta/properties.h"
#include "model/model.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

#define MSNET_LONGEST_WINDOW (3600 * GST_SECOND)

/**
 * MsnetPrecision: what the network computes with.
 * @MSNET_PRECISION_F32: float32
 * @MSNET_PRECISION_BF16: bfloat16 if the device has units for it, otherwise float32
 */
typedef enum
{
  MSNET_PRECISION_F32,
  MSNET_PRECISION_BF16,
} MsnetPrecision;

/**
 * MsnetEos: what happens to the window that is still open at the end of the stream.
 * @MSNET_EOS_REPEAT_LAST: the last frame completes it
 * @MSNET_EOS_DROP: it is dropped
 */
typedef enum
{
  MSNET_EOS_REPEAT_LAST,
  MSNET_EOS_DROP,
} MsnetEos;

/**
 * MsnetPostMessages: which results are posted as element messages.
 * @MSNET_POST_NONE: none
 * @MSNET_POST_CHANGES: those with another label than the one posted last
 * @MSNET_POST_ALL: all
 */
typedef enum
{
  MSNET_POST_NONE,
  MSNET_POST_CHANGES,
  MSNET_POST_ALL,
} MsnetPostMessages;

/**
 * MsnetPolicy: what happens if the device is slower than the stream.
 * @MSNET_POLICY_EVERY: the stream waits, every window is recognised
 * @MSNET_POLICY_LATEST: the stream never waits, a busy device skips windows
 * @MSNET_POLICY_AUTO: latest if the source is live, otherwise every
 */
typedef enum
{
  MSNET_POLICY_EVERY,
  MSNET_POLICY_LATEST,
  MSNET_POLICY_AUTO,
} MsnetPolicy;

/**
 * MsnetWindowSpan: what a window is.
 * @MSNET_SPAN_WINDOW: as long as the property `window` says, one every `hop`
 * @MSNET_SPAN_CLIP: the whole clip
 */
typedef enum
{
  MSNET_SPAN_WINDOW,
  MSNET_SPAN_CLIP,
} MsnetWindowSpan;

#define MSNET_TYPE_PRECISION (msnet_precision_get_type ())
GType msnet_precision_get_type (void);

#define MSNET_TYPE_POLICY (msnet_policy_get_type ())
GType msnet_policy_get_type (void);

#define MSNET_TYPE_WINDOW_SPAN (msnet_window_span_get_type ())
GType msnet_window_span_get_type (void);

#define MSNET_TYPE_EOS (msnet_eos_get_type ())
GType msnet_eos_get_type (void);

#define MSNET_TYPE_POST_MESSAGES (msnet_post_messages_get_type ())
GType msnet_post_messages_get_type (void);

/* What may change at any time.  Times in ns; @expire 0: two windows.  The last four: see MsnetActionParams;
 * those that are negative are as the model proposes. */
typedef struct
{
  MsnetEos eos;
  guint top_k;
  gdouble threshold;
  guint64 expire;
  gboolean motion;
  MsnetPostMessages post_messages;
  gint64 smoothing;
  gdouble enter;
  gdouble leave;
  guint64 min_duration;
} MsnetReporting;

/* What must stay while the element runs, and the rest. */
typedef struct
{
  gchar *model;
  gchar *device;
  MsnetPrecision precision;
  MsnetWindowSpan span;
  guint64 window;
  guint64 hop;
  GstVideoOrientationMethod orientation;
  gboolean activation;
  MsnetPolicy policy;
  MsnetReporting reporting;
} MsnetSettings;

/* The values are set by msnet_properties_init() and msnet_property_set(); `stats` is computed. */
void msnet_settings_install (GObjectClass *klass);

void msnet_settings_copy (const MsnetSettings *settings, MsnetSettings *copy);
void msnet_settings_clear (MsnetSettings *settings);

/* @params: (out): what the user asks for, else what the model proposes, else the usual */
void msnet_reporting_get_actions (
    const MsnetReporting *reporting, const MsnetActionProposal *proposal, MsnetActionParams *params);

/* Returns: (transfer full): what "leave" and "enter" are and who says so, if actions would end before they
 *     begin; NULL if they would not */
gchar *msnet_reporting_find_contradiction (
    const MsnetReporting *reporting, const MsnetActionProposal *proposal);

/* Whether the settings make sense together, and with the model's @proposal; if they do not, posts an element
 * error of @element. */
gboolean msnet_settings_check (
    const MsnetSettings *settings, const MsnetActionProposal *proposal, GstElement *element);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetSettings, msnet_settings_clear)

G_END_DECLS
