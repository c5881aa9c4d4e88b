/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The OpenCL devices of this machine, and which of them a selector means. */
#pragma once

#include <CL/cl.h>
#include <glib.h>

G_BEGIN_DECLS

/* A device that could be opened; @platform_index and @device_index are what `P:D` selects. */
typedef struct
{
  cl_device_id id;
  guint platform_index;
  guint device_index;
  gchar *platform;
  gchar *name;
  cl_device_type type;
} MsnetCandidate;

/* Returns: (transfer full) (element-type MsnetCandidate): all devices, empty without a driver */
GPtrArray *msnet_candidates_find (void);

/* @selector: `gpu`, `cpu`, `P:D` or part of a name */
gboolean msnet_candidate_fits (const MsnetCandidate *candidate, const gchar *selector);

/* Whether one of them fits. */
gboolean msnet_candidates_have (GPtrArray *candidates, const gchar *selector);

/* Returns: (transfer full): `cpu` for one, else `P:D` */
gchar *msnet_candidate_make_selector (const MsnetCandidate *candidate);

/* Returns: (transfer full): a line for each candidate: "P:D platform: name (GPU)" */
gchar *msnet_candidates_describe (GPtrArray *candidates);

/* What to do if no device is there that works. */
#define MSNET_INSTALL_HINT                                                                                   \
  "install the OpenCL driver of your GPU, or PoCL for the CPU: apt-get install pocl-opencl-icd"

/* Returns: (transfer full): what to do if @failed, which is one of @candidates, does not work */
gchar *msnet_candidates_advise (GPtrArray *candidates, cl_device_id failed);

G_END_DECLS
