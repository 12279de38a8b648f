/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket on which libpurple listens for the receiver of a file. */
#pragma once

/**
 * xtls_listener_copy:
 * @port: a TCP port on which this program listens
 *
 * libpurple does not tell which descriptor that is.
 *
 * Returns: (transfer full): a copy of the descriptor, or -1.
 */
int xtls_listener_copy (int port);
