/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What kernels that measure multiply-adds and their hosts agree on. */
#pragma once

/* Sums that do not wait for each other, enough to hide the latency of an fma. */
#define MSNET_CHAINS 12
