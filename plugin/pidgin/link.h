/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The link in the conversation that opens the verify dialog. */
#pragma once

void xtls_link_init (void);
void xtls_link_uninit (void);
