# SPDX-License-Identifier: GPL-2.0-or-later
"""accounts.xml, in which libpurple keeps a client's accounts."""

from xml.sax.saxutils import escape

FILE = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
{accounts}</account>
"""

ACCOUNT = """<account>
<protocol>prpl-{protocol}</protocol>
<name>{name}</name>
{password}<settings>
{settings}</settings>
<settings ui='{ui}'>
<setting name='auto-login' type='bool'>1</setting>
</settings>
</account>
"""

PIDGIN = "gtk-gaim"
FINCH = "gnt-purple"


def _setting(name, value):
    kind = {str: "string", bool: "bool", int: "int"}[type(value)]
    written = escape(value) if kind == "string" else int(value)
    return f"<setting name='{name}' type='{kind}'>{written}</setting>\n"


def account(protocol, name, port, ui, password=None, **settings):
    """An account that logs in when the client, PIDGIN or FINCH, starts."""
    return ACCOUNT.format(
        protocol=protocol, name=escape(name), ui=ui,
        password=(f"<password>{escape(password)}</password>\n"
                  if password is not None else ""),
        settings="".join(_setting(*item)
                         for item in {"port": port, **settings}.items()))


def xmpp(jid, password, port, ui):
    """An account on a server on 127.0.0.1. jid: with a resource"""
    return account("jabber", jid, port, ui, password,
                   connect_server="127.0.0.1",
                   connection_security="opportunistic_tls",
                   auth_plain_in_clear=True)


def text(*accounts):
    """The text of the file."""
    return FILE.format(accounts="".join(accounts))
