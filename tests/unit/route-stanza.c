/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "route-stanza.h"

#include "nodes.h"

xmlnode *
route_stanza_new (const char *name,
                  const char *type,
                  const char *address,
                  const char *jid,
                  const char *payload)
{
    xmlnode *node =
        nodes_printf ("<%s xmlns='jabber:client' id='i' %s='%s'>%s</%s>",
                      name,
                      address,
                      jid,
                      payload,
                      name);

    if (type)
        xmlnode_set_attrib (node, "type", type);
    return node;
}
