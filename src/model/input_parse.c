/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input_parse.h"

#define STRINGS(...) ((const gchar *const[]){ __VA_ARGS__, NULL })

static const guint largest_side = 4096;

static gboolean
has (const MsnetJsonObject *json, const gchar *key)
{
  return json_object_has_member (json->object, key);
}

/* @sides: height and width of the picture that is cropped */
static gboolean
parse_pair (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  guint sides[2];

  if (!msnet_json_get_pair (json, "resize", 32, largest_side, sides, error))
    return FALSE;
  input->resize_height = sides[0];
  input->resize_width = sides[1];
  return TRUE;
}

static gboolean
parse_crop (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, "resize");
  const gboolean is_pair = node != NULL && JSON_NODE_HOLDS_ARRAY (node);

  if (is_pair ? !parse_pair (input, json, error)
              : !msnet_json_get_integer (json, "resize", 32, largest_side, &input->resize, error))
    return FALSE;
  if ((is_pair ? MIN (input->resize_height, input->resize_width) : input->resize) >= input->size)
    return TRUE;
  msnet_json_set_error (json, "resize", "at least size, so that the crop lies inside", error);
  return FALSE;
}

/* The whole picture is looked at: `resize` has nothing to say, but may be there, as version 1 has it. */
static gboolean
parse_whole (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  return !has (json, "resize") || parse_crop (input, json, error);
}

static gboolean
parse_range (guint *range, const MsnetJsonObject *json, GError **error)
{
  *range = 1;
  if (!has (json, "range")
      || (msnet_json_get_integer (json, "range", 1, 255, range, NULL) && (*range == 1 || *range == 255)))
    return TRUE;
  msnet_json_set_error (json, "range", "1 or 255", error);
  return FALSE;
}

/* Mean and deviation are of pixels in [0, `range`]; here they are of pixels in [0, 1]. */
static gboolean
parse_statistics (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  guint range;

  if (!parse_range (&range, json, error)
      || !msnet_json_get_triple (json, "mean", -1000, 1000, input->mean, error)
      || !msnet_json_get_triple (json, "std", 1e-6, 1000, input->std, error))
    return FALSE;
  for (guint i = 0; i < 3; i++) {
    input->mean[i] /= range;
    input->std[i] /= range;
  }
  return TRUE;
}

static gboolean
parse_filter (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  guint filter = MSNET_FILTER_ANTIALIAS;

  if (has (json, "resize_filter")
      && !msnet_json_get_choice (json, "resize_filter", STRINGS ("antialias", "bilinear"), &filter, error))
    return FALSE;
  input->filter = (MsnetFilter)filter;
  return TRUE;
}

gboolean
msnet_input_parse (MsnetPrepareParams *input, guint *frames, const MsnetJsonObject *json, GError **error)
{
  guint fit, order;

  if (!msnet_json_check_keys (json,
          STRINGS ("frames", "fit", "resize", "resize_filter", "size", "order", "range", "mean", "std"),
          error)
      || !msnet_json_get_integer (json, "frames", 1, 64, frames, error)
      || !msnet_json_get_choice (json, "fit", STRINGS ("crop", "stretch", "pad"), &fit, error)
      || !msnet_json_get_integer (json, "size", 32, 1024, &input->size, error)
      || !msnet_json_get_choice (json, "order", STRINGS ("RGB", "BGR"), &order, error)
      || !parse_statistics (input, json, error) || !parse_filter (input, json, error))
    return FALSE;
  input->fit = (MsnetFit)fit;
  input->bgr = order == 1;
  return input->fit == MSNET_FIT_CROP ? parse_crop (input, json, error) : parse_whole (input, json, error);
}
