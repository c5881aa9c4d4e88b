/* What the time half of the library needs from the network half, so that it can be tested with a
 * fake: prepare a frame into a slot, infer over slots. */
#pragma once

#include "ops/prepare.h"

G_BEGIN_DECLS

/**
 * MsnetEngine: operations of an engine; @self is handed to each.
 * @n_slots: how many prepared frames it holds at a time
 * @n_classes, @field_size: see msnet_network_get_field_size()
 */
typedef struct _MsnetEngine MsnetEngine;
struct _MsnetEngine
{
  guint n_frames; /* T */
  guint n_slots;
  guint n_classes;
  guint field_size;

  /* Puts @frame, prepared, into @slot; its memory is not needed afterwards. */
  gboolean (*prepare) (MsnetEngine *self, guint slot, const MsnetFrame *frame, GError **error);

  /* Runs the network over the T frames in @slots (one may occur several times); @probabilities: n_classes. */
  gboolean (*infer) (MsnetEngine *self, const guint *slots, gfloat *probabilities, GError **error);

  /* The displacement of the pair that starts from position @frame of the last infer(), in cells, as
   * msnet_network_read_field(). */
  gboolean (*read_field) (MsnetEngine *self, guint frame, gfloat *field, GError **error);

  void (*free) (MsnetEngine *self);
};

void msnet_engine_free (MsnetEngine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetEngine, msnet_engine_free)

G_END_DECLS
