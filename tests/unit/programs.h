/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two programs use one folder, each with its own writer and its own copy in
 * memory. */
#pragma once

#include "contact-prefs.h"
#include "peers.h"
#include "records.h"

#define ROMEO "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"
#define NURSE "nurse@capulet.lit"

typedef struct {
    XtlsWriter *writer;
    XtlsPeers *peers;
    XtlsContactPrefs *prefs;
    GString *changed; /* the contacts that another program has changed */
    guint failures;   /* changes reported for known-peers */
} Program;

typedef struct {
    char *dir, *peers, *contacts;
    Program one, two;
    XtlsFingerprint a, b;
    guint dummies;
} Programs;

/* Starts a program that uses the files of the fixture. */
void programs_start (Programs *fixture, Program *program);
void programs_end (Program *program);

/* For g_test_add(). */
void programs_set_up (Programs *fixture, gconstpointer unused);
void programs_tear_down (Programs *fixture, gconstpointer unused);

/* Makes a program read its files again at once, by a change that does not
 * matter. */
void programs_sync (Programs *fixture, Program *program);
void programs_sync_both (Programs *fixture);

/* Waits until another program's change has been noticed by itself. */
void programs_wait_changed (Program *program);

/* The trust of a key of @who, or of juliet, in a program. */
XtlsTrust programs_get_trust_of (Program *program,
                                 const char *who,
                                 const XtlsFingerprint *fingerprint);
XtlsTrust programs_get_trust (Program *program,
                              const XtlsFingerprint *fingerprint);
void programs_set_trust_of (Program *program,
                            const char *who,
                            const XtlsFingerprint *fingerprint,
                            XtlsTrust trust,
                            gint64 now);
void programs_set_trust (Program *program,
                         const XtlsFingerprint *fingerprint,
                         XtlsTrust trust,
                         gint64 now);

/* Asserts the trust in both programs, and in one that starts now. */
void programs_assert_trust (Programs *fixture,
                            const XtlsFingerprint *fingerprint,
                            XtlsTrust trust);

/* The policy for juliet. */
void programs_set_policy (Program *program, XtlsPolicy policy);
void programs_assert_policy (Programs *fixture, XtlsPolicy policy);
