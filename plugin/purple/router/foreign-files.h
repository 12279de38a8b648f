/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that another plugin would send by a way of its own, an upload to a web
 * server say. To a contact whose words go through a private conversation, none
 * is sent that way: neither the file nor its name leaves, and a line says so.
 */
#pragma once

void xtls_foreign_files_init (void);
void xtls_foreign_files_uninit (void);
