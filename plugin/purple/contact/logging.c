/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logging of private conversations. */
#include "logging.h"

#include "conversation.h"
#include "policy.h"

#include <conversation.h>

struct XtlsLoggingState {
    PurpleAccount *account;
    const char *who;
    gboolean active;

    /* Only what was switched off here is switched on again. The conversation
     * is compared, never followed: it may be gone. */
    const PurpleConversation *switched_off;
};

XtlsLoggingState *
xtls_logging_new (PurpleAccount *account, const char *who)
{
    XtlsLoggingState *logging = g_new0 (XtlsLoggingState, 1);

    logging->account = account;
    logging->who = who;
    return logging;
}

void
xtls_logging_free (XtlsLoggingState *logging)
{
    g_free (logging);
}

static void
apply (XtlsLoggingState *logging, gboolean logged)
{
    PurpleConversation *conv =
        xtls_conversation_find (logging->account, logging->who);

    if (!conv)
        return;
    if (!logged && purple_conversation_is_logging (conv)) {
        purple_conversation_set_logging (conv, FALSE);
        logging->switched_off = conv;
    } else if (logged && logging->switched_off == conv) {
        purple_conversation_set_logging (conv, TRUE);
        logging->switched_off = NULL;
    }
}

void
xtls_logging_begin (XtlsLoggingState *logging)
{
    logging->active = TRUE;
    xtls_logging_refresh (logging);
}

void
xtls_logging_created (XtlsLoggingState *logging)
{
    /* Another conversation may have been created at this address since. */
    logging->switched_off = NULL;
    xtls_logging_refresh (logging);
}

void
xtls_logging_end (XtlsLoggingState *logging)
{
    logging->active = FALSE;
    apply (logging, TRUE);
}

void
xtls_logging_refresh (XtlsLoggingState *logging)
{
    if (logging->active)
        apply (logging, xtls_policy_is_logged (logging->account, logging->who));
}
