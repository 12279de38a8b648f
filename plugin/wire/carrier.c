/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of what carries a bytestream. */
#include "carrier.h"

#include "ns.h"

static const struct {
    const char *name;
    const char *xmlns;
    const char *transport;
    const char *open;
    const char *opened;
    const char *closed;
} carriers[] = {
    [XTLS_CARRIER_IBB] =
        {"IBB", XTLS_NS_IBB, XTLS_NS_JINGLE_IBB, "open", NULL, NULL},
    [XTLS_CARRIER_XTLS] = {"XTLS data",
                           XTLS_NS_DATA,
                           XTLS_NS_JINGLE_DATA,
                           "start",
                           "proceed",
                           "closed"},
};

XtlsCarrier
xtls_carrier_get_other (XtlsCarrier carrier)
{
    return carrier == XTLS_CARRIER_IBB ? XTLS_CARRIER_XTLS : XTLS_CARRIER_IBB;
}

const char *
xtls_carrier_get_name (XtlsCarrier carrier)
{
    return carriers[carrier].name;
}

const char *
xtls_carrier_get_namespace (XtlsCarrier carrier)
{
    return carriers[carrier].xmlns;
}

const char *
xtls_carrier_get_transport (XtlsCarrier carrier)
{
    return carriers[carrier].transport;
}

const char *
xtls_carrier_get_open (XtlsCarrier carrier)
{
    return carriers[carrier].open;
}

const char *
xtls_carrier_get_opened (XtlsCarrier carrier)
{
    return carriers[carrier].opened;
}

const char *
xtls_carrier_get_closed (XtlsCarrier carrier)
{
    return carriers[carrier].closed;
}
