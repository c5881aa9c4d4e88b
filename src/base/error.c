#include "error.h"

GQuark
msnet_error_quark (void)
{
  return g_quark_from_static_string ("msnet-error-quark");
}
