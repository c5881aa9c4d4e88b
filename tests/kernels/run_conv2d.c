/* Lets the driver compile one candidate, whose machine code is then looked at.
 *
 *     run_conv2d               the names of those that this device has instructions for, and their sums in registers
 *     run_conv2d CANDIDATE     runs it once */
#include "common/common.h"
#include "ops/conv2d_candidate.h"

#include <stdio.h>
#include <stdlib.h>

static gboolean
fits (const MsnetConv2dCandidate *candidate, MsnetDevice *device)
{
  msnet_device_find_instructions (device);
  return candidate->vector_width > 0 && (!candidate->is_bf16 || msnet_device_get_info (device)->has_bf16)
         && candidate->vector_width <= MAX (8, msnet_device_get_info (device)->vector_width);
}

static gboolean
run (const MsnetConv2dCandidate *candidate, MsnetDevice *device)
{
  const guint kernel = 3;
  const MsnetElement element = candidate->is_bf16 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  const MsnetShape input = { 3, 8, 8, 128, kernel / 2, TRUE, element };
  const MsnetShape output = { 3, 8, 8, 128, .element = element };
  g_autofree gfloat *weights = g_new0 (gfloat, (gsize)128 * 128 * kernel * kernel);
  g_autofree gfloat *bias = g_new0 (gfloat, 128);
  g_autoptr (MsnetTensor) in = msnet_tensor_new (device, &input, NULL);
  g_autoptr (MsnetTensor) out = msnet_tensor_new (device, &output, NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetConv2dParams params = { .output = out,
    .input = in,
    .weights = weights,
    .bias = bias,
    .kernel = kernel,
    .stride = 1,
    .epilogue = MSNET_EPILOGUE_RELU };

  return candidate->append (candidate, list, &params, NULL) && msnet_command_list_run (list, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  for (guint i = 0; i < n_candidates; i++) {
    const MsnetConv2dCandidate *candidate = &candidates[i];

    if (argc > 1 && g_str_equal (candidate->name, argv[1]))
      return run (candidate, device) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (argc == 1 && fits (candidate, device))
      printf ("%s %u\n", candidate->name, candidate->rows * candidate->columns / candidate->vector_width);
  }
  return argc == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
