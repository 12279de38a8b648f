/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of the two clients in wirepair.h: an endpoint, what its callbacks answer,
 * and what happened. */
#pragma once

#include "endpoint.h"

#include <glib.h>

typedef struct WirePair WirePair;
typedef struct WireSide WireSide;

struct WireSide {
    WirePair *pair;
    char *jid;
    XtlsIdentity *identity;
    XtlsEndpoint *endpoint;

    /* What the callbacks answer. */
    XtlsCaller caller;
    gboolean
        takes_hello;    /* the presence of this side as the other one sees it */
    gboolean takes_ibb; /* … and which carriers it has */
    gboolean takes_data;
    gboolean allow;
    gboolean admit;
    XtlsEnd not_admitted; /* the end if `admit` is not set */
    XtlsSm *sm;           /* (nullable): given to whoever resumes */
    gboolean
        echo; /* reply to each message with `re: …` from inside `deliver` */
    void (*on_changed) (XtlsSession *session);
    void (*on_deliver) (XtlsSession *session);
    void (*on_allow) (XtlsSession *session);
    void (*on_admit) (XtlsSession *session);
    void (*on_first_words) (XtlsSession *session);
    void (*on_settled) (XtlsSession *session);
    void (*on_tie_break) (XtlsSession *outgoing, XtlsSession *incoming);
    /* (nullable): instead of `sm`. */
    XtlsSm *(*find_sm) (XtlsSession *session, const char *previd);

    /* What happened. */
    GPtrArray *sessions;  /* XtlsSession, owned, in order of appearance */
    GPtrArray *delivered; /* bodies */
    GString *states;      /* `+` when one opens, `-end` when one ends */
    guint tie_breaks;
    guint settled;
    guint open;      /* sessions seen to open */
    guint unhandled; /* stanzas that were not ours */
};

/* Makes the side @side of @pair, with a key that all tests of the process
 * share. */
void wire_side_init (WireSide *side, WirePair *pair, const char *jid);
void wire_side_clear (WireSide *side);

/* The side's connection is lost silently, and there is a new one. */
void wire_side_login (WireSide *side, const char *jid);

/* Make (transfer full) and send a message. */
xmlnode *wire_message (const char *body);
gboolean wire_say (XtlsSession *session, const char *body);

/* How many sessions its endpoint has. */
guint wire_count (WireSide *side);

/* The newest session of a side. */
XtlsSession *wire_session (WireSide *side);

/* Makes a new key. */
XtlsIdentity *wire_identity (const char *bare_jid);
