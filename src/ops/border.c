#include "border.h"

#include "operation.h"

/* As in kernels/plain/border.cl: a row alone is less work than its launch. */
#define ROWS_AN_ITEM 8

gboolean
msnet_border_clear_append (MsnetCommandList *list, MsnetTensor *tensor, GError **error)
{
  const MsnetShape *shape = &tensor->shape;
  const guint around = shape->frame_halo ? 2 : 0;
  const MsnetLaunch launch = {
    .file = "plain/border.cl",
    .kernel = "clear_border",
    .options = msnet_operation_get_element_option (shape),
    MSNET_ARGUMENTS (MSNET_TENSOR (tensor), MSNET_INT (shape->frames), MSNET_INT (shape->height),
        MSNET_INT (shape->width), MSNET_INT (shape->halo), MSNET_INT (shape->frame_halo),
        MSNET_INT (shape->channels / 8 * 2)),
    .global = { (shape->height + 2 * shape->halo + ROWS_AN_ITEM - 1) / ROWS_AN_ITEM, shape->frames + around },
  };

  if (shape->halo == 0 && !shape->frame_halo)
    return TRUE;
  return msnet_operation_append (list, "border", &launch, error);
}
