/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of gettext that the core uses, for `make check-mingw`, because MinGW
 * has no gettext. */
#pragma once

char *gettext (const char *text) __attribute__ ((format_arg (1)));
char *dgettext (const char *domain, const char *text)
    __attribute__ ((format_arg (2)));
char *dcgettext (const char *domain, const char *text, int category)
    __attribute__ ((format_arg (2)));
char *bindtextdomain (const char *domain, const char *folder);
char *bind_textdomain_codeset (const char *domain, const char *codeset);
