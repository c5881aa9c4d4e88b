/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every backbone promises to the rest of a network (backbone.h). */
#include "common/common.h"
#include "model/architecture.h"
#include "model/backbone.h"
#include "model/network_parse.h"

#include <string.h>

#define REST                                                                                                 \
  "\"shift\": \"causal\", \"shift_every\": 2, \"classes\": 5, \"motion\": {\"after\": [1, 2, 3, 4], "        \
  "\"patch\": 15, "                                                                                          \
  "\"sigma\": 5.0, \"temperature\": 0.01, \"directions\": \"past\", \"softargmax\": \"kernel\", "            \
  "\"confidence\": true}}"

/* A further backbone adds its own: each with the keys that it alone understands. */
static const struct
{
  const gchar *backbone;
  const gchar *keys;
} examples[] = {
  { "resnet", "\"depth\": 18, \"width\": 8, " },
  { "resnet", "\"depth\": 34, \"width\": 20, " },
  { "resnet", "\"depth\": 50, \"width\": 64, " },
  { "resnet", "\"depth\": 101, \"width\": 64, " },
  { "resnet", "\"depth\": 152, \"width\": 64, " },
  { "mobilenet-v2", "" },
  { "mobilenet-v2", "\"multiplier\": 0.1, " },
  { "mobilenet-v2", "\"multiplier\": 1.4, " },
  { "mobilenet-v2", "\"multiplier\": 4, " },
  { "efficientnet-lite0", "" },
  { "efficientnet-lite1", "" },
  { "efficientnet-lite2", "" },
  { "efficientnet-lite3", "" },
  { "efficientnet-lite4", "" },
};

static const MsnetBackbone *
find_backbone (const gchar *name)
{
  const MsnetBackbone *const *backbones = msnet_backbone_list ();

  while (*backbones != NULL && !g_str_equal ((*backbones)->name, name))
    backbones++;
  ck_assert_msg (*backbones != NULL, "no backbone %s", name);
  return *backbones;
}

/* Parses the description of example @i, as a file has it. */
static MsnetNetworkSpec
parse (guint i)
{
  g_autoptr (GError) error = NULL;
  const MsnetBackbone *backbone = find_backbone (examples[i].backbone);
  g_autofree gchar *text
      = g_strdup_printf ("{\"backbone\": \"%s\", %s" REST, backbone->name, examples[i].keys);
  g_autoptr (JsonNode) root = json_from_string (text, &error);
  MsnetNetworkSpec spec = { 0 };

  ck_assert_msg (root != NULL, "%s", error != NULL ? error->message : "");
  MsnetJsonObject json = { "test", "msnet.network", json_node_get_object (root) };
  ck_assert_msg (msnet_network_spec_parse (&spec, &json, &error), "%s", error != NULL ? error->message : "");
  ck_assert_ptr_eq (spec.backbone, backbone);
  return spec;
}

static MsnetArchitecture
lay_out (guint example)
{
  const MsnetNetworkSpec spec = parse (example);
  MsnetArchitecture architecture;

  msnet_architecture_init (&architecture, &spec);
  return architecture;
}

START_TEST (each_has_an_example)
{
  const MsnetBackbone *const *backbones = msnet_backbone_list ();

  for (guint i = 0; backbones[i] != NULL; i++) {
    gboolean found = FALSE;
    for (guint j = 0; j < G_N_ELEMENTS (examples); j++)
      found = found || g_str_equal (examples[j].backbone, backbones[i]->name);
    ck_assert_msg (found, "%s has no example in this test", backbones[i]->name);
    ck_assert_ptr_eq (find_backbone (backbones[i]->name), backbones[i]);
  }
}
END_TEST

/* So that a message about a tensor says what in the description the shapes come from. */
START_TEST (describes_what_it_parsed)
{
  const MsnetNetworkSpec spec = parse (_i);
  g_autofree gchar *description = spec.backbone->describe (&spec);

  for (guint i = 0; spec.backbone->keys[i] != NULL; i++)
    ck_assert_msg (strstr (description, spec.backbone->keys[i]) != NULL, "no %s in \"%s\"",
        spec.backbone->keys[i], description);
}
END_TEST

/* Layers are told apart by their names, in files, plans and among those that models share. */
START_TEST (names_each_layer_once)
{
  MsnetArchitecture architecture = lay_out (_i);
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (&architecture);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < layers->len; i++) {
    MsnetLayer *layer = layers->pdata[i];
    ck_assert_msg (g_hash_table_add (names, layer->name), "%s twice", layer->name);
    ck_assert_msg (i + 1 == layers->len || g_hash_table_add (names, layer->norm), "%s twice", layer->norm);
    ck_assert_uint_gt (strlen (layer->name), 0);
    ck_assert_uint_lt (strlen (layer->name) + 1, sizeof layer->name);
  }
  msnet_architecture_clear (&architecture);
}
END_TEST

/* A depthwise convolution reads each of the channels by itself. */
static gboolean
reads (const MsnetLayer *layer, guint channels)
{
  return layer->inputs == channels || (layer->inputs == 1 && layer->outputs == channels);
}

static void
check_block (const MsnetBlock *block, guint channels)
{
  const MsnetLayer *projection = &block->projection;
  guint inner = channels, stride = 1;

  for (guint i = 0; i < block->n_layers; i++) {
    ck_assert_msg (reads (&block->layers[i], inner), "%s reads %u channels of %u", block->layers[i].name,
        block->layers[i].inputs, inner);
    inner = block->layers[i].outputs;
    stride *= block->layers[i].stride;
  }
  if (projection->outputs == 0)
    return;
  ck_assert_uint_eq (projection->inputs, channels);
  ck_assert_uint_eq (projection->outputs, inner);
  ck_assert_uint_eq (projection->stride, stride);
}

START_TEST (each_block_reads_what_the_last_one_makes)
{
  MsnetArchitecture architecture = lay_out (_i);
  guint channels = architecture.stem.outputs;

  ck_assert_uint_eq (architecture.stem.inputs, 3);
  for (guint i = 0; i < architecture.n_blocks; i++) {
    check_block (&architecture.blocks[i], channels);
    channels = msnet_block_get_outputs (&architecture.blocks[i]);
  }
  ck_assert_uint_eq (architecture.classifier.inputs, channels);
  msnet_architecture_clear (&architecture);
}
END_TEST

START_TEST (each_stage_has_blocks)
{
  MsnetArchitecture architecture = lay_out (_i);
  const MsnetBackbone *backbone = find_backbone (examples[_i].backbone);
  guint n_stages = g_strv_length ((gchar **)backbone->stages);

  for (guint i = 0; i < n_stages; i++)
    ck_assert_uint_lt (msnet_architecture_count_blocks (&architecture, i),
        msnet_architecture_count_blocks (&architecture, i + 1));
  ck_assert_uint_eq (msnet_architecture_count_blocks (&architecture, 0), 0);
  ck_assert_uint_eq (msnet_architecture_count_blocks (&architecture, n_stages), architecture.n_blocks);
  msnet_architecture_clear (&architecture);
}
END_TEST

/* Cells are as far apart as the backbone says, and motion has the channels of its stage. */
START_TEST (motion_fits_each_stage)
{
  const MsnetNetworkSpec spec = parse (_i);
  MsnetArchitecture architecture = lay_out (_i);
  guint distance = spec.backbone->stem_stride, n_blocks = 0;

  for (guint stage = 1; stage <= spec.motion.n_places; stage++) {
    for (; n_blocks < msnet_architecture_count_blocks (&architecture, stage); n_blocks++)
      for (guint i = 0; i < architecture.blocks[n_blocks].n_layers; i++)
        distance *= architecture.blocks[n_blocks].layers[i].stride;
    ck_assert_uint_eq (distance, spec.backbone->strides[stage - 1]);
    ck_assert_uint_eq (architecture.motion[stage - 1].reduction.inputs,
        msnet_block_get_outputs (&architecture.blocks[n_blocks - 1]));
  }
  ck_assert_uint_eq (spec.backbone->strides[spec.motion.after[msnet_backbone_choose_field (&spec)] - 1], 8);
  msnet_architecture_clear (&architecture);
}
END_TEST

/* The motion field is that of the first place where there is none with cells of 8 pixels. */
START_TEST (the_field_is_of_the_first_place_elsewhere)
{
  MsnetNetworkSpec spec = parse (0);

  spec.motion = (MsnetMotionSpec){ .n_places = 3, .after = { 1, 3, 4 } };
  ck_assert_uint_eq (msnet_backbone_choose_field (&spec), 0);
  spec.motion = (MsnetMotionSpec){ .n_places = 2, .after = { 1, 2 } };
  ck_assert_uint_eq (msnet_backbone_choose_field (&spec), 1);
}
END_TEST

/* Overlapping clips share what the stem made of a frame, so no other frame may have a say in it; and the
 * border of a block's input is that of its first layer, so no other layer may shift. */
START_TEST (only_first_layers_of_blocks_shift)
{
  MsnetArchitecture architecture = lay_out (_i);
  guint n_shifts = 0;

  ck_assert_int_eq (architecture.stem.shift, MSNET_SHIFT_NONE);
  for (guint i = 0; i < architecture.n_blocks; i++) {
    const MsnetBlock *block = &architecture.blocks[i];
    n_shifts += block->layers[0].shift == MSNET_SHIFT_CAUSAL;
    for (guint j = 1; j < block->n_layers; j++)
      ck_assert_int_eq (block->layers[j].shift, MSNET_SHIFT_NONE);
    ck_assert_int_eq (block->projection.shift, MSNET_SHIFT_NONE);
  }
  ck_assert_uint_gt (n_shifts, 0);
  ck_assert_uint_lt (n_shifts, architecture.n_blocks);
  msnet_architecture_clear (&architecture);
}
END_TEST

/* What cell 0 of the last feature map sees, found from its end: the first and the last row of @size, of which
 * those before 0 are zeros.  The pool behind the stem of ResNet is as wide before as behind. */
static gdouble
find_middle (const MsnetArchitecture *architecture, const MsnetBackbone *backbone, guint size)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new ();
  g_autofree guint *sizes = NULL;
  gint first = 0, last = 0;

  g_ptr_array_add (layers, (gpointer)&architecture->stem);
  for (guint i = 0; i < architecture->n_blocks; i++)
    for (guint j = 0; j < architecture->blocks[i].n_layers; j++)
      g_ptr_array_add (layers, (gpointer)&architecture->blocks[i].layers[j]);
  sizes = g_new (guint, layers->len);
  for (guint i = 0; i < layers->len; i++) {
    const MsnetLayer *layer = layers->pdata[i];
    const guint stride = i == 0 ? backbone->stem_stride : layer->stride;
    sizes[i] = size;
    size = (size + stride - 1) / stride;
  }
  for (guint i = layers->len; i > 0; i--) {
    const MsnetLayer *layer = layers->pdata[i - 1];
    const guint stride = i == 1 ? backbone->stem_stride : layer->stride;
    const gint before = msnet_padding_get_before (layer->padding, layer->kernel, layer->stride, sizes[i - 1]);
    first = first * (gint)stride - before;
    last = last * (gint)stride - before + (gint)layer->kernel - 1;
  }
  return (first + last) / 2.0 + 0.5;
}

START_TEST (cells_lie_in_the_middle_of_what_they_see)
{
  const guint sizes[] = { 224, 240, 97, 65 };
  const MsnetNetworkSpec spec = parse (_i);
  MsnetArchitecture architecture = lay_out (_i);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    ck_assert_double_eq (msnet_architecture_find_origin (&architecture, &spec, sizes[i]),
        find_middle (&architecture, spec.backbone, sizes[i]));
  /* PyTorch's padding centres them on every 32nd pixel, TensorFlow's on the pixel before the next. */
  ck_assert_double_eq (msnet_architecture_find_origin (&architecture, &spec, 224),
      g_str_has_prefix (spec.backbone->name, "efficientnet") ? 31.5 : 0.5);
  msnet_architecture_clear (&architecture);
}
END_TEST

Suite *
test_suite (void)
{
  const guint n = G_N_ELEMENTS (examples);
  Suite *suite = suite_create ("backbone");
  TCase *tests = tcase_create ("backbone");

  tcase_add_test (tests, each_has_an_example);
  tcase_add_loop_test (tests, describes_what_it_parsed, 0, n);
  tcase_add_loop_test (tests, names_each_layer_once, 0, n);
  tcase_add_loop_test (tests, each_block_reads_what_the_last_one_makes, 0, n);
  tcase_add_loop_test (tests, cells_lie_in_the_middle_of_what_they_see, 0, G_N_ELEMENTS (examples));
  tcase_add_loop_test (tests, each_stage_has_blocks, 0, n);
  tcase_add_loop_test (tests, motion_fits_each_stage, 0, n);
  tcase_add_test (tests, the_field_is_of_the_first_place_elsewhere);
  tcase_add_loop_test (tests, only_first_layers_of_blocks_shift, 0, n);
  suite_add_tcase (suite, tests);
  return suite;
}
