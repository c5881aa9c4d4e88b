/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the time half of the library needs from the network half: prepare frames into slots, compute them,
 * load slots, run the network over them.  An interface, so that tests can use a fake. */
#pragma once

#include "ops/prepare/prepare.h"

G_BEGIN_DECLS

/**
 * MsnetEngineOptions: how an engine is built.
 * @precision: see MsnetNetworkOptions
 * @n_slots: see MsnetEngine
 * @activation: it can be asked where an answer comes from, and keeps what that needs
 */
typedef struct
{
  MsnetDataType precision;
  guint n_slots;
  gboolean activation;
} MsnetEngineOptions;

/**
 * MsnetEngine: operations of an engine; @self is passed to each.  One thread at a time, unless it says
 * otherwise.
 * @n_frames: T
 * @n_slots: how many computed frames it holds at a time, at least T + 2
 * @n_classes: how many probabilities it gives
 * @field_size: cells of the motion field on a side, 0: no motion
 * @field_cover: width of all its cells by that of what the network sees: 1, or more if the cells do not
 *     divide it
 * @field_reach: the farthest motion that can be seen between two frames, in cells
 * @field_of_newer, @field_temperature, @field_step: see MsnetField
 * @activation_size: cells of the activation map on a side; 0: it was not asked for
 * @activation_origin: where they begin, in widths of what the network sees: their middles are those of what
 *     they see (msnet_architecture_find_origin()); @activation_cover: see @field_cover
 * @is_stream: a frame is computed with what is kept of those before it (DESIGN.md, Two ways to run): every
 *     frame that is prepared must be computed, in the order they came
 * @state_size: bytes that are kept from frame to frame; 0 unless @is_stream
 */
typedef struct _MsnetEngine MsnetEngine;
struct _MsnetEngine
{
  guint n_frames;
  guint n_slots;
  guint n_classes;
  guint field_size;
  gdouble field_cover;
  guint field_reach;
  gboolean field_of_newer;
  gdouble field_temperature;
  guint field_step;
  guint activation_size;
  gdouble activation_origin;
  gdouble activation_cover;
  gboolean is_stream;
  gsize state_size;

  /* Reads @frame, whose memory is not needed afterwards. */
  gboolean (*prepare) (MsnetEngine *self, const MsnetFrame *frame, GError **error);

  /* Computes, into @slot, everything about the frame prepared last that no later frame can change. */
  gboolean (*compute) (MsnetEngine *self, guint slot, GError **error);

  /* Makes the T frames in @slots (one may occur several times) the input of run(); afterwards the slots are
   * free for other frames. */
  gboolean (*load) (MsnetEngine *self, const guint *slots, GError **error);

  /* Runs the network over what was loaded; @probabilities: n_classes of them, [0, 1]; their sum is 1
   * unless each class stands for itself (MSNET_OUTPUT_SIGMOID). */
  gboolean (*run) (MsnetEngine *self, gfloat *probabilities, GError **error);

  /* How the content moved from position @newer - 1 to @newer of the last run(): @field_size rows of as many
   * cells of x, y (in cells) and confidence; all zero if the cell is flat.  In a stream, @newer must be the
   * frame that was computed last. */
  gboolean (*read_motion) (MsnetEngine *self, guint newer, gfloat *field, GError **error);

  /* Where the logit of class @class_index in the last run() comes from: @map: @activation_size rows of as
   * many cells, each the mean over the points of what it adds; the logit is their mean plus @bias (out).  In
   * a stream, the window's frames must be among the @n_frames that were computed last.  NULL where
   * @activation_size is 0. */
  gboolean (*read_activation) (
      MsnetEngine *self, guint class_index, gfloat *map, gdouble *bias, GError **error);

  /* The next frame is the first one of another stream.  NULL unless @is_stream. */
  gboolean (*reset) (MsnetEngine *self, GError **error);

  /* What the network sees of @frame: x, y, width, height in fractions of the upright picture.  Any thread. */
  void (*get_region) (MsnetEngine *self, const MsnetFrame *frame, gdouble region[4]);

  /* Which rows of @frame prepare() reads: [first, end).  Any thread. */
  void (*get_rows) (MsnetEngine *self, const MsnetFrame *frame, guint *first, guint *end);

  void (*free) (MsnetEngine *self);
};

void msnet_engine_free (MsnetEngine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetEngine, msnet_engine_free)

G_END_DECLS
