# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's plugin that uploads files to the server (XEP-0363), in the same
client: files leave by our way, or not at all."""

import contextlib

from test_other_plugins import beside, log_in
from xtlstest import check, others, proxy
from xtlstest.files import write
from xtlstest.scene import JULIET, ROMEO
from xtlstest.uploads import Uploads

SECRET = b"the secret plan of the friar " * 40
REFUSED = "another plugin would have sent it around"


def verify_both(scene):
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        one.xtls(who, f"verify {one.status(who)['fingerprint']}")
        one.expect_state("private")


@contextlib.contextmanager
def uploading(force=True, first=False, **options):
    """Both clients with the upload plugin. `force`: it replaces the protocol's
    function. Romeo's client knows the upload service."""
    with Uploads() as uploads, \
            beside(extra=uploads.component, **options) as scene:
        one = scene.romeo
        if first:
            one.unload()
        one.load(others.path("jabber_http_file_upload.so"))
        if force:
            one.call("pref", "/plugins/xmpp-http-upload/force", "on")
            one.unload(others.UPLOAD_ID)
            one.load(others.path("jabber_http_file_upload.so"))
        if first:
            one.load()
        uploads.trust(one)
        log_in(scene)
        learn_of_service(scene)
        yield scene, uploads


def learn_of_service(scene):
    """Waits until the upload plugin has received the service's features."""
    check.sync(scene.romeo)
    scene.romeo_proxy.wait(lambda: any(
        b"max-file-size" in unit.raw
        for unit in scene.romeo_proxy.stanzas(proxy.DOWN)))
    check.sync(scene.romeo)


def slots(scene):
    return [unit for unit in scene.romeo_proxy.stanzas(proxy.UP)
            if b"http:upload" in unit.raw and b"<request" in unit.raw]


def send_by(scene, way):
    path = write(scene.romeo, "secret-plan.txt", SECRET)
    if way == "file":
        scene.romeo.call("send-file", ROMEO, JULIET, path)
    else:  # its own entry in the contact's menu
        scene.romeo.call("menu", ROMEO, JULIET, "protocol",
                         "HTTP File Upload")
        scene.romeo.answer(
            scene.romeo.expect("request", type="file"), 0, path)


def assert_not_uploaded(scene, uploads):
    check.sync(scene.romeo)
    assert not slots(scene), "the file's name and size went to the server"
    assert uploads.is_unused()
    for through in scene.proxies:
        assert not through.leaks("secret-plan")


def test_upload_without_private():
    """Shows that the tests below test something."""
    for first in (False, True):
        with uploading(first=first) as (scene, uploads):
            send_by(scene, "file")
            assert uploads.wait() == SECRET


def test_forced_upload_goes_inside():
    """Although the upload plugin has replaced the function, the file goes by
    the protocol's own function, and therefore inside, whichever plugin was
    loaded first."""
    for first in (False, True):
        with uploading(first=first) as (scene, uploads):
            scene.go_private()
            verify_both(scene)
            send_by(scene, "file")
            scene.juliet.accept_file(scene.juliet.dir + "/received")
            scene.juliet.expect("xfer", what="gone", send=False)
            assert open(scene.juliet.dir + "/received", "rb").read() == SECRET
            assert_not_uploaded(scene, uploads)


def test_upload_by_its_own_menu_is_refused():
    with uploading() as (scene, uploads):
        scene.go_private()
        verify_both(scene)
        send_by(scene, "menu")
        scene.romeo.expect("message", text=lambda text: REFUSED in text)
        scene.romeo.expect("xfer", what="cancelled")
        assert_not_uploaded(scene, uploads)


def test_upload_in_a_client_that_shows_no_files():
    with Uploads() as uploads, beside(extra=uploads.component) as scene:
        one = scene.romeo
        one.unload()
        one.call("transfers-unseen")
        one.load()
        one.load(others.path("jabber_http_file_upload.so"))
        uploads.trust(one)
        log_in(scene)
        learn_of_service(scene)
        scene.go_private()
        send_by(scene, "menu")
        one.expect("message", text=lambda text: REFUSED in text)
        assert_not_uploaded(scene, uploads)


def test_upload_under_required():
    """Before the conversation is private, the file is refused and private mode
    starts."""
    for way in ("file", "menu"):
        with uploading(policy="required") as (scene, uploads):
            scene.romeo.open(JULIET)
            send_by(scene, way)
            scene.romeo.expect(
                "message", text=lambda text: "The file was not sent" in text)
            scene.romeo.expect_state(check.private, who=JULIET)
            assert_not_uploaded(scene, uploads)


def test_upload_that_began_before_encryption_was_required():
    """The server has not said yet where to put the file."""
    with uploading() as (scene, uploads):
        scene.romeo_proxy.hold(proxy.DOWN)
        send_by(scene, "file")
        scene.romeo_proxy.wait(lambda: slots(scene))
        scene.romeo.xtls(JULIET, "policy required")
        scene.romeo_proxy.release()
        scene.romeo.expect("message", text=lambda text: REFUSED in text)
        scene.romeo.expect("xfer", what="cancelled")
        # The request has the file's name, which the server knows already.
        assert uploads.wait() == b""


def test_upload_plugin_that_comes_later():
    """The plugin is loaded, and its option set, during a private
    conversation."""
    with Uploads() as uploads, beside(extra=uploads.component) as scene:
        log_in(scene)
        scene.go_private()
        one = scene.romeo
        one.load(others.path("jabber_http_file_upload.so"))
        one.call("pref", "/plugins/xmpp-http-upload/force", "on")
        one.unload(others.UPLOAD_ID)
        one.load(others.path("jabber_http_file_upload.so"))
        for _ in range(2):
            send_by(scene, "file")
            scene.juliet.accept_file(scene.juliet.dir + "/received")
            scene.juliet.expect("xfer", what="gone", send=False)
            # The unloaded plugin leaves its function behind, and nobody calls
            # it.
            if others.UPLOAD_ID in one.call("plugins")["plugins"]:
                one.unload(others.UPLOAD_ID)
        assert_not_uploaded(scene, uploads)
