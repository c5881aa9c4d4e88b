/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds out which kernels are the fastest on this machine for the operations of networks, by timing them
 * where they run: in the networks.  For tools and tests; an element only reads what was found (tuning.h).
 *
 *     tuner = msnet_tuner_new (device, operations)
 *     msnet_tuner_add (tuner, plan)            of each network, built as usual
 *     msnet_tuner_check (tuner, i)             for each layer: which candidates compute it rightly
 *     msnet_tuner_try (tuner, trial)           networks that are built now take candidates number `trial`
 *     msnet_tuner_time (tuner, plan)           of those networks, in turn, for as long as there is time
 *     msnet_tuner_finish (tuner)               chooses; msnet_tuning_save() keeps it
 *
 * One thread; while it works, no other may build networks on the device. */
#pragma once

#include "ops/kernel.h"

G_BEGIN_DECLS

typedef struct _MsnetTuner MsnetTuner;

/**
 * MsnetTunedLayer: all steps of an operation of the same sizes.
 * @operation: which it is
 * @name: of the first of them
 * @key: their sizes
 * @count: how many there are
 * @rules: the choice without the tuner
 * @candidates: of MsnetKernel: @rules, and those that are not far behind, where they compute it rightly
 * @rejected: how many candidates computed it wrongly
 * @choice: the fastest; NULL: not checked
 * @before, @after: seconds that @rules and @choice take; 0: no sample counts
 */
typedef struct
{
  const MsnetOperation *operation;
  gchar *name;
  gchar *key;
  guint count;
  const MsnetKernel *rules;
  GPtrArray *candidates;
  guint rejected;
  const MsnetKernel *choice;
  gdouble before;
  gdouble after;
} MsnetTunedLayer;

/* @operations: that are tuned, ended by NULL; those with a single kernel beside plain are left out
 * Returns: (transfer full): NULL with MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
MsnetTuner *msnet_tuner_new (MsnetDevice *device, const MsnetOperation *const *operations, GError **error);

/* Choices that were not finished are forgotten. */
void msnet_tuner_free (MsnetTuner *tuner);

/* Takes the steps of @plan in. */
void msnet_tuner_add (MsnetTuner *tuner, MsnetCommandList *plan);

/* Returns: (element-type MsnetTunedLayer) (transfer none): in the order they were added */
const GPtrArray *msnet_tuner_get_layers (MsnetTuner *tuner);

/* Compares all candidates for @layer with the plain kernel over random values; with bfloat16 their error
 * against float with that of the plain kernel.  A layer that is not checked stays as it is. */
gboolean msnet_tuner_check (MsnetTuner *tuner, MsnetTunedLayer *layer, GError **error);

/* Returns: how many trials it takes until each candidate had its turn */
guint msnet_tuner_count_trials (MsnetTuner *tuner);
void msnet_tuner_try (MsnetTuner *tuner, guint trial);

/* Times every step of @plan that is tuned once, beside the device's peak. */
gboolean msnet_tuner_time (MsnetTuner *tuner, MsnetCommandList *plan, GError **error);

/* Chooses for every layer; another than by rules only where it wins by more than three hundredths. */
void msnet_tuner_finish (MsnetTuner *tuner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetTuner, msnet_tuner_free)

G_END_DECLS
