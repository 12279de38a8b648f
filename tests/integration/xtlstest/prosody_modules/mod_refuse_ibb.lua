-- SPDX-License-Identifier: GPL-2.0-or-later
-- Returns every request of In-Band Bytestreams to its sender as an error, as
-- servers do whose administrators do not want files to pass.
local error_reply = require "util.stanza".error_reply;

module:hook("pre-iq/full", function (event)
	local stanza = event.stanza;
	local payload = stanza.tags[1];
	local kind = stanza.attr.type;
	if (kind == "set" or kind == "get") and payload
		and payload.attr.xmlns == "http://jabber.org/protocol/ibb" then
		event.origin.send(error_reply(stanza, "cancel", "service-unavailable"));
		return true;
	end
end, 1000);
