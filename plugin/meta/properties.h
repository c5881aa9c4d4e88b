/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties whose values lie in a struct: each has its GParamSpec, which holds name, meaning, range and
 * default, and its place.  Setting, getting and defaults follow.
 *
 * For every element of the plugin.  A struct is touched by one thread at a time. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  MSNET_PROPERTY_TEXT = 1 << 0,    /* a string that may be given as any bytes, and is kept as UTF-8 */
  MSNET_PROPERTY_REOPENS = 1 << 1, /* for the element: what it has opened no longer fits */
} MsnetPropertyFlags;

#define MSNET_PROPERTY_COMPUTED G_MAXSIZE /* an offset: the value lies nowhere, the element knows it */

typedef struct
{
  gsize offset;
  GParamSpec *spec; /* floating until it is installed */
  MsnetPropertyFlags flags;
} MsnetProperty;

/* Installs @n properties of @klass, numbered from @first, which is 1 or what the last call returned.
 *
 * Returns: the next number */
guint msnet_properties_install (GObjectClass *klass, guint first, const MsnetProperty *properties, guint n);

/* Sets what @klass has installed to its defaults in @data, which is all zero. */
void msnet_properties_init (GObjectClass *klass, gpointer data);

/* @spec: one of those installed that lie in a struct */
void msnet_property_set (GParamSpec *spec, gpointer data, const GValue *value);
void msnet_property_get (GParamSpec *spec, gconstpointer data, GValue *value);

gboolean msnet_property_has (GParamSpec *spec, MsnetPropertyFlags flag);

G_END_DECLS
