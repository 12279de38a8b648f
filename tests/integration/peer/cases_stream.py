# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends of an open stream, and what only looks like an end."""
from . import hostile, jingle, stream
from .case import Wrong, case, refused

def bad_stream(name, text, *conditions):
    @case('stream: ' + name, 'cut')
    async def run(attack):
        session = await attack.client.call(attack.target)
        session.send_plain(text)
        condition = await session.events.get(
            'stream-error', unless=('over', 'terminate'))
        if conditions and condition not in conditions:
            raise Wrong('%s, not %s' % (condition, '/'.join(conditions)))
        await session.events.first(('terminate', 'over'))


def sized_message(size):
    """A message of exactly so many bytes."""
    empty = len(stream.message('', 'sized'))
    return stream.message('s' * (size - empty), 'sized')


def nested(depth):
    return '<x>' * depth + '</x>' * depth


def wide(count):
    attributes = ''.join(" a%d=''" % number for number in range(count))
    return "<message><x%s/></message>" % attributes


LIMIT = stream.STANZA_LIMIT
NOT_WELL_FORMED = {
    'an unbound prefix': "<message><a:b/></message>",
    'an unbound prefix of an attribute': "<message a:b=''/>",
    'an attribute twice': "<message a='1' a='2'/>",
    'an attribute twice by namespace':
        "<message xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'/>",
    'a prefix bound to nothing': "<message xmlns:a=''/>",
    'xml bound to another namespace': "<message xmlns:xml='urn:x'/>",
    'two colons in a name': "<message><a:b:c xmlns:a='urn:x'/></message>",
    'tags that do not match': "<message><a></b></message>",
    '< in an attribute': "<message a='<'/>",
    'no space between attributes': "<message a='1'b='2'/>",
    ']]> in text': "<message><body>]]></body></message>",
    'U+0001': "<message><body>\x01</body></message>",
    'U+0001 as a reference': "<message><body>&#1;</body></message>",
    'U+FFFE': "<message><body>\ufffe</body></message>",
    'not UTF-8': b"<message><body>\xc3\x28</body></message>",
    'a surrogate in UTF-8': b"<message><body>\xed\xa0\x80</body></message>",
}
RESTRICTED = {
    'a comment': "<message><!-- c --></message>",
    'a comment between stanzas': "<!-- c -->",
    'a processing instruction': "<message><?pi?></message>",
    'an entity of its own': "<message><body>&lol;</body></message>",
}

for _name, _text in NOT_WELL_FORMED.items():
    bad_stream(_name, _text, 'not-well-formed')
for _name, _text in RESTRICTED.items():
    bad_stream(_name, _text, 'restricted-xml')
bad_stream('a DOCTYPE', '<!DOCTYPE x [<!ENTITY a "b">]>', 'restricted-xml',
           'not-well-formed')
bad_stream('a stanza of 256 KiB and one byte', sized_message(LIMIT + 1),
           'policy-violation')
bad_stream('a stanza that never ends', "<message a='" + 'a' * (LIMIT + 20000),
           'policy-violation')
bad_stream('depth', '<message>%s</message>' % nested(40), 'policy-violation')
bad_stream('65 attributes', wide(65), 'policy-violation')
bad_stream('presence inside', "<presence/>", 'unsupported-stanza-type')
bad_stream('an unknown stanza', "<x xmlns='urn:x'/>",
           'unsupported-stanza-type')
bad_stream('a message of another namespace',
           "<message xmlns='urn:x'><body>evil</body></message>",
           'unsupported-stanza-type')
bad_stream('a stanza from somebody else',
           "<message from='tybalt@localhost/x'><body>evil</body></message>",
           'invalid-from')
bad_stream('a stanza from the bare JID',
           "<message from='juliet@localhost'><body>evil</body></message>",
           'invalid-from')
bad_stream('an iq from somebody else',
           "<iq type='get' id='1' from='tybalt@localhost/x'>"
           "<ping xmlns='urn:xmpp:ping'/></iq>", 'invalid-from')
bad_stream('a stanza to somebody else',
           "<message to='tybalt@localhost/x'><body>evil</body></message>",
           'invalid-from')
bad_stream('text between stanzas', 'text')
bad_stream('a second header',
           "<stream:stream from='x' to='y' version='1.0'/>")


@case('stream: a stanza of exactly 256 KiB passes', 'open')
async def largest_stanza(attack):
    session = await attack.client.call(attack.target)
    session.send_plain(sized_message(LIMIT))
    session.send_plain(wide(63))
    session.send_plain("<message>%s</message>" % nested(25))
    return session


@case('stream: an error ends it', 'cut')
async def stream_error(attack):
    session = await attack.client.call(attack.target)
    session.send_plain(stream.error('undefined-condition'))
    await session.events.get('terminate')


@case('end: IBB and Jingle alone', 'cut')
async def bare_end(attack):
    session = await attack.client.call(attack.target)
    await hostile.vanish(session)


@case('end: Jingle alone', 'cut')
async def terminate_alone(attack):
    session = await attack.client.call(attack.target)
    await session.request(jingle.terminate(session.sid, 'success'))


@case('end: stream without close_notify', 'cut')
async def no_close_notify(attack):
    session = await attack.client.call(attack.target, hostile.NoCloseNotify)
    session.send_plain(stream.END)
    await session.events.get('stream-end')
    await hostile.vanish(session)


@case('end: close_notify without the stream\'s end', 'cut')
async def no_stream_end(attack):
    session = await attack.client.call(attack.target)
    session.tls.close_notify()
    session.flush()
    await hostile.vanish(session)


@case('end: in the middle of a stanza', 'cut')
async def middle_of_stanza(attack):
    session = await attack.client.call(attack.target)
    session.send_plain('<message><body>half of')
    session.tls.close_notify()
    session.flush()
    await hostile.vanish(session)


@case('end: gone in Jingle alone, and the talk goes on', 'cut')
async def gone_alone(attack):
    session = await attack.client.call(attack.target)
    session.send_plain(stream.message('a last word', 'l1'))
    await session.out.drained()
    await session.request(jingle.terminate(session.sid, 'gone'))
    for _ in range(3):
        await refused(session.request(session.out.data(b'evil')),
                      'item-not-found')


@case('end: gone as it should be, and the talk goes on', 'left')
async def gone_and_goes_on(attack):
    session = await attack.client.call(attack.target)
    number = session.out.data
    await session.finish('gone')
    for _ in range(3):
        await refused(session.request(number(b'evil')), 'item-not-found')
    await session.quietly(jingle.terminate(session.sid, 'success'))
