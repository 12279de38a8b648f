/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whom a window writes to. A person with several addresses is one contact in
 * the buddy list and has one window, which moves to the address that writes, or
 * that is chosen under Send To. The conversation with one address may be
 * private and the one with the next not: a line tells of each move, and text in
 * clear is marked as long as the conversation with another of the addresses is
 * private.
 */
#pragma once

/**
 * xtls_addressee_init:
 *
 * Begins to watch the windows of Pidgin, those that are open included.
 */
void xtls_addressee_init (void);

/**
 * xtls_addressee_uninit:
 *
 * Forgets whom the windows write to. The signals are disconnected by the
 * plugin's handle.
 */
void xtls_addressee_uninit (void);
