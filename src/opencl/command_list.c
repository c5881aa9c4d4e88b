#include "command_list.h"

#include "private.h"

typedef struct
{
  cl_kernel kernel;
  gchar *name;
  gsize global[3];
  gsize local[3];
} Command;

struct _MsnetCommandList
{
  MsnetDevice *device;
  GArray *commands;   /* of Command */
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

MsnetCommandList *
msnet_command_list_new (MsnetDevice *device)
{
  MsnetCommandList *list = g_new0 (MsnetCommandList, 1);

  list->device = msnet_device_ref (device);
  list->commands = g_array_new (FALSE, TRUE, sizeof (Command));
  g_array_set_clear_func (list->commands, (GDestroyNotify)command_clear);
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
  case MSNET_ARGUMENT_FLOAT:
    return clSetKernelArg (kernel, index, sizeof (cl_float), &argument->value.real);
  case MSNET_ARGUMENT_LOCAL:
    return clSetKernelArg (kernel, index, argument->value.bytes, NULL);
  }
  return CL_INVALID_ARG_VALUE;
}

static gboolean
bind_arguments (MsnetCommandList *list, cl_kernel kernel, const MsnetLaunch *launch, GError **error)
{
  for (guint i = 0; i < launch->n_arguments; i++) {
    const MsnetArgument *argument = &launch->arguments[i];

    if (!msnet_status_check (bind_argument (kernel, i, argument), error, "argument %u of kernel %s in %s", i,
            launch->kernel, launch->file))
      return FALSE;
    if (argument->kind == MSNET_ARGUMENT_BUFFER)
      g_ptr_array_add (list->buffers, msnet_buffer_ref (argument->value.buffer));
  }
  return TRUE;
}

gboolean
msnet_command_list_append (MsnetCommandList *list, const MsnetLaunch *launch, GError **error)
{
  cl_program program
      = msnet_context_get_program (list->device->context, launch->file, launch->options, error);
  Command command = { 0 };
  cl_int status;

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
  g_array_append_val (list->commands, command);
  return TRUE;
}

MsnetBuffer *
msnet_command_list_get_scratch (MsnetCommandList *list, guint index, gsize size, GError **error)
{
  MsnetBuffer *buffer;

  if (index >= list->scratch->len)
    g_ptr_array_set_size (list->scratch, index + 1);
  buffer = list->scratch->pdata[index];
  if (buffer != NULL && msnet_buffer_get_size (buffer) >= size)
    return buffer;
  buffer = msnet_buffer_new (list->device, size, error);
  if (buffer == NULL)
    return NULL;
  msnet_buffer_unref (list->scratch->pdata[index]);
  list->scratch->pdata[index] = buffer;
  return buffer;
}

guint
msnet_command_list_get_length (MsnetCommandList *list)
{
  return list->commands->len;
}

MsnetDevice *
msnet_command_list_get_device (MsnetCommandList *list)
{
  return list->device;
}

gboolean
msnet_command_list_run (MsnetCommandList *list, GError **error)
{
  return msnet_command_list_run_range (list, 0, list->commands->len, error);
}

gboolean
msnet_command_list_run_range (MsnetCommandList *list, guint first, guint end, GError **error)
{
  cl_command_queue queue = list->device->queue;

  g_return_val_if_fail (first <= end && end <= list->commands->len, FALSE);
  for (guint i = first; i < end; i++) {
    const Command *command = &g_array_index (list->commands, Command, i);
    cl_int status = clEnqueueNDRangeKernel (
        queue, command->kernel, 3, NULL, command->global, command->local, 0, NULL, NULL);

    if (!msnet_status_check (
            status, error, "running kernel %s on %s", command->name, list->device->context->info.name))
      return FALSE;
  }
  return msnet_status_check (clFinish (queue), error, "waiting for %s", list->device->context->info.name);
}
