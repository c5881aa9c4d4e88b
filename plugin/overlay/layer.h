/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One of the drawings that lie over a picture, as a struct of functions; picture.c has the list of them.
 *
 * For the drawings of msnetoverlay, a file each. */
#pragma once

#include "canvas.h"
#include "history.h"
#include "look.h"
#include "meta/result_meta.h"
#include "ongoing.h"
#include "options.h"

G_BEGIN_DECLS

/**
 * MsnetView: what layers draw, and where there is room.
 * @results: @n_results that are on now, one an element
 * @motion: width 0: none
 * @activation: width 0: none
 * @now: stream time; GST_CLOCK_TIME_NONE: not known
 * @bottom: where the free part of the frame ends, in display pixels
 * @label: what the label's panel covers; width 0: there is none
 * @taken: @n_taken rectangles that the layers in front cover
 */
typedef struct
{
  const MsnetCanvas *canvas;
  const MsnetOverlayOptions *options;
  const MsnetResult *results;
  guint n_results;
  const MsnetMotion *motion;
  const MsnetActivation *activation;
  MsnetHistory *history;
  const MsnetOngoing *ongoing;
  GstClockTime now;

  gdouble bottom;
  MsnetRectangle label;
  const MsnetRectangle *taken;
  guint n_taken;
} MsnetView;

/**
 * MsnetOverlayLayer:
 * @reserve: (nullable): how much of the frame's foot the layer needs for itself, in display pixels
 * @describe: adds the values by which the layer looks as it does, on this canvas with these options: others
 *     if, and only if, it would look different; none if it shows nothing
 * @draw: what was described.  Returns: (transfer full) (nullable): NULL if there is no room
 */
typedef struct
{
  gdouble (*reserve) (const MsnetView *view);
  void (*describe) (const MsnetView *view, MsnetLook *look);
  GstVideoOverlayRectangle *(*draw) (const MsnetView *view);
} MsnetOverlayLayer;

G_END_DECLS
