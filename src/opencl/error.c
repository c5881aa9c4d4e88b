#include "error.h"

G_DEFINE_QUARK (msnet-error-quark, msnet_error)
