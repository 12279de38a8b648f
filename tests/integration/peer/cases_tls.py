# SPDX-License-Identifier: GPL-2.0-or-later
"""Handshakes that must not succeed."""
from . import hostile
from .case import Wrong, case, expect
from .identity import Identity, Stolen
from .session import Session

# As a server, our OpenSSL gives up before the other side must.
NOTHING_TO_AGREE_ON = ('no suitable signature algorithm',)


async def _shake(attack, session_class, role, identity=None):
    """Sets up until TLS is refused; returns OpenSSL's words."""
    if identity is not None:
        good, attack.client.identity = attack.client.identity, identity
    try:
        if role == 'calling':
            session = attack.call(session_class)
            await session.ask()
            await session.wait('accepted')
            await session.start()
        else:
            session = await attack.called(session_class)
    finally:
        if identity is not None:
            attack.client.identity = good
    words = await session.events.get('tls-error', unless=('open',))
    if 'alert' not in words and words not in NOTHING_TO_AGREE_ON:
        raise Wrong('no alert: ' + words)
    if session.events.has('open'):
        raise Wrong('opened')
    return words


def bad_tls(name, *, session_class=Session, identity=None, alert=None,
            roles=('calling', 'called')):
    def add(role, shown):
        @case('TLS: %s, %s' % (name, role), shown)
        async def run(attack):
            made = identity(attack) if identity else None
            words = await _shake(attack, session_class, role, made)
            if alert is not None and alert not in words:
                raise Wrong('%s, not %s' % (words, alert))

    for role in roles:
        add(role, 'nothing' if role == 'calling' else 'failed')


def _bare(attack):
    return attack.client.boundjid.bare


bad_tls('no certificate', session_class=hostile.NoCertificate,
        alert='certificate required', roles=('calling',))
bad_tls('an RSA certificate', identity=lambda a: Identity.rsa(_bare(a)))
bad_tls('the certificate of another JID',
        identity=lambda a: Identity.make('tybalt@localhost'))
bad_tls('its own certificate sent back',
        session_class=hostile.Credulous,
        identity=lambda a: a.own_identity())
bad_tls('a certificate with another key',
        identity=lambda a: Stolen(Identity.make(_bare(a)).certificate))
bad_tls('version 1.2', session_class=hostile.OldTls,
        roles=('calling',))


@case('TLS: version 1.2, called', 'failed')
async def old_server(attack):
    """OpenSSL finds nothing to agree on, and tells."""
    session = await attack.called(hostile.OldTls)
    await session.events.get('tls-error', unless=('open', 'secure'))
    await session.events.first(('terminate', 'over'))


@case('TLS: its own certificate from another resource of its account')
async def own_certificate(attack):
    """Nothing else is wrong with this one: the JID is the right one."""
    own = await attack.own_client('garden')
    own.identity = attack.own_identity()
    session = own.session(attack.target, hostile.Credulous)
    await session.ask()
    await session.wait('accepted')
    await session.start()
    await session.events.get('secure')
    words = await session.events.get('tls-error', unless=('open',))
    expect('alert' in words, True)
    await session.events.get('terminate')
    await own.logout()


def no_tls(name, session_class):
    @case('TLS: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        await session.ask()
        await session.wait('accepted')
        await session.start()
        await session.events.get('terminate', unless=('secure',))


no_tls('something else', hostile.Garbage)
no_tls('an endless handshake message', hostile.EndlessHandshake)


def other_fingerprint(role, shown):
    @case('a fingerprint that is not the certificate\'s, ' + role, shown)
    async def run(attack):
        if role == 'calling':
            session = attack.call(hostile.OtherFingerprint)
            await session.ask()
            await session.wait('accepted')
            await session.start()
        else:
            session = await attack.called(hostile.OtherFingerprint)
        expect(await session.events.get('terminate', unless=('open',)),
               'security-error')


other_fingerprint('calling', 'nothing')
other_fingerprint('called', 'failed')


@case('a certificate that is refused is told before the end')
async def early_success(attack):
    """In TLS 1.3 the client has finished before its certificate is checked."""
    good = attack.client.identity
    attack.client.identity = Identity.make('tybalt@localhost')
    try:
        session = attack.call()
        await session.ask()
        await session.wait('accepted')
        await session.start()
    finally:
        attack.client.identity = good
    await session.events.get('secure')
    await session.events.get('tls-error', unless=('open', 'terminate'))
