# SPDX-License-Identifier: GPL-2.0-or-later
"""An independent XTLS client on slixmpp and OpenSSL.

Written from the description of the protocol and not from the plugin, so that
both ends cannot be wrong in the same way. client.Client logs in and answers;
session.Session is one private conversation; hostile.py breaks the rules.
"""
