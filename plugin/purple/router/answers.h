/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which way questions (`<iq/>` of type get and set) went, so that an answer
 * goes, and is believed, only the same way: libpurple's ids are sequential, and
 * a server can guess them. Bounded: the oldest are forgotten.
 */
#pragma once

#include <glib.h>

/* Questions that are remembered, of each kind. */
#define XTLS_ANSWERS_MAX 1024
/* Longer ids and JIDs (together, in bytes) are not remembered. */
#define XTLS_ANSWERS_KEY_MAX 4096

typedef enum {
    XTLS_ASKED_OUTSIDE, /* the contact asked, over the account's connection */
    XTLS_ASKED_INSIDE,  /* the contact asked, inside a session */
    XTLS_ASKED_BY_US,   /* we asked inside a session */
    /* Not a question: the bytestream of a file that was offered inside, by
     * whomever. It does not leave in clear. */
    XTLS_OFFERED_INSIDE,
    XTLS_ASKED_LAST = XTLS_OFFERED_INSIDE
} XtlsAsked;

typedef struct XtlsAnswers XtlsAnswers;

XtlsAnswers *xtls_answers_new (void);
void xtls_answers_free (XtlsAnswers *answers);

/**
 * xtls_answers_remember:
 * @jid: the other side; in one form for a kind, it is compared by octets
 * @id: (nullable): the question's
 */
void xtls_answers_remember (XtlsAnswers *answers,
                            XtlsAsked asked,
                            const char *jid,
                            const char *id);

gboolean xtls_answers_has (XtlsAnswers *answers,
                           XtlsAsked asked,
                           const char *jid,
                           const char *id);

/**
 * xtls_answers_has_of_any:
 * @bare: a bare JID
 *
 * Returns: %TRUE if it is remembered for @bare with any resource.
 */
gboolean xtls_answers_has_of_any (XtlsAnswers *answers,
                                  XtlsAsked asked,
                                  const char *bare,
                                  const char *id);

/**
 * xtls_answers_take:
 *
 * Forgets the question.
 *
 * Returns: %TRUE if it was remembered.
 */
gboolean xtls_answers_take (XtlsAnswers *answers,
                            XtlsAsked asked,
                            const char *jid,
                            const char *id);

/**
 * xtls_answers_take_all:
 *
 * Forgets all questions to or of @jid.
 *
 * Returns: (transfer full) (element-type utf8): their ids, oldest first.
 */
GPtrArray *
xtls_answers_take_all (XtlsAnswers *answers, XtlsAsked asked, const char *jid);
