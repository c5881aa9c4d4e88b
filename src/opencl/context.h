/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all handles of one device share in a process: the CL context, and the programs and constants in it.
 *
 * Found again by its cl_device_id, freed with the last handle or buffer.  Any thread.  No lock is held while
 * OpenCL works, so that a driver that hangs in one thread holds up no other.  For src/opencl. */
#pragma once

#include "base/lock.h"
#include "device_info.h"
#include "slab.h"

#include <CL/cl.h>

G_BEGIN_DECLS

/* How far the search for instructions is. */
typedef enum
{
  MSNET_SEARCH_OPEN,
  MSNET_SEARCH_RUNNING, /* in some thread */
  MSNET_SEARCH_DONE,
} MsnetSearch;

typedef struct
{
  guint references; /* under the lock of all contexts */
  cl_device_id id;
  MsnetDeviceInfo info;
  cl_context context;
  gsize own_bytes; /* of buffers that are no constants; atomic */

  MsnetLock lock;          /* of what follows */
  MsnetSignal built;       /* a program was, or failed to; or instructions were found */
  GHashTable *programs;    /* "file options" to cl_program; NULL: a thread is building it */
  GHashTable *unsaved;     /* cl_program to its key in the cache, where it is not */
  MsnetSearch searches[2]; /* by MsnetAbility */
  GHashTable *constants; /* hash of its bytes to MsnetBuffer, which the table does not hold; see constant.c */
  MsnetSlab *slab;       /* that the next of them may have room in; NULL: none was made yet */
} MsnetContext;

/* Returns: (transfer full): the context on @id that lives already, else a new one; NULL with
 * MSNET_ERROR_DEVICE */
MsnetContext *msnet_context_open (cl_device_id id, GError **error);
MsnetContext *msnet_context_ref (MsnetContext *context);
void msnet_context_unref (MsnetContext *context);

/* A driver did not return: who opens @id from now on does not share with those that wait for it.
 * @context: (nullable): forget it only if it is this one */
void msnet_context_forget (cl_device_id id, const MsnetContext *context);

/* Returns: (transfer none): the program of kernels/@file and @options, built once in a context, or read from
 * the cache; NULL with MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
cl_program msnet_context_get_program (
    MsnetContext *context, const gchar *file, const gchar *options, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetContext, msnet_context_unref)

G_END_DECLS
