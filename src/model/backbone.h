/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A backbone makes features of frames.  It is a table of all that the rest of a network needs of it.
 *
 * A network runs the stem of its backbone, then the blocks, one after the other, and then the head (head.h).
 * In a motion network MotionSqueeze stands between two blocks.  All else follows from the layers and blocks:
 * which tensors a file must hold, what models share, what overlapping clips share, what a stream keeps.
 *
 * A further backbone is a pair of files and a line in the list of backbone.c.  It provides
 * - its name, and the keys of `msnet.network` that it alone understands: parse() and describe();
 * - its layers: lay_out() names them as its checkpoints do, and marks those that shift;
 * - its arithmetic: append_stem() and append_block().
 *
 * For src/model. */
#pragma once

#include "builder.h"
#include "json.h"
#include "network_spec.h"

G_BEGIN_DECLS

/**
 * MsnetBackbone:
 * @name: as `backbone` of `msnet.network` has it
 * @keys: those of `msnet.network` that parse() reads; NULL-terminated
 * @stages: names of its stages, for error messages, tests and timing; NULL-terminated
 * @strides: of each stage: how many pixels apart the cells of its output are
 * @stem_stride: how many pixels apart the cells of the stem's output are
 * @parse: reads @keys into the spec
 * @describe: returns (transfer full) what @keys say, for error messages: `depth 50, width 64`
 * @lay_out: sets names, sizes and shifts of the stem and of all blocks.  It appends the blocks to the empty
 *     @blocks (element-type MsnetBlock) in the order they run.  Only the first layer of a block may shift,
 *     or the block (msnet_block_set_shift())
 * @append_stem: its output has the channels of @stem, and each side of @input (the pixels, which stay the
 *     caller's) divided by @stem_stride and rounded up.  @border: of the output
 * @append_block: like all functions that append (builder.h).  @border: of the output
 */
struct _MsnetBackbone
{
  const gchar *name;
  const gchar *const *keys;
  const gchar *const *stages;
  const guint *strides;
  guint stem_stride;

  gboolean (*parse) (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error);
  gchar *(*describe) (const MsnetNetworkSpec *spec);
  void (*lay_out) (const MsnetNetworkSpec *spec, MsnetLayer *stem, GArray *blocks);
  MsnetTensor *(*append_stem) (
      MsnetBuilder *builder, const MsnetLayer *stem, MsnetTensor *input, MsnetBorder border, GError **error);
  MsnetTensor *(*append_block) (
      MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error);
};

/* For lay_out(): the shift of @spec, at the place that it says.  @block has its layers, the first of which
 * reads all channels of its input. */
void msnet_block_set_shift (MsnetBlock *block, const MsnetNetworkSpec *spec);

/* Returns: which of the places of MotionSqueeze the motion field is read at: the first with cells that are 8
 *     pixels apart, else the first */
guint msnet_backbone_choose_field (const MsnetNetworkSpec *spec);

/* Returns: NULL-terminated: every backbone; the first is that of a file that names none */
const MsnetBackbone *const *msnet_backbone_list (void);

G_END_DECLS
