/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What carries the blocks of a bytestream through the servers: In-Band
 * Bytestreams (XEP-0047), or, where a server refuses those, the same blocks in
 * a namespace of their own (after the ProtoXEP xtls). doc/PROTOCOL.md has both.
 */
#pragma once

#include <glib.h>

typedef enum { XTLS_CARRIER_IBB, XTLS_CARRIER_XTLS } XtlsCarrier;

/**
 * xtls_carrier_get_other:
 * @carrier: one of the two
 *
 * Returns: the other one.
 */
XtlsCarrier xtls_carrier_get_other (XtlsCarrier carrier);

/**
 * xtls_carrier_get_name:
 * @carrier: one of the two
 *
 * Returns: (transfer none): its name for technical descriptions, which are not
 * translated.
 */
const char *xtls_carrier_get_name (XtlsCarrier carrier);

/**
 * xtls_carrier_get_namespace:
 * @carrier: one of the two
 *
 * Returns: (transfer none): the namespace of its elements.
 */
const char *xtls_carrier_get_namespace (XtlsCarrier carrier);

/**
 * xtls_carrier_get_transport:
 * @carrier: one of the two
 *
 * Returns: (transfer none): the namespace of its `<transport/>` in Jingle,
 * which is also the feature that announces it.
 */
const char *xtls_carrier_get_transport (XtlsCarrier carrier);

/**
 * xtls_carrier_get_open:
 * @carrier: one of the two
 *
 * Returns: (transfer none): the name of the element that opens a bytestream.
 */
const char *xtls_carrier_get_open (XtlsCarrier carrier);

/**
 * xtls_carrier_get_opened:
 * @carrier: one of the two
 *
 * Returns: (transfer none) (nullable): the name of the element that the result
 * of opening carries; %NULL if it is empty.
 */
const char *xtls_carrier_get_opened (XtlsCarrier carrier);

/**
 * xtls_carrier_get_closed:
 * @carrier: one of the two
 *
 * Returns: (transfer none) (nullable): the name of the element that the result
 * of `<close/>` carries; %NULL if it is empty.
 */
const char *xtls_carrier_get_closed (XtlsCarrier carrier);
