# SPDX-License-Identifier: GPL-2.0-or-later
"""The first words, which leave with the end of the handshake, to and from an
independent peer."""
from peer import jingle, resume
from peer.identity import Identity
from peer.world import JULIET, ROMEO, Scene, test
from test_fresh_keys_peer import grow_old


async def first_words(scene, session_class):
    """Romeo types a message, which starts the session and arrives."""
    scene.juliet.session_class = session_class
    await scene.plugin.do('api', 'set_policy', ROMEO, JULIET, 'automatic')
    await scene.plugin.do('say', JULIET, 'Speak again')
    session = await scene.juliet.called()
    assert await session.heard() == 'Speak again'
    return session


class Wordy(resume.FirstWords):
    words = ('O Romeo', 'Romeo')


@test
async def test_first_words_of_the_peer():
    """They follow its header at once, and are confirmed."""
    async with Scene.with_hello() as scene:
        session = await scene.called_by_juliet(Wordy)
        (offer,) = session.events.values('accepted')
        assert offer.first_words
        for text in Wordy.words:
            await scene.plugin.line('^%s$' % text)
        await session.wait('enabled')
        await session.asked()
        await scene.talk(session)
        await session.finish()
        assert session.clean


@test
async def test_first_words_of_the_plugin():
    """They arrive before the peer has said anything inside. Until then, they
    are unconfirmed, and the conversation is still starting."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.Silent)
        status = await scene.plugin.do('status', JULIET)
        assert status['state'] == 'starting' and status['held'] == 0, status
        session.speak()
        await scene.started()
        await scene.talk(session)
        await session.finish()


@test
async def test_first_words_are_resumed():
    """The session ends before the peer has said anything inside: the writer
    is told, and what has arrived does not arrive again."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.Silent)
        scene.juliet.session_class = resume.Session
        await session.cut()
        await scene.plugin.line('could not be started.* 1 message was not '
                                'confirmed yet; it is sent again')
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('resumed')
        await scene.started()
        await scene.talk(session)
        assert session.events.values('body') == ['Speak again '], \
            session.events.history
        await session.finish()


@test
async def test_what_is_typed_behind_the_first_words():
    """It waits for the peer's header, and does not overtake them."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.Silent)
        await scene.plugin.do('say', JULIET, 'and again')
        status = await scene.plugin.do('status', JULIET)
        assert status['state'] == 'starting' and status['held'] == 1, status
        assert session.events.values('body') == ['Speak again']
        session.speak()
        await scene.started()
        assert await session.heard() == 'and again'
        await session.finish()


@test
async def test_first_words_to_a_peer_with_an_id_of_its_own():
    """Counting begins with its <enabled/>, and the stream has its id."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.OwnId)
        await scene.started()
        await scene.talk(session)
        await session.asked()
        state = await session.cut()
        await scene.cut_off('waiting')
        scene.juliet.session_class = resume.Session
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('resumed')
        assert session.state is state
        assert not session.events.values('body'), session.events.history
        await scene.talk(session, 'again')
        await session.finish()


class Late(resume.Session):
    takes_first_words = False


@test
async def test_a_peer_that_takes_no_first_words():
    """The messages follow its features, as without a hello."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, Late)
        await scene.started()
        kinds = session.events.kinds()
        assert kinds.index('open') < kinds.index('enabled'), kinds
        assert session.tokens == [], session.tokens
        await scene.talk(session)
        await session.finish()


@test
async def test_no_first_words_to_a_new_key():
    """Neither if another key was verified, nor if the message was typed when
    another was known. The user decides first."""
    for verified in (True, False):
        async with Scene.with_hello() as scene:
            scene.juliet.session_class = resume.Session
            session = await scene.called_by_romeo()
            status = await scene.plugin.do('status', JULIET)
            if verified:
                await scene.plugin.do(
                    'xtls', JULIET, 'verify ' + status['fingerprint'])
                await scene.plugin.do('expect_state', 'private', who=JULIET)
            await session.finish()
            await scene.plugin.do('expect_state', 'finished', who=JULIET)
            scene.juliet.identity = Identity.make(JULIET)
            await scene.plugin.do('say', JULIET, 'Speak again')
            await scene.plugin.do('forget')
            await scene.plugin.start()
            session = await scene.juliet.called()
            dialog = await scene.plugin.do('expect', 'request',
                                           title='New key')
            await scene.plugin.do('expect_state', 'new-key', who=JULIET)
            await session.wait('enabled')
            assert not session.events.values('body'), session.events.history
            await scene.plugin.do('answer', dialog, 'Accept')
            assert await session.heard() == 'Speak again'
            await session.finish()


@test
async def test_no_first_words_after_never_was_chosen():
    """While the contact's answer is under way, the user forbids private
    conversations with it."""
    async with Scene.with_hello() as scene:
        scene.juliet.session_class = resume.Hesitant
        await scene.plugin.do('api', 'set_policy', ROMEO, JULIET, 'automatic')
        await scene.plugin.do('say', JULIET, 'Speak again')
        session = await scene.juliet.incoming.get('session')
        await session.wait('offered')
        await scene.plugin.do('api', 'set_policy', ROMEO, JULIET, 'never')
        session.ready.set()
        await session.wait('terminate')
        assert not session.events.values('body'), session.events.history
        status = await scene.plugin.do('status', JULIET)
        assert status['held'] == 1, status


@test
async def test_another_key_is_verified_while_the_first_words_are_under_way():
    """The session's key is a new one then: nothing more is sent to it before
    the user has decided."""
    async with Scene.with_hello() as scene:
        other = scene.juliet.identity
        for identity in (other, Identity.make(JULIET)):
            scene.juliet.identity = identity
            session = await scene.called_by_romeo()
            await session.finish()
            await scene.plugin.do('expect_state', 'finished', who=JULIET)
            await scene.plugin.end()
        session = await first_words(scene, resume.Silent)
        await scene.plugin.do('say', JULIET, 'and again')
        await scene.plugin.do('xtls', JULIET, 'verify ' + other.fingerprint)
        session.speak()
        dialog = await scene.plugin.do('expect', 'request', title='New key')
        await scene.plugin.do('answer', dialog, 'Refuse')
        await session.wait('terminate')
        assert session.events.values('body') == ['Speak again']
        await scene.plugin.line('“Speak again” may not have been delivered')
        status = await scene.plugin.do('status', JULIET)
        assert status['state'] == 'finished' and status['held'] == 1, status


@test
async def test_own_key_is_renewed_while_the_first_words_are_under_way():
    """A stream belongs to two keys: with another one it is not resumed."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.Silent)
        await scene.plugin.do('api', 'renew_own_key', ROMEO)
        await session.wait('terminate')
        scene.juliet.session_class = resume.Session
        await scene.plugin.start()
        session = await scene.juliet.called()
        await scene.plugin.line('“Speak again” may not have been delivered')
        await session.wait('enabled')
        await scene.talk(session)
        assert session.events.values('body') == ['Speak again ']
        await session.finish()


@test
async def test_start_is_cancelled_while_the_first_words_are_under_way():
    """Their writer is told at once, and they are not sent again."""
    async with Scene.with_hello() as scene:
        session = await first_words(scene, resume.Silent)
        await scene.plugin.do('say', JULIET, 'and again')
        await scene.plugin.end()
        await scene.plugin.line('“Speak again” may not have been delivered')
        await scene.plugin.line('“and again” was not sent')
        await session.wait('terminate')
        scene.juliet.session_class = resume.Session
        session = await scene.called_by_romeo()
        await session.wait('enabled')
        await scene.talk(session)
        assert session.events.values('body') == ['Speak again ']
        await session.finish()


class Reserved(resume.Hesitant, resume.Silent):
    """Accepts once `ready` is set, and says nothing then."""


@test
async def test_no_first_words_to_a_session_that_was_not_started():
    """A session whose keys are old is being replaced when the contact ends it.
    What is typed behind its end waits for the user, and does not leave with
    the new session, which is called off."""
    async with Scene.with_hello() as scene:
        scene.juliet.session_class = resume.Session
        old = await scene.called_by_romeo()
        await scene.talk(old)
        await old.asked()
        await grow_old(scene, old)
        scene.juliet.session_class = Reserved
        new = await scene.juliet.incoming.get('session')
        await new.wait('offered')
        old._send_end()
        await old.wait('stream-end')
        await scene.plugin.do('say', JULIET, 'and again')
        new.ready.set()
        await new.wait('secure')
        await old.quietly(jingle.terminate(old.sid, 'success'))
        await new.wait('terminate')
        assert not new.events.values('body'), new.events.history
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        status = await scene.plugin.do('status', JULIET)
        assert status['held'] == 1, status
