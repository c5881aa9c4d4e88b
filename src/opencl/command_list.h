/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of kernel launches: built once (kernels compiled, arguments bound, sizes fixed), run many
 * times.  Running is one loop of enqueues and one wait.  One thread at a time. */
#pragma once

#include "buffer.h"
#include "device.h"

G_BEGIN_DECLS

typedef struct _MsnetCommandList MsnetCommandList;

typedef struct
{
  enum
  {
    MSNET_ARGUMENT_BUFFER,
    MSNET_ARGUMENT_INT,
    MSNET_ARGUMENT_STRUCT,
    MSNET_ARGUMENT_FLOAT,
    MSNET_ARGUMENT_LOCAL, /* bytes of local memory */
  } kind;
  union
  {
    MsnetBuffer *buffer;
    gint32 integer;
    gfloat real;
    gsize bytes;
    struct
    {
      gconstpointer data;
      gsize size;
    } structure;
  } value;
} MsnetArgument;

#define MSNET_BUFFER(b) ((MsnetArgument){ MSNET_ARGUMENT_BUFFER, { .buffer = (b) } })
#define MSNET_INT(i) ((MsnetArgument){ MSNET_ARGUMENT_INT, { .integer = (gint32)(i) } })
#define MSNET_STRUCT(s) ((MsnetArgument){ MSNET_ARGUMENT_STRUCT, { .structure = { &(s), sizeof (s) } } })
#define MSNET_FLOAT(f) ((MsnetArgument){ MSNET_ARGUMENT_FLOAT, { .real = (gfloat)(f) } })
#define MSNET_LOCAL(n) ((MsnetArgument){ MSNET_ARGUMENT_LOCAL, { .bytes = (n) } })

/**
 * MsnetLaunch: one kernel and everything that it runs with.
 * @file: the source below kernels/, such as "cpu/conv2d/direct.cl"
 * @kernel: the kernel's name in it
 * @options: (nullable): the documented `-D` of the file; one program is built for each (file, options) of a
 *     device and shared
 * @arguments: @n_arguments of them, in the kernel's order: outputs, inputs, sizes, scalars.  A struct is one
 *     of those in kernels/arguments/, and is copied
 * @global, @local: work sizes, 0 meaning 1; @local NULL-like {0, 0, 0}: (1, 1, 1)
 *
 * @local must be powers of two, and is a wish: where the device takes only smaller work-groups for this
 *     kernel, it is halved until they fit.  A kernel whose work-items wait for each other therefore asks for
 *     its size itself.
 *
 * Buffers are referenced by the list until it is freed; reserved ones need memory only when it is bound.
 */
typedef struct
{
  const gchar *file;
  const gchar *kernel;
  const gchar *options;
  const MsnetArgument *arguments;
  guint n_arguments;
  gsize global[3];
  gsize local[3];
} MsnetLaunch;

#define MSNET_ARGUMENTS(...)                                                                                 \
  .arguments = (const MsnetArgument[]){ __VA_ARGS__ },                                                       \
  .n_arguments = G_N_ELEMENTS (((const MsnetArgument[]){ __VA_ARGS__ }))

MsnetCommandList *msnet_command_list_new (MsnetDevice *device);
void msnet_command_list_free (MsnetCommandList *list);

/* Builds the kernel and binds its arguments.  MSNET_ERROR_BUILD carries the build log. */
gboolean msnet_command_list_append (MsnetCommandList *list, const MsnetLaunch *launch, GError **error);

/**
 * msnet_command_list_get_scratch:
 * @index: which of the list's scratch buffers, from 0 on
 *
 * Memory in which a few commands that follow each other hand on what they found; those of another operation
 * may have overwritten it before them.
 *
 * Returns: (transfer none): at least @size bytes, which get memory when the list is bound
 */
MsnetBuffer *msnet_command_list_get_scratch (MsnetCommandList *list, guint index, gsize size);

/* Gives scratch buffers their memory and binds all that had none when it was named.  The first run does it,
 * where nobody did before. */
gboolean msnet_command_list_bind (MsnetCommandList *list, GError **error);

/* Leaves command @index out of later runs, or takes it in again. */
void msnet_command_list_enable (MsnetCommandList *list, guint index, gboolean enabled);

/**
 * MsnetStep: commands that do one thing together, for people who look at a list.
 * @name: what: a layer's name, or an operation's
 * @kernel: which of the ways to do it was chosen; static
 * @key: (nullable): what the choice depended on: steps of the same key are the same work
 * @work: multiply-adds; 0 where they do not count
 * @first, @end: its commands
 */
typedef struct
{
  gchar *name;
  const gchar *kernel;
  gchar *key;
  gdouble work;
  guint first;
  guint end;
} MsnetStep;

/* What is appended from now on belongs to one step.  @name is copied. */
void msnet_command_list_begin_step (
    MsnetCommandList *list, const gchar *name, const gchar *kernel, gdouble work);

/* Says what the choice of the kernel of the step that began last depended on.  @key is copied. */
void msnet_command_list_set_step_key (MsnetCommandList *list, const gchar *key);

/* Returns: (transfer none): in the order they run */
const MsnetStep *msnet_command_list_get_steps (MsnetCommandList *list, guint *n_steps);

/* Returns: how many commands the list holds: marks where a stage begins and ends */
guint msnet_command_list_get_length (MsnetCommandList *list);

/* Returns: bytes of all scratch buffers */
gsize msnet_command_list_get_scratch_bytes (MsnetCommandList *list);
MsnetDevice *msnet_command_list_get_device (MsnetCommandList *list);

/* Runs all commands, in order, and waits for the last. */
gboolean msnet_command_list_run (MsnetCommandList *list, GError **error);

/* Runs commands @first to @end - 1, @times times, and waits once: for timing what takes less than a wait. */
gboolean msnet_command_list_run_times (
    MsnetCommandList *list, guint first, guint end, guint times, GError **error);

/* Runs commands @first to @end - 1 and waits: for tests and for timing stages. */
gboolean msnet_command_list_run_range (MsnetCommandList *list, guint first, guint end, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetCommandList, msnet_command_list_free)

G_END_DECLS
