/* The classifier and the consensus over frames; a work-item makes one value. */

/* output[t, k] = bias[k] + sum_c weights[k, c] input[t, c].  output: [T, 1, 1, K]; input: [T, 1, 1, C];
 * weights: [K][C] */
kernel void
linear (global float *output, int output_origin, int output_row, int output_frame,
    global const float *input, int input_origin, int input_row, int input_frame, global const float *weights,
    global const float *bias, int frames, int channels, int classes)
{
  int index = get_global_id (0);
  if (index >= frames * classes)
    return;
  int class_index = index % classes;
  int frame = index / classes;

  global const float *values = input + input_origin + frame * input_frame;
  global const float *row = weights + class_index * channels;
  float sum = bias[class_index];
  for (int channel = 0; channel < channels; channel++)
    sum += row[channel] * values[channel];
  output[output_origin + frame * output_frame + class_index] = sum;
}

/* output[k] = mean over t of input[t, k].  output: [1, 1, 1, K]; input: [T, 1, 1, K] */
kernel void
consensus (global float *output, int output_origin, int output_row, int output_frame,
    global const float *input, int input_origin, int input_row, int input_frame, int frames, int classes)
{
  int class_index = get_global_id (0);
  if (class_index >= classes)
    return;
  float sum = 0.0f;
  for (int frame = 0; frame < frames; frame++)
    sum += input[input_origin + frame * input_frame + class_index];
  output[output_origin + class_index] = sum / (float) frames;
}
