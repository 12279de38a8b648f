/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says in a window which address its messages go to. A contact with several
 * addresses has one entry in the buddy list and one window, which moves to the
 * address that writes, or that is chosen under Send To. One address may be
 * private and the next one not, so each move is announced, and unencrypted text
 * is marked as long as the conversation with another of the addresses is
 * private. What OTR has encrypted is not marked.
 */
#pragma once

/**
 * xtls_addressee_init:
 *
 * Begins to watch Pidgin's windows, including those already open.
 */
void xtls_addressee_init (void);

/**
 * xtls_addressee_uninit:
 *
 * Forgets which address each window writes to. The signals are disconnected
 * together with the plugin's handle.
 */
void xtls_addressee_uninit (void);
