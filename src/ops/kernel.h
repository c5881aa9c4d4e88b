/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernels that compute an operation; choice.h chooses among them.
 *
 * Every operation has a list of kernels, which answer the same questions.  Chooser, tuner, benches and tests
 * know nothing else of them. */
#pragma once

#include "opencl/command_list.h"

G_BEGIN_DECLS

typedef struct _MsnetKernel MsnetKernel;
typedef struct _MsnetOperation MsnetOperation;
typedef struct _MsnetCase MsnetCase;

/**
 * MsnetKernel: one way to compute an operation.  @params of its functions are those of the operation.
 * @name: unique in the operation; its first words name the family: "direct-8-6x16"
 * @vector_width: floats in its vectors, which a plan of a width may forbid; 0: no plan does
 * @rows, @columns: the register tile, for @append; for a convolution output pixels x output channels, for
 *     preparation the rows that are made at a time
 * @piece: of Winograd's: rows and columns of the output that are made of one piece of the input; else 0
 * @is_bf16: multiplies values that are rounded to bfloat16
 * @bound: how far results may be from the plain kernel's, of the largest, before they are stored; 0: results
 *     are equal bit for bit
 * @may_use: (nullable): whether it can compute @params on @device; NULL: everything on all devices
 * @is_worthwhile: (nullable): whether it is faster than the next kernels of the list; NULL: always
 * @append: packs, uploads and appends; @params are checked
 */
struct _MsnetKernel
{
  const gchar *name;
  guint vector_width;
  guint rows;
  guint columns;
  guint piece;
  gboolean is_bf16;
  gdouble bound;
  gboolean (*may_use) (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
  gboolean (*is_worthwhile) (const MsnetKernel *kernel, gconstpointer params);
  gboolean (*append) (
      const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);
};

/**
 * MsnetOperation:
 * @name: for people
 * @kernels: the best first; the last one, plain, computes everything on all devices
 * @check: (nullable): sets MSNET_ERROR_SHAPE where no kernel could compute @params
 * @print_sizes: (nullable): the sizes of @params as text: what the speed of kernels depends on, and tuned
 *     choices are remembered by; NULL: it is not tuned
 * @fill_case: NULL if @print_sizes is: makes a case (case.h) of such sizes; FALSE without an error where the
 *     text is none
 * @get_work: (nullable): multiply-adds of the direct way; NULL: they do not count
 */
struct _MsnetOperation
{
  const gchar *name;
  const MsnetKernel *kernels;
  guint n_kernels;
  gboolean (*check) (gconstpointer params, GError **error);
  gchar *(*print_sizes) (gconstpointer params);
  gboolean (*fill_case) (MsnetCase *self, const gchar *sizes, GError **error);
  gdouble (*get_work) (gconstpointer params);
};

/* The list of an operation. */
#define MSNET_KERNELS(list) .kernels = (list), .n_kernels = G_N_ELEMENTS (list)

gboolean msnet_kernel_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);

/* For lists: may_use() of kernels that compute everything on a CPU. */
gboolean msnet_kernel_is_for_cpu (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);

/* Returns: (transfer none): the kernel that computes everything */
const MsnetKernel *msnet_operation_get_plain (const MsnetOperation *operation);

/* Returns: (transfer full) (nullable): the name of @operation and the sizes of @params; NULL: it is not
 * tuned */
gchar *msnet_operation_make_key (const MsnetOperation *operation, gconstpointer params);

/* Whether @key begins with the name of @operation. */
gboolean msnet_operation_has_key (const MsnetOperation *operation, const gchar *key);

G_END_DECLS
