/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames of one colour through msnetoverlay, and what has changed in them. */
#pragma once

#include "common/sample_metadata.h"

#include <gst/check/gstharness.h>

G_BEGIN_DECLS

#define FRAME (40 * GST_MSECOND)
#define GROUND 0x80 /* every byte of a frame */

/* @launch: msnetoverlay with properties; frames of BGRx. */
GstHarness *overlay_harness_new (const gchar *launch, gint width, gint height);

/* Frame @n of 25 a second, of GROUND, in @size bytes. */
GstBuffer *overlay_frame_new (guint n, gsize size);

/* Pixels of a frame of BGRx that came out; release with overlay_picture_clear(). */
typedef struct
{
  gint width;
  gint height;
  GstBuffer *buffer;
  GstMapInfo map;
} OverlayPicture;

/* Pushes frame @n with the results and the motion that are not NULL. */
OverlayPicture overlay_push (GstHarness *harness, gint width, gint height, guint n, const MsnetResult *result,
    const MsnetMotion *motion);
void overlay_picture_clear (OverlayPicture *picture);

/* 0xRRGGBB */
guint overlay_picture_get (const OverlayPicture *picture, gint x, gint y);

/* The smallest box that holds all pixels that are not GROUND; width 0: none. */
typedef struct
{
  gint x, y, width, height;
} OverlayArea;

OverlayArea overlay_picture_find_changes (const OverlayPicture *picture);

/* How many pixels are within 24 of @colour in each channel. */
guint overlay_picture_count (const OverlayPicture *picture, guint colour);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OverlayPicture, overlay_picture_clear)

G_END_DECLS
