/* The door to OpenCL: finding a device and holding its context and queue.
 *
 * Only src/opencl calls the CL API; everyone else holds a MsnetDevice and hands it on.
 * A MsnetDevice is a handle, reference counted (any thread); what is run on it goes through its own
 * in-order queue, used by one thread at a time.  Handles on the same device may run at the same time, each
 * in a thread of its own: in a process they share one CL context, in which a program is built once and a
 * constant (buffer.h) lies once, until the last handle and buffer are gone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MsnetDevice MsnetDevice;

/**
 * MsnetDeviceInfo: what the choice of kernels depends on.
 * @name: the device's own name
 * @platform: name of its platform
 * @version: driver version
 * @is_cpu: TRUE: kernels run in this process's memory, on its cores
 * @vector_width: floats in a native vector: 8 (AVX2), 16 (AVX-512), 4 or 1 elsewhere
 * @compute_units: cores of a CPU
 * @alignment: bytes; a part of a buffer begins at a multiple of it
 * @group_size: most work-items in a work-group; a kernel may take fewer
 * @identity: what tells devices and drivers apart, for keys of cached files (cache.h)
 * @has_bf16: products of pairs of bfloat16 are there and faster than those of floats: known once
 *     msnet_device_find_instructions() was called
 * @has_amx: the same of tiles of bfloat16; known once that or msnet_device_find_amx() was called
 */
typedef struct
{
  gchar *name;
  gchar *platform;
  gchar *version;
  gboolean is_cpu;
  guint vector_width;
  guint compute_units;
  guint alignment;
  guint group_size;
  gchar *identity;
  gboolean has_bf16;
  gboolean has_amx;
} MsnetDeviceInfo;

/**
 * msnet_device_open:
 * @selector: (nullable): `auto`, `gpu`, `cpu`, `P:D` (indices of platform and device), or part
 *     of a device's name, case ignored; NULL: the environment's MSNET_DEVICE, else `auto`
 *
 * `auto` takes the first GPU that passes a self-test within 5 s, else a CPU; why it did not take
 * a GPU that is there is told by msnet_device_get_warning().
 *
 * Returns: (transfer full): the device, or NULL with MSNET_ERROR_NO_DEVICE: the message names
 *     every platform and device found and what to install
 */
MsnetDevice *msnet_device_open (const gchar *selector, GError **error);

/**
 * msnet_device_open_next:
 * @failed: passed its self-test, and failed in what it is for
 * @reason: how
 *
 * Returns: (transfer full): what `auto` takes instead, with a warning; NULL with @reason where @failed was asked for by
 *     other words, or is a CPU, and with a longer one where nothing else can be opened
 */
MsnetDevice *msnet_device_open_next (MsnetDevice *failed, const GError *reason, GError **error);

MsnetDevice *msnet_device_ref (MsnetDevice *device);
void msnet_device_unref (MsnetDevice *device);

/* Its driver did not return: handles that are opened from now on share nothing with this one. */
void msnet_device_give_up (MsnetDevice *device);

/* Whether a handle waits for each command by itself, so that msnet_device_is_silent() hears of it: some us each. */
void msnet_device_set_watched (MsnetDevice *device, gboolean watched);

/**
 * msnet_device_is_silent:
 * @signs: (inout): what the last call saw
 *
 * Any thread.
 *
 * Returns: whether a watched handle finished no command since, and is not building either
 */
gboolean msnet_device_is_silent (MsnetDevice *device, gint *signs);

/**
 * msnet_device_save_programs:
 *
 * Writes the binaries of all programs that were built since, and not read from the cache (cache.h), so that later
 * processes need not build them.  They must have run: PoCL makes code for the sizes of the first launch.  Takes
 * seconds, in which no handle on the device may be at anything: PoCL 3.1 compiles each kernel once more for the
 * binary, and was seen to abort where one ran meanwhile.  So it is for tools, not for streams.
 */
void msnet_device_save_programs (MsnetDevice *device);

const MsnetDeviceInfo *msnet_device_get_info (MsnetDevice *device);

/* Finds out by trying what a CPU can do beyond plain vectors: a few ms of computing and a program to build, once
 * for all handles on a device.
 * Returns: whether bfloat16 is multiplied faster than float, by whatever units */
gboolean msnet_device_find_instructions (MsnetDevice *device);

/* The part of it that networks of floats need: free where the processor has no AMX. */
void msnet_device_find_amx (MsnetDevice *device);

/* For tests, who emulate what the processor lacks: from now on the device has AMX if it computes rightly, however slow
 * it is.  Returns: whether it has */
gboolean msnet_device_accept_amx (MsnetDevice *device);

/* Returns: (nullable): one sentence why a GPU was passed over, NULL if none was */
const gchar *msnet_device_get_warning (MsnetDevice *device);

/**
 * MsnetDeviceUsage: what lies in the device's context, of all handles together.
 * @n_programs, @n_constants, @constant_bytes: once for all handles
 * @own_bytes: in all other buffers: what each handle has for itself
 */
typedef struct
{
  guint n_programs;
  guint n_constants;
  gsize constant_bytes;
  gsize own_bytes;
} MsnetDeviceUsage;

/* For tests and benches; any thread. */
void msnet_device_get_usage (MsnetDevice *device, MsnetDeviceUsage *usage);

/* Returns: (transfer full): every platform and device found, a line each; for messages */
gchar *msnet_device_list (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetDevice, msnet_device_unref)

G_END_DECLS
