/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints joined in one process by a server that only passes stanzas on.
 * The clock is real; timers of 0 ms run when nothing is on the way, unless the
 * loop is eager, others when loop_elapse() is called.
 */
#pragma once

#include "endpoint.h"

typedef struct Loop Loop;

typedef struct {
    Loop *loop;
    char *jid;
    XtlsEndpoint *endpoint;
    XtlsSession *session; /* borrowed: the one that opened last */
    guint delivered;
} Client;

struct Loop {
    GHashTable *clients; /* JID → Client, owned */
    GQueue packets;
    gboolean
        outer; /* whether outer stanzas are written as text and parsed again */
    gboolean eager;   /* timers of 0 ms run before stanzas that are under way */
    guint block_size; /* 0, or the block size that the server writes into a
                         request */
    gsize bytes;      /* bytes of outer stanzas as their sender writes them */
    guint stanzas;
    GPtrArray *kept; /* (nullable) (owned): outer stanzas as text */
    gboolean
        watched;    /* whether each step is measured, which itself takes time */
    double longest; /* seconds of CPU that one step took */
};

/* Returns: the CPU time that this process has used, in seconds. */
double loop_cpu (void);

Loop *loop_new (void);
void loop_free (Loop *loop);

/* Returns: (transfer none). */
Client *loop_add (Loop *loop, const char *jid, XtlsIdentity *identity);

/* Returns: (transfer none). */
Client *loop_get (Loop *loop, const char *jid);

/* Runs until nothing is under way. */
void loop_run (Loop *loop);

/* Runs the timers of all acknowledgements that are due later. */
void loop_elapse (Loop *loop);

XtlsIdentity *loop_identity (const char *bare_jid);
