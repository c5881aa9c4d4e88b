/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ends the program where a kernel reads or writes outside its buffers, and says which kernel and buffer.
 *
 * Every buffer lies between two pages that nobody may touch: its end exactly before the second one, or, with
 * MSNET_GUARD=begin, its beginning exactly behind the first one.  For drivers that use the host's memory in
 * place (CL_MEM_USE_HOST_PTR), as PoCL does on a CPU.  A kernel has ended when it has been enqueued, so that
 * the last one enqueued is to blame. */
#include "layer.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct _Region Region;
struct _Region
{
  Region *next;
  guint8 *map; /* a page, room for the bytes, a page */
  gsize map_size;
  guint8 *bytes;
  gsize size;
};

static GMutex lock;
static Region *regions;
static gchar last_kernel[64] = "none";

/* @address: of which byte, relative to the buffer, -1 being the one before it */
static void
blame (gint number, siginfo_t *info, gpointer context)
{
  const guint8 *address = info->si_addr;

  for (const Region *region = regions; region != NULL; region = region->next)
    if (address >= region->map && address < region->map + region->map_size)
      fprintf (stderr, "guard: kernel %s touched byte %td of a buffer of %zu bytes\n", last_kernel,
          address - region->bytes, region->size);
  signal (number, SIG_DFL); /* which the same access meets again */
}

static void
watch (void)
{
  const struct sigaction action = { .sa_sigaction = blame, .sa_flags = SA_SIGINFO };

  sigaction (SIGSEGV, &action, NULL);
}

/* Returns: NULL where there is no room */
static Region *
region_new (gsize size)
{
  static gsize once;
  const gsize page = sysconf (_SC_PAGESIZE);
  const gsize room = (size + page - 1) / page * page;
  guint8 *map = mmap (NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Region *region;

  if (map == MAP_FAILED)
    return NULL;
  if (g_once_init_enter (&once)) {
    watch ();
    g_once_init_leave (&once, 1);
  }
  mprotect (map + page, room, PROT_READ | PROT_WRITE);
  region = g_new (Region, 1);
  region->map = map;
  region->map_size = room + 2 * page;
  region->bytes = map + page + (g_strcmp0 (g_getenv ("MSNET_GUARD"), "begin") == 0 ? 0 : room - size);
  region->size = size;
  g_mutex_lock (&lock);
  region->next = regions;
  regions = region;
  g_mutex_unlock (&lock);
  return region;
}

static void
region_free (Region *region)
{
  g_mutex_lock (&lock);
  for (Region **link = &regions; *link != NULL; link = &(*link)->next)
    if (*link == region) {
      *link = region->next;
      break;
    }
  g_mutex_unlock (&lock);
  munmap (region->map, region->map_size);
  g_free (region);
}

static void CL_CALLBACK
forget_buffer (cl_mem buffer, void *region)
{
  region_free (region);
}

static cl_mem CL_API_CALL
create_buffer (cl_context context, cl_mem_flags flags, size_t size, void *memory, cl_int *status)
{
  const cl_mem_flags places = CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR;
  Region *region = region_new (size);
  cl_mem buffer;

  if (region == NULL) {
    *status = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    return NULL;
  }
  if (memory != NULL)
    memcpy (region->bytes, memory, size);
  buffer = layer_target->clCreateBuffer (
      context, (flags & ~places) | CL_MEM_USE_HOST_PTR, size, region->bytes, status);
  if (buffer == NULL)
    region_free (region);
  else
    layer_target->clSetMemObjectDestructorCallback (buffer, forget_buffer, region);
  return buffer;
}

static cl_int CL_API_CALL
enqueue (cl_command_queue queue, cl_kernel kernel, cl_uint n_dimensions, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint n_events, const cl_event *events, cl_event *event)
{
  cl_int status;

  layer_target->clGetKernelInfo (kernel, CL_KERNEL_FUNCTION_NAME, sizeof last_kernel - 1, last_kernel, NULL);
  status = layer_target->clEnqueueNDRangeKernel (
      queue, kernel, n_dimensions, offset, global, local, n_events, events, event);
  return status == CL_SUCCESS ? layer_target->clFinish (queue) : status;
}

const cl_icd_dispatch layer_calls = {
  .clCreateBuffer = create_buffer,
  .clEnqueueNDRangeKernel = enqueue,
};
