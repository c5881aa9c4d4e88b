/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command_list.h"

#include "private.h"

typedef struct
{
  cl_kernel kernel;
  gchar *name;
  gsize global[3];
  gsize local[3];
  gboolean disabled;
} Command;

/* An argument whose buffer had no memory when it was named. */
typedef struct
{
  cl_kernel kernel;
  guint index;
  MsnetBuffer *buffer;
} Unbound;

struct _MsnetCommandList
{
  MsnetDevice *device;
  GArray *commands;   /* of Command */
  GArray *steps;      /* of MsnetStep */
  GArray *unbound;    /* of Unbound */
  GPtrArray *buffers; /* what the commands read and write */
  GPtrArray *scratch; /* the largest buffer of each index */
};

static void
command_clear (Command *command)
{
  if (command->kernel != NULL)
    clReleaseKernel (command->kernel);
  g_free (command->name);
}

static void
step_clear (MsnetStep *step)
{
  g_free (step->name);
  g_free (step->key);
}

MsnetCommandList *
msnet_command_list_new (MsnetDevice *device)
{
  MsnetCommandList *list = g_new0 (MsnetCommandList, 1);

  list->device = msnet_device_ref (device);
  list->commands = g_array_new (FALSE, TRUE, sizeof (Command));
  g_array_set_clear_func (list->commands, (GDestroyNotify)command_clear);
  list->steps = g_array_new (FALSE, TRUE, sizeof (MsnetStep));
  g_array_set_clear_func (list->steps, (GDestroyNotify)step_clear);
  list->unbound = g_array_new (FALSE, TRUE, sizeof (Unbound));
  list->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_buffer_unref);
  list->scratch = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_buffer_unref);
  return list;
}

void
msnet_command_list_free (MsnetCommandList *list)
{
  if (list == NULL)
    return;
  g_array_unref (list->commands);
  g_array_unref (list->steps);
  g_array_unref (list->unbound);
  g_ptr_array_unref (list->buffers);
  g_ptr_array_unref (list->scratch);
  msnet_device_unref (list->device);
  g_free (list);
}

static cl_int
bind_argument (cl_kernel kernel, guint index, const MsnetArgument *argument)
{
  switch (argument->kind) {
  case MSNET_ARGUMENT_BUFFER:
    return clSetKernelArg (kernel, index, sizeof (cl_mem), &argument->value.buffer->memory);
  case MSNET_ARGUMENT_INT:
    return clSetKernelArg (kernel, index, sizeof (cl_int), &argument->value.integer);
  case MSNET_ARGUMENT_STRUCT:
    return clSetKernelArg (kernel, index, argument->value.structure.size, argument->value.structure.data);
  case MSNET_ARGUMENT_FLOAT:
    return clSetKernelArg (kernel, index, sizeof (cl_float), &argument->value.real);
  case MSNET_ARGUMENT_LOCAL:
    return clSetKernelArg (kernel, index, argument->value.bytes, NULL);
  }
  return CL_INVALID_ARG_VALUE;
}

static gboolean
bind_or_postpone (
    MsnetCommandList *list, cl_kernel kernel, const MsnetLaunch *launch, guint index, GError **error)
{
  const MsnetArgument *argument = &launch->arguments[index];
  Unbound unbound = { kernel, index, argument->value.buffer };

  if (argument->kind == MSNET_ARGUMENT_BUFFER && argument->value.buffer->memory == NULL) {
    g_array_append_val (list->unbound, unbound);
    return TRUE;
  }
  return msnet_status_check (bind_argument (kernel, index, argument), error, "argument %u of kernel %s in %s",
      index, launch->kernel, launch->file);
}

static gboolean
bind_arguments (MsnetCommandList *list, cl_kernel kernel, const MsnetLaunch *launch, GError **error)
{
  for (guint i = 0; i < launch->n_arguments; i++) {
    const MsnetArgument *argument = &launch->arguments[i];

    if (!bind_or_postpone (list, kernel, launch, i, error))
      return FALSE;
    if (argument->kind == MSNET_ARGUMENT_BUFFER)
      g_ptr_array_add (list->buffers, msnet_buffer_ref (argument->value.buffer));
  }
  return TRUE;
}

/* Halves @local, the first dimension first, until the device takes work-groups of that size for @kernel. */
static void
fit_local (cl_device_id id, cl_kernel kernel, gsize local[3])
{
  gsize most = 1;
  gsize most_items[8] = { 1, 1, 1 };

  clGetKernelWorkGroupInfo (kernel, id, CL_KERNEL_WORK_GROUP_SIZE, sizeof most, &most, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof most_items, most_items, NULL);
  for (guint i = 0; i < 3; i++)
    while (local[i] > 1 && (local[i] > most_items[i] || local[0] * local[1] * local[2] > most))
      local[i] /= 2;
}

gboolean
msnet_command_list_append (MsnetCommandList *list, const MsnetLaunch *launch, GError **error)
{
  Command command = { 0 };
  cl_program program;
  cl_int status;

  msnet_device_begin_call (list->device, "clBuildProgram", launch->file);
  program = msnet_context_get_program (list->device->context, launch->file, launch->options, error);
  msnet_device_end_call (list->device);
  if (program == NULL)
    return FALSE;
  command.kernel = clCreateKernel (program, launch->kernel, &status);
  if (!msnet_status_check (status, error, "kernel %s of %s", launch->kernel, launch->file))
    return FALSE;
  if (!bind_arguments (list, command.kernel, launch, error)) {
    command_clear (&command);
    return FALSE;
  }
  command.name = g_strdup (launch->kernel);
  for (guint i = 0; i < 3; i++) {
    command.global[i] = MAX (launch->global[i], 1);
    command.local[i] = MAX (launch->local[i], 1);
  }
  fit_local (list->device->context->id, command.kernel, command.local);
  g_array_append_val (list->commands, command);
  if (list->steps->len > 0)
    g_array_index (list->steps, MsnetStep, list->steps->len - 1).end = list->commands->len;
  return TRUE;
}

static gboolean
allocate_scratch (MsnetCommandList *list, GError **error)
{
  for (guint i = 0; i < list->scratch->len; i++) {
    MsnetBuffer *buffer = list->scratch->pdata[i];

    if (buffer != NULL && buffer->memory == NULL && !msnet_buffer_allocate (buffer, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
msnet_command_list_bind (MsnetCommandList *list, GError **error)
{
  if (!allocate_scratch (list, error))
    return FALSE;
  for (guint i = 0; i < list->unbound->len; i++) {
    const Unbound *unbound = &g_array_index (list->unbound, Unbound, i);
    const MsnetArgument argument = MSNET_BUFFER (unbound->buffer);

    if (!msnet_status_check (bind_argument (unbound->kernel, unbound->index, &argument), error,
            "argument %u of a kernel", unbound->index))
      return FALSE;
  }
  g_array_set_size (list->unbound, 0);
  return TRUE;
}

void
msnet_command_list_enable (MsnetCommandList *list, guint index, gboolean enabled)
{
  g_array_index (list->commands, Command, index).disabled = !enabled;
}

void
msnet_command_list_begin_step (MsnetCommandList *list, const gchar *name, const gchar *kernel, gdouble work)
{
  const guint first = list->commands->len;
  MsnetStep step = { .name = g_strdup (name), .kernel = kernel, .work = work, .first = first, .end = first };

  g_array_append_val (list->steps, step);
}

void
msnet_command_list_set_step_key (MsnetCommandList *list, const gchar *key)
{
  MsnetStep *step = &g_array_index (list->steps, MsnetStep, list->steps->len - 1);

  g_free (step->key);
  step->key = g_strdup (key);
}

const MsnetStep *
msnet_command_list_get_steps (MsnetCommandList *list, guint *n_steps)
{
  *n_steps = list->steps->len;
  return (const MsnetStep *)list->steps->data;
}

MsnetBuffer *
msnet_command_list_get_scratch (MsnetCommandList *list, guint index, gsize size)
{
  MsnetBuffer *buffer;

  if (index >= list->scratch->len)
    g_ptr_array_set_size (list->scratch, index + 1);
  buffer = list->scratch->pdata[index];
  if (buffer == NULL || buffer->memory != NULL) {
    msnet_buffer_unref (buffer);
    buffer = list->scratch->pdata[index] = msnet_buffer_new_reserved (list->device, size);
  }
  msnet_buffer_reserve (buffer, size);
  return buffer;
}

guint
msnet_command_list_get_length (MsnetCommandList *list)
{
  return list->commands->len;
}

gsize
msnet_command_list_get_scratch_bytes (MsnetCommandList *list)
{
  gsize bytes = 0;

  for (guint i = 0; i < list->scratch->len; i++)
    if (list->scratch->pdata[i] != NULL)
      bytes += msnet_buffer_get_size (list->scratch->pdata[i]);
  return bytes;
}

MsnetDevice *
msnet_command_list_get_device (MsnetCommandList *list)
{
  return list->device;
}

/* Drivers build at the first launch what they put off: to enqueue may be to build.
 * @event: (out) (nullable): of a command that is not disabled */
static gboolean
enqueue (MsnetCommandList *list, const Command *command, cl_event *event, GError **error)
{
  cl_int status;

  if (command->disabled)
    return TRUE;
  msnet_device_begin_call (list->device, "clEnqueueNDRangeKernel", command->name);
  status = clEnqueueNDRangeKernel (
      list->device->queue, command->kernel, 3, NULL, command->global, command->local, 0, NULL, event);
  msnet_device_end_call (list->device);
  return msnet_status_check (
      status, error, "running kernel %s on %s", command->name, list->device->context->info.name);
}

static gboolean
wait_for (MsnetCommandList *list, cl_event event, GError **error)
{
  cl_int status;

  if (event == NULL)
    return TRUE;
  status = clWaitForEvents (1, &event);
  clReleaseEvent (event);
  msnet_device_give_sign (list->device);
  return msnet_status_check (status, error, "waiting for a command on %s", list->device->context->info.name);
}

/* The device may hang: its commands are waited for one by one. */
static gboolean
run_watched (MsnetCommandList *list, guint first, guint end, GError **error)
{
  g_autofree cl_event *events = g_new0 (cl_event, end - first);
  gboolean good = TRUE;

  for (guint i = first; good && i < end; i++)
    good = enqueue (list, &g_array_index (list->commands, Command, i), &events[i - first], error);
  clFlush (list->device->queue);
  for (guint i = 0; i < end - first; i++)
    good &= wait_for (list, events[i], good ? error : NULL);
  return good;
}

gboolean
msnet_command_list_run_range (MsnetCommandList *list, guint first, guint end, GError **error)
{
  return msnet_command_list_run_times (list, first, end, 1, error);
}

gboolean
msnet_command_list_run_times (MsnetCommandList *list, guint first, guint end, guint times, GError **error)
{
  g_return_val_if_fail (first <= end && end <= list->commands->len, FALSE);
  if (list->unbound->len > 0 && !msnet_command_list_bind (list, error))
    return FALSE;
  if (times == 1 && g_atomic_int_get (&list->device->is_watched))
    return run_watched (list, first, end, error);
  for (guint i = 0; i < times * (end - first); i++)
    if (!enqueue (list, &g_array_index (list->commands, Command, first + i % (end - first)), NULL, error))
      return FALSE;
  return msnet_status_check (
      clFinish (list->device->queue), error, "waiting for %s", list->device->context->info.name);
}

gboolean
msnet_command_list_run (MsnetCommandList *list, GError **error)
{
  return msnet_command_list_run_range (list, 0, list->commands->len, error);
}
