/* The classifier and the consensus over frames; a work-item makes one value. */

/* output[t, k] = bias[k] + sum_c weights[k, c] input[t, c].  output: [T, 1, 1, K]; input: [T, 1, 1, C];
 * weights: [K][C] */
kernel void
linear (global float *output, Geometry out, global const float *input, Geometry in, global const float *weights,
    global const float *bias, int frames)
{
  int index = get_global_id (0);
  int channels = in.channels;
  int classes = out.channels;
  if (index >= frames * classes)
    return;
  int class_index = index % classes;
  int frame = index / classes;

  global const float *values = input + get_row (in, frame, 0);
  global const float *row = weights + class_index * channels;
  float sum = bias[class_index];
  for (int channel = 0; channel < channels; channel++)
    sum += row[channel] * values[channel];
  output[get_row (out, frame, 0) + class_index] = sum;
}

/* output[k] = mean over t of input[t, k].  output: [1, 1, 1, K]; input: [T, 1, 1, K] */
kernel void
consensus (global float *output, Geometry out, global const float *input, Geometry in, int frames)
{
  int class_index = get_global_id (0);
  if (class_index >= in.channels)
    return;
  float sum = 0.0f;
  for (int frame = 0; frame < frames; frame++)
    sum += input[get_row (in, frame, 0) + class_index];
  output[out.origin + class_index] = sum / (float) frames;
}
