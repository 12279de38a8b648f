/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The misbehaving half of the fake server of wirepair.h. */
#pragma once

#include "iq.h"
#include "wirepair.h"

/* A stanza on its way. */
typedef struct {
    gint64 due;
    char *text;
    char *from;
    guint to;
} WireItem;

/* Puts a stanza on its way, @delay microseconds long; takes @text. */
void wire_post (
    WirePair *pair, guint to, const char *from, char *text, gint64 delay);

/* Lets a stanza to side @to pass, as the pair's fault has it; takes @text. */
void wire_fault_pass (WirePair *pair, guint to, char *text);

/* Sends a stanza to @whom at side @to back as an error, unless it is an answer;
 * takes @text. */
void wire_fault_bounce (
    WirePair *pair, guint to, const char *whom, char *text, XtlsIqError error);

/* (nullable): the base64 of a block of the bytestream. */
const char *wire_fault_block (const char *text);
