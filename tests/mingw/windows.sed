# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the glibconfig.h of a 64-bit Linux that of a 64-bit Windows, where long
# has 32 bits.
s/^#define G_OS_UNIX/#define G_OS_WIN32\n#define G_PLATFORM_WIN32/
s/^\(typedef .*signed\) long /\1 long long /
s/^\(#define G_.*_CONSTANT(val).*##U*\)L)/\1LL)/
s/^\(#define G_G\(INT64\|SIZE\|SSIZE\|INTPTR\)_MODIFIER *\)"l"/\1"ll"/
s/^\(#define G_GU*\(INT64\|S*SIZE\|INTPTR\)_FORMAT *\)"l\([iu]\)"/\1"ll\3"/
s/^\(#define GLIB_SIZEOF_LONG *\)8/\14/
s/^\(#define G_\(MAX\|MIN\)SS*IZE.*\)LONG/\1INT64/
s/(glong) (/(gint64) (/
s/(gulong) (/(guint64) (/
s/^\(#define G_THREADS_IMPL_\)POSIX/\1WIN32/
s/^typedef int GPid;/typedef void *GPid;/
s/^\(#define G_PID_FORMAT\).*/\1 "p"/
s/^\(#define GLIB_SYSDEF_AF_INET6\).*/\1 23/
s/^\(#define G_MODULE_SUFFIX\).*/\1 "dll"/
s/^#define GLIB_HAVE_ALLOCA_H//
s,'/','\\\\',
s,"/","\\\\",
s/':'/';'/
s/":"/";"/
