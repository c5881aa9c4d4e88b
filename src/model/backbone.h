/* A backbone: the convolutions that make features of frames, as a table of all that the others need of it.
 *
 * A network is the stem of its backbone, then the blocks, one after the other, with MotionSqueeze between two of
 * them if the model has motion, then the head (head.h).  Everything else follows from the layers and the blocks:
 * which tensors a file must hold, what models share, what overlapping clips share, what a stream keeps.
 *
 * A further backbone is a pair of files, with
 * - its name, and the keys of `msnet.network` that it alone understands: parse() and describe();
 * - its layers: lay_out() names them as its checkpoints do, and says which blocks shift;
 * - its arithmetic: append_stem() and append_block();
 * and a line in the list of backbone.c.  For src/model. */
#pragma once

#include "builder.h"
#include "json.h"
#include "network_spec.h"

G_BEGIN_DECLS

/**
 * MsnetBackbone:
 * @name: as `backbone` of `msnet.network` has it
 * @keys: NULL-terminated: those of `msnet.network` that parse() reads
 * @stages: NULL-terminated: names of its stages, for `after` of a motion network, for tests and for timing
 * @motion_after: behind how many stages MotionSqueeze stands: cells are 8 pixels apart there
 * @stem_stride: how many pixels apart the cells are that the stem makes
 * @parse: takes @keys into the spec
 * @describe: returns (transfer full): what @keys say, for messages: `depth 50, width 64`
 * @lay_out: of a valid spec: sets the names, sizes and shifts of the stem and of all blocks, which it appends to the
 *     empty @blocks (element-type MsnetBlock) in the order they run.  The stem does not shift.  What a block needs
 *     around its input is what its first layer needs
 * @append_stem: @input: [T, S, S, 3], stays the caller's; @border: of the output, of which each side is that of
 *     @input by @stem_stride, rounded up, with the channels of the stem
 * @append_block: as all that appends (builder.h); @border: of the output
 */
struct _MsnetBackbone
{
  const gchar *name;
  const gchar *const *keys;
  const gchar *const *stages;
  guint motion_after;
  guint stem_stride;

  gboolean (*parse) (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error);
  gchar *(*describe) (const MsnetNetworkSpec *spec);
  void (*lay_out) (const MsnetNetworkSpec *spec, MsnetLayer *stem, GArray *blocks);
  MsnetTensor *(*append_stem) (
      MsnetBuilder *builder, const MsnetLayer *stem, MsnetTensor *input, MsnetBorder border, GError **error);
  MsnetTensor *(*append_block) (
      MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error);
};

/* Returns: NULL-terminated: every backbone; the first is that of a file that names none */
const MsnetBackbone *const *msnet_backbone_list (void);

G_END_DECLS
