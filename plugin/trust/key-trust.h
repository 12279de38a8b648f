/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the user trusts a key. Part of the contract with faces (api.h), so
 * this file includes nothing and the values keep their order.
 */
#pragma once

typedef enum {
    XTLS_TRUST_NEW,      /* not among the known keys */
    XTLS_TRUST_KNOWN,    /* seen before, not verified */
    XTLS_TRUST_VERIFIED, /* verified by the user */
    XTLS_TRUST_REFUSED   /* refused by the user: its sessions do not open */
} XtlsTrust;

typedef enum {
    XTLS_VERIFIED_BY_NOTHING,
    XTLS_VERIFIED_BY_FINGERPRINT, /* the user compared fingerprints */
    XTLS_VERIFIED_BY_SECRET       /* by a shared secret */
} XtlsVerifiedBy;
