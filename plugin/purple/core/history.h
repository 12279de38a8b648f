/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has happened since the plugin was loaded, for reports: how many sessions
 * were opened and why they ended, and the last of these events. It contains no
 * text of messages.
 */
#pragma once

#include "end.h"

#include <account.h>
#include <glib.h>

/* How many events are kept. */
#define XTLS_HISTORY_MAX 32

typedef struct {
    gint64 at;     /* seconds since 1970 */
    char *account; /* bare JID */
    char *who;     /* bare JID of the contact */
    XtlsEnd end;   /* XTLS_END_NONE: a session was opened */
} XtlsHistoryEvent;

/* A session with the contact was opened, or has ended. @end: why;
 * %XTLS_END_NONE for one that was opened. */
void xtls_history_add (PurpleAccount *account, const char *who, XtlsEnd end);

/* A message was held. */
void xtls_history_add_held (void);

/* How many sessions have ended so; with %XTLS_END_NONE, were opened. @end: as
 * for xtls_history_add(). */
guint xtls_history_count (XtlsEnd end);
guint xtls_history_count_held (void);

/**
 * xtls_history_list:
 *
 * Returns: (transfer none) (nullable) (element-type XtlsHistoryEvent): the last
 * events, the newest first.
 */
GList *xtls_history_list (void);

/* Forgets all of it: the plugin is being unloaded. */
void xtls_history_uninit (void);
