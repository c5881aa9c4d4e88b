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

/* Returns: (transfer full): a line for each candidate: "P:D platform: name (GPU)" */
gchar *msnet_candidates_describe (GPtrArray *candidates);

G_END_DECLS
