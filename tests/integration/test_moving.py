# SPDX-License-Identifier: GPL-2.0-or-later
"""An account's key moves to another computer and back. For its contacts
nothing changes, and none of the user's decisions is lost."""

import contextlib
import os
import re
import resource
import stat
import subprocess

from xtlstest import check, process
from xtlstest.scene import JULIET, ROMEO, Scene

PASSPHRASE = "arise, fair sün"
BALCONY = f"{JULIET}/balcony"
EXPORTED = "was exported"
SHORT = "too short"


def own(one):
    return one.api("get_own_fingerprint", one.account)["value"]


def known(one, who):
    """The known keys of a contact, and how far they are trusted."""
    return {key["fingerprint"]: (key["trust"], key["how"])
            for key in one.api("list_keys")["keys"] if key["who"] == who}


def type_passphrase(one, first, again=None):
    dialog = one.expect("request", title="Export a key", type="fields")
    one.answer(dialog, 0, "passphrase", first, "again",
               first if again is None else again)


def export(one, who, path=None):
    """`/xtls export` in a conversation. Returns the file."""
    path = path or os.path.join(process.folder("usb"), "key.p12")
    one.xtls(who, "export")
    type_passphrase(one, PASSPHRASE)
    dialog = one.expect("request", type="file", save=True)
    assert dialog["value"] == f"{one.account}.p12", dialog
    one.answer(dialog, 0, path)
    one.expect("notify", type="info", primary=re.compile(EXPORTED))
    return path


def open_file(one, who, path, passphrase=PASSPHRASE):
    """`/xtls import`, up to the question or the failure."""
    one.xtls(who, "import")
    one.answer(one.expect("request", type="file", save=False), 0, path)
    one.answer(one.expect("request", type="input", masked=True), 0, passphrase)


def take_over(one, who, path, button="Replace the key"):
    open_file(one, who, path)
    dialog = one.expect("request", title="Import a key", type="action")
    one.answer(dialog, button)
    notice = one.expect("notify", type="info")
    assert "imported" in notice["primary"], notice
    return dialog


def expect_failure(one, primary, secondary):
    notice = one.expect("notify", type="error", primary=re.compile(primary))
    assert re.search(secondary, notice["secondary"]), notice
    assert not one.call("requests")["requests"]


def end_both(scene, one):
    scene.romeo.xtls(JULIET, "end")
    one.expect_state("finished")
    one.xtls(ROMEO, "end")
    for each in (scene.romeo, one):
        each.forget()


def verified(scene):
    """Both have verified each other, and the conversation has ended."""
    scene.go_private()
    scene.romeo.xtls(JULIET, f"verify {own(scene.juliet)}")
    scene.romeo.expect_state("private")
    scene.juliet.xtls(ROMEO, f"verify {own(scene.romeo)}")
    scene.juliet.expect_state("private")
    end_both(scene, scene.juliet)


def move(scene, old, name=None, new=None):
    """Exports the account on one computer, logs out, and logs in on the other.
    Returns the file as well."""
    path = export(old, ROMEO)
    old.logout()
    scene.romeo.expect("xtls-capability-changed", capability="offline")
    scene.romeo.forget()
    new = new or scene.add_client(name)
    scene.login(new, BALCONY, scene.juliet_proxy)
    new.expect("presence", who=ROMEO, online=True)
    scene.romeo.expect("xtls-capability-changed", capability="present")
    return new, path


def assert_nothing_new(scene, one):
    """Asserts that both still know each other's verified keys."""
    scene.romeo.xtls(JULIET, "start")
    scene.romeo.expect_state("private")
    one.expect_state("private")
    assert not scene.romeo.seen("request"), scene.romeo.seen("request")
    lines = check.system_lines(scene.romeo, JULIET)
    assert not any("unknown key" in line for line in lines), lines
    scene.romeo.say(JULIET, "it is the east")
    one.expect_message("it is the east")
    end_both(scene, one)


def test_to_another_computer_and_back():
    with Scene() as scene:
        verified(scene)
        before = known(scene.juliet, ROMEO)
        fingerprint = own(scene.juliet)
        scene.juliet.xtls(ROMEO, "policy required")
        laptop, path = move(scene, scene.juliet, "laptop")
        assert own(laptop) != fingerprint
        question = take_over(laptop, ROMEO, path)
        assert JULIET in question["primary"]
        # Each on two lines.
        assert fingerprint in question["secondary"].replace(":\n", ":")
        assert question["default"] == 2  # Cancel
        assert own(laptop) == fingerprint
        assert known(laptop, ROMEO) == before
        assert laptop.api("get_policy", JULIET, ROMEO)["value"] == "required"
        assert_nothing_new(scene, laptop)

        # On the way back there is nothing to replace.
        nurse = "nurse@capulet.lit"
        laptop.api("set_policy", JULIET, nurse, "never")
        _, path = move(scene, laptop, new=scene.juliet)
        question = take_over(scene.juliet, ROMEO, path,
                             "Import what it knows of contacts")
        assert "uses already" in question["primary"], question
        assert scene.juliet.api("get_policy", JULIET, nurse)["value"] == "never"
        assert known(scene.juliet, ROMEO) == before
        assert_nothing_new(scene, scene.juliet)


def test_what_was_imported_lasts():
    with Scene() as scene:
        verified(scene)
        laptop, path = move(scene, scene.juliet, "laptop")
        take_over(laptop, ROMEO, path)
        fingerprint, keys = own(laptop), known(laptop, ROMEO)
        laptop.quit()
        laptop.start()
        scene.login(laptop, BALCONY, scene.juliet_proxy)
        assert own(laptop) == fingerprint
        assert known(laptop, ROMEO) == keys
        name = os.path.join(laptop.dir, "xtls", "keys", f"{JULIET}.pem")
        assert stat.S_IMODE(os.stat(name).st_mode) == 0o600


def test_a_running_conversation_ends_with_the_key_it_was_held_with():
    with Scene() as scene:
        verified(scene)
        laptop, path = move(scene, scene.juliet, "laptop")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.answer(scene.romeo.expect("request", title="New key"),
                           "Accept")
        laptop.expect_state("unverified")
        take_over(laptop, ROMEO, path)
        laptop.expect_state("not-private")
        scene.romeo.expect_state("finished")


def test_the_safer_word_counts():
    """Of trust, tests/unit/test-backup.c has every case."""
    # The default of a contact that is verified is "required".
    for policy in ("required", "default"):
        with Scene() as scene:
            verified(scene)
            key = own(scene.romeo)
            scene.juliet.xtls(ROMEO, "policy never")
            path = export(scene.juliet, ROMEO)
            scene.juliet.xtls(ROMEO, f"policy {policy}")
            scene.juliet.xtls(ROMEO, f"forget {key}")
            assert not known(scene.juliet, ROMEO)
            take_over(scene.juliet, ROMEO, path,
                      "Import what it knows of contacts")
            assert known(scene.juliet, ROMEO) == {
                key: ("verified", "fingerprint")}
            assert scene.juliet.api("get_policy", JULIET, ROMEO)["value"] \
                == policy


def test_keeping_the_key_and_taking_the_rest():
    with Scene() as scene:
        verified(scene)
        keys = known(scene.juliet, ROMEO)
        laptop, path = move(scene, scene.juliet, "laptop")
        key = own(laptop)
        take_over(laptop, ROMEO, path, "Keep the key, import the rest")
        assert own(laptop) == key
        assert known(laptop, ROMEO) == keys


def test_nothing_is_replaced_without_a_yes():
    with Scene() as scene:
        verified(scene)
        laptop, path = move(scene, scene.juliet, "laptop")
        key = own(laptop)
        for button in ("Cancel", -1):
            open_file(laptop, ROMEO, path)
            laptop.answer(laptop.expect("request", type="action"), button)
            check.sync(laptop)
            assert own(laptop) == key and not known(laptop, ROMEO)
        # An existing file of that name may be the user's only copy.
        scene.juliet.login(BALCONY, scene.password(JULIET),
                           scene.server.port)
        with open(path, "w") as file:
            file.write("my only copy")
        scene.juliet.xtls(ROMEO, "export")
        type_passphrase(scene.juliet, PASSPHRASE)
        scene.juliet.answer(scene.juliet.expect("request", type="file"), 0,
                            path)
        dialog = scene.juliet.expect("request", type="action")
        assert dialog["default"] == 1
        scene.juliet.answer(dialog, "Cancel")
        with open(path) as file:
            assert file.read() == "my only copy"


def test_passphrases():
    with Scene() as scene:
        scene.juliet.xtls(ROMEO, "export")
        for pair, fault in ((("short", "short"), SHORT),
                            (("", ""), SHORT),
                            ((PASSPHRASE, PASSPHRASE + " "), "different")):
            type_passphrase(scene.juliet, *pair)
            assert re.search(fault, scene.juliet.seen(
                "request", type="fields")[-1]["primary"])
        type_passphrase(scene.juliet, PASSPHRASE)
        scene.juliet.answer(scene.juliet.expect("request", type="file"), 1)
        check.sync(scene.juliet)
        assert not scene.juliet.call("requests")["requests"]
        path = export(scene.juliet, ROMEO)
        # After a wrong passphrase the user is asked again, until they cancel.
        open_file(scene.juliet, ROMEO, path, "arise, fair sun")
        dialog = scene.juliet.expect("request", type="input",
                                     primary=re.compile("is wrong"))
        scene.juliet.answer(dialog, 0, "")
        dialog = scene.juliet.expect("request", type="input",
                                     primary=re.compile("is wrong"))
        scene.juliet.answer(dialog, 1)
        assert not scene.juliet.call("requests")["requests"]
        # None of the passphrases is in the client's files.
        for one in (scene.romeo, scene.juliet):
            assert PASSPHRASE not in one.debug()
            assert not [name for name, data in one.files()
                        if PASSPHRASE.encode() in data]


def test_files_that_are_none():
    with Scene() as scene:
        path = export(scene.juliet, ROMEO)
        with open(path, "rb") as file:
            whole = file.read()
        cut = os.path.join(os.path.dirname(path), "cut.p12")
        for data in (b"", whole[:100], whole[:-1], b"hello"):
            with open(cut, "wb") as file:
                file.write(data)
            open_file(scene.juliet, ROMEO, cut)
            expect_failure(scene.juliet, "Nothing was imported",
                           "not a file with an exported key")
        open_file(scene.juliet, ROMEO, cut + ".not")
        expect_failure(scene.juliet, "Nothing was imported",
                       "could not be read: .*No such file")
        # Exporting fails as well if the file cannot be written.
        scene.juliet.xtls(ROMEO, "export")
        type_passphrase(scene.juliet, PASSPHRASE)
        scene.juliet.answer(scene.juliet.expect("request", type="file"), 0,
                            os.path.join(cut, "key.p12"))
        expect_failure(scene.juliet, "was not exported", "could not be written")


def test_the_file_of_another_account():
    with Scene() as scene:
        path = export(scene.romeo, JULIET)
        key = own(scene.juliet)
        open_file(scene.juliet, ROMEO, path)
        expect_failure(scene.juliet, "Nothing was imported",
                       f"the key of {ROMEO}, not the one of {JULIET}")
        # The same from the menu, where the file names its account.
        scene.juliet.call("plugin-actions", "core-xtls", "Import a key…")
        scene.juliet.answer(scene.juliet.expect("request", type="file"), 0,
                            path)
        scene.juliet.answer(scene.juliet.expect("request", type="input"), 0,
                            PASSPHRASE)
        expect_failure(scene.juliet, "Nothing was imported",
                       f"the key of {ROMEO}. Add that account")
        assert own(scene.juliet) == key


def test_from_the_menu():
    """Without a conversation the user can choose the account."""
    with Scene() as scene:
        scene.juliet.logout()
        assert scene.juliet.call("plugin-actions", "core-xtls")["actions"][:2] \
            == ["Export a key…", "Import a key…"]
        scene.juliet.call("plugin-actions", "core-xtls", "Export a key…")
        path = os.path.join(process.folder("usb"), "key.p12")
        dialog = scene.juliet.expect("request", type="fields")
        scene.juliet.answer(dialog, 0, "account", JULIET, "passphrase",
                            PASSPHRASE, "again", PASSPHRASE)
        scene.juliet.answer(scene.juliet.expect("request", type="file"), 0,
                            path)
        scene.juliet.expect("notify", type="info",
                            primary=re.compile(EXPORTED))
        # A face that has menus of its own has these, too.
        scene.juliet.api("claim", 1 << 4)
        assert not scene.juliet.call("plugin-actions", "core-xtls")["actions"]


def test_openssl_reads_it():
    with Scene() as scene:
        path = export(scene.juliet, ROMEO)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        pem = subprocess.run(
            ["openssl", "pkcs12", "-in", path, "-nodes", "-passin",
             f"pass:{PASSPHRASE}"], check=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE).stdout
        assert b"BEGIN PRIVATE KEY" in pem
        certificate = subprocess.run(
            ["openssl", "x509", "-noout", "-fingerprint", "-sha256",
             "-pubkey"], input=pem, check=True, stdout=subprocess.PIPE).stdout
        public = subprocess.run(
            ["openssl", "pkey", "-pubout"], input=pem, check=True,
            stdout=subprocess.PIPE).stdout
        assert own(scene.juliet).encode() in certificate
        assert public.strip() in certificate
        wrong = subprocess.run(
            ["openssl", "pkcs12", "-in", path, "-nodes", "-passin", "pass:x"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert wrong.returncode != 0
        # Without the passphrase neither the contacts nor the key are visible.
        with open(path, "rb") as file:
            data = file.read()
        assert ROMEO.encode() not in data and JULIET.encode() not in data


def test_the_plugin_goes_while_it_is_asked():
    with Scene() as scene:
        for command in ("export", "import"):
            scene.juliet.xtls(ROMEO, command)
        assert len(scene.juliet.call("requests")["requests"]) == 2
        # If it is started again, there is only one dialog.
        scene.juliet.xtls(ROMEO, "export")
        assert len(scene.juliet.call("requests")["requests"]) == 2
        scene.juliet.unload()
        assert not scene.juliet.call("requests")["requests"]
        scene.juliet.load()
        scene.juliet.forget()
        scene.juliet.xtls(ROMEO, "export")
        type_passphrase(scene.juliet, PASSPHRASE)
        dialog = scene.juliet.expect("request", type="file")
        scene.juliet.answer(dialog, 0, os.path.join(process.folder("usb"),
                                                    "key.p12"))
        # The file is written by then, or unloading waits for it.
        scene.juliet.unload()


def test_the_account_goes_while_it_is_asked():
    with Scene() as scene:
        path = os.path.join(process.folder("usb"), "key.p12")
        scene.juliet.xtls(ROMEO, "export")
        first = scene.juliet.expect("request", type="fields")
        scene.juliet.logout()
        scene.juliet.call("account-delete", JULIET)
        scene.juliet.answer(first, 0, "passphrase", PASSPHRASE, "again",
                            PASSPHRASE)
        expect_failure(scene.juliet, JULIET, "account was removed")
        assert not os.path.exists(path)


def test_an_import_that_has_begun_is_not_cut_in_half():
    """The plugin is unloaded while the many contacts of a file are being
    imported."""
    friends = [f"friend-{number}@verona.lit" for number in range(300)]
    with Scene() as scene:
        for friend in friends:
            scene.juliet.api("set_policy", JULIET, friend, "never")
        path = export(scene.juliet, ROMEO)
        for friend in friends:
            scene.juliet.api("set_policy", JULIET, friend, "manual")
        scene.juliet.quit()
        os.unlink(os.path.join(scene.juliet.dir, "xtls", "contacts"))
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        open_file(scene.juliet, ROMEO, path)
        scene.juliet.answer(scene.juliet.expect("request", type="action"),
                            "Import what it knows of contacts")
        scene.juliet.unload()
        scene.juliet.load()
        for friend in friends:
            assert scene.juliet.api("get_policy", JULIET,
                                    friend)["value"] == "never"


@contextlib.contextmanager
def out_of_descriptors(pid):
    """The process can open nothing, but what it has open it can use."""
    used = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    free = min(set(range(len(used) + 1)) - used)
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, limits[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


def test_no_descriptor_is_left():
    """Nothing can be written or read, and the user is told."""
    with Scene() as scene:
        one = scene.romeo
        for words, title in (("export", "Export a key"),
                             ("import", "Import a key")):
            one.xtls(JULIET, words)
            path = os.path.join(process.folder("usb"), "key.p12")
            if words == "export":
                type_passphrase(one, PASSPHRASE)
                last, answer = one.expect("request", type="file"), path
            else:
                with open(path, "wb") as file:
                    file.write(b"no key")
                one.answer(one.expect("request", type="file"), 0, path)
                last, answer = one.expect("request", type="input"), PASSPHRASE
            assert last["title"] == title
            with out_of_descriptors(one.process.pid):
                one.answer(last, 0, answer)
                expect_failure(one, "not exported|Nothing was imported",
                               "Too many open files")


def test_a_name_that_is_not_utf_8():
    with Scene() as scene:
        folder = process.folder("usb")
        path = os.path.join(os.fsencode(folder), b"k\xe9y.p12")
        scene.romeo.xtls(JULIET, "export")
        type_passphrase(scene.romeo, PASSPHRASE)
        scene.romeo.answer(scene.romeo.expect("request", type="file"), 0,
                           os.fsdecode(path))
        notice = scene.romeo.expect("notify", type="info")
        assert "k\ufffdy.p12" in notice["secondary"], notice
        assert os.path.exists(path)


def test_looking_and_importing_make_no_key():
    """The account has none. The report says so; the key in the file is taken
    over, and nobody is asked about another one."""
    with Scene() as scene:
        path = export(scene.juliet, ROMEO)
        laptop = scene.add_client("laptop", plugins=[])
        scene.login(laptop, f"{JULIET}/laptop")
        laptop.logout()
        laptop.load()
        scene.login(laptop, f"{ROMEO}/laptop")
        status = laptop.call("status", JULIET, ROMEO)
        assert status["own_fingerprint"] is None, status
        laptop.xtls(JULIET, "report")
        report = laptop.expect("notify", type="formatted")["text"]
        assert report.count("own key: none") == 1, report
        laptop.api("import_key", JULIET)
        laptop.answer(laptop.expect("request", type="file"), 0, path)
        laptop.answer(laptop.expect("request", type="input"), 0, PASSPHRASE)
        laptop.expect("notify", type="info",
                      primary=re.compile("key of .* was imported"))
        assert not laptop.seen("request", type="action")
        assert laptop.api("get_own_fingerprint", JULIET)["value"] == own(
            scene.juliet)
