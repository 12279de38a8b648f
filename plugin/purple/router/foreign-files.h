/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stops files that another plugin would send in its own way, such as an upload
 * to a web server. To a contact whose messages go through a private
 * conversation, neither the file nor its name is sent that way, and a system
 * message says so.
 */
#pragma once

void xtls_foreign_files_init (void);
void xtls_foreign_files_uninit (void);
