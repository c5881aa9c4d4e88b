/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a window shows, as src/clip finds it.  Plain data; one thread at a time. */
#pragma once

#include "base/frame.h"

G_BEGIN_DECLS

/**
 * MsnetField: how the content moves between two frames.
 * @size: cells on a side
 * @cells: @size rows of @size cells of x, y, confidence; from the older frame to the newer, x right and y
 *     down, in fractions of the frame's width and height per second; all zero if the cell is flat
 * @region: what the cells cover, which is what the network sees and perhaps a part of a cell more: x, y,
 *     width, height in fractions of the frame; of a padded picture it reaches beyond the frame
 * @turn: what makes the frames upright
 * @limit: the fastest x and y that can be measured, in the same unit
 * @aspect: display width of the frames by their display height
 * @of_newer: TRUE: cells are places in the newer frame; FALSE: in the older one
 * @temperature: of the soft-argmax that x and y come from; the lower it is, the more they are drawn to
 *     whole steps; 0: they are not
 * @step: cells that such a step is long
 * @start, @end: PTS of the two frames
 */
typedef struct
{
  guint size;
  gfloat *cells;
  gdouble region[4];
  MsnetTurn turn;
  gdouble limit[2];
  gdouble aspect;
  gboolean of_newer;
  gdouble temperature;
  guint step;
  guint64 start;
  guint64 end;
} MsnetField;

/* @region: of the upright picture; @start < @end.  Cells are zero, and steps one cell. */
MsnetField *msnet_field_new (guint size, const gdouble region[4], guint64 start, guint64 end);
void msnet_field_free (MsnetField *field);

/* Converts from cells between the two frames to fractions of the frame per second.  @reach: the farthest
 * motion that can be seen, in cells. */
void msnet_field_scale (MsnetField *field, guint reach);

/* Makes flat the cells whose middle lies outside of the frame, in what pads the picture. */
void msnet_field_clear_outside (MsnetField *field);

/* Converts from the upright picture, as the network sees it, to the frames as they lie in memory. */
void msnet_field_turn_back (MsnetField *field);

/**
 * MsnetActivationMap: where the best class's logit comes from (DESIGN.md, Activation).
 * @size: cells on a side
 * @cells: @size rows of @size cells: what each adds to the logit, which is their mean plus @bias
 * @region, @turn: see MsnetField
 * @class_index: the class, the best of the window
 */
typedef struct
{
  guint size;
  gfloat *cells;
  gdouble region[4];
  MsnetTurn turn;
  guint class_index;
  gdouble bias;
} MsnetActivationMap;

/* @region: of the upright picture.  Cells are zero. */
MsnetActivationMap *msnet_activation_map_new (guint size, const gdouble region[4]);
void msnet_activation_map_free (MsnetActivationMap *map);

/* As msnet_field_turn_back(). */
void msnet_activation_map_turn_back (MsnetActivationMap *map);

/**
 * MsnetCamera: what the camera does, at the middle of the upright picture.
 * @pan: widths of the frame per second, to the right (the content moves left)
 * @tilt: heights of the frame per second, up (the content moves down)
 * @zoom: natural logarithm of the content's growth per second, in is positive
 * @roll: radians per second, counter-clockwise, as roll-left (the content turns clockwise)
 * @agreement: share of the cells that are not flat that follow these four, [0, 1]; 0: too few cells are not
 *     flat, and all are 0
 */
typedef struct
{
  gdouble pan;
  gdouble tilt;
  gdouble zoom;
  gdouble roll;
  gdouble agreement;
} MsnetCamera;

/* PTS of a window's first and last frame, ns. */
typedef struct
{
  guint64 start;
  guint64 end;
} MsnetSpan;

/**
 * MsnetRecognition: what a window shows.
 * @index: counts the recognitions, over resets too
 * @start, @end: PTS of the first and last point's frame
 * @wall: of the frame at @end, as it was given with it
 * @frames, @gaps, @partial: see MsnetWindow
 * @skipped: windows since the recognition before this one that a busy device never saw
 * @inference: ns that the network took, from the last frame prepared to the answer
 * @latency: ns from the arrival of the frame that made the window due until it was recognised
 * @probabilities: one for each of @n_classes classes; their sum may be anything (MSNET_OUTPUT_SIGMOID)
 * @field: (nullable): of the last pair of two different frames, if there is one
 * @camera: what @field says about the camera
 * @activation: (nullable): of the class with the highest probability, the first of several
 */
typedef struct
{
  guint64 index;
  guint64 start;
  guint64 end;
  guint64 wall;
  guint frames;
  guint gaps;
  gboolean partial;
  guint64 skipped;
  guint64 inference;
  guint64 latency;
  guint n_classes;
  gfloat *probabilities;
  MsnetField *field;
  MsnetCamera camera;
  MsnetActivationMap *activation;
} MsnetRecognition;

MsnetRecognition *msnet_recognition_new (guint n_classes);
void msnet_recognition_free (MsnetRecognition *recognition);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetField, msnet_field_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetActivationMap, msnet_activation_map_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetRecognition, msnet_recognition_free)

G_END_DECLS
