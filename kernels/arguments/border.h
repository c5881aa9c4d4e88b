/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel that clears borders and its host agree on. */
#pragma once

/* Rows that a work-item clears: one alone is less work than its launch. */
#define MSNET_BORDER_ROWS 8
