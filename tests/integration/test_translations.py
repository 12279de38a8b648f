# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues are complete, and clients show the translations."""

import glob
import html
import os
import re
import subprocess

from xtlstest import check, client, languages, process, pseudo
from xtlstest.scene import JULIET, ROMEO, Scene

CATALOGUES = sorted(glob.glob(os.path.join(languages.ROOT, "po", "*.po")))


def run(*command):
    done = subprocess.run(command, env=dict(os.environ, LC_ALL="C",
                                            MAKEFLAGS="", MFLAGS=""),
                          cwd=languages.ROOT, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done


def sentences(catalogue, *options):
    text = run("msgattrib", "--no-wrap", *options, catalogue).stdout
    return re.findall(r'^msgid (?!""$)(.*)$', text, re.MULTILINE)


def add_german(scene):
    folder = process.folder("german")
    german = languages.Language("de")
    german.install(folder)
    romeo = client.Client("german", [client.CORE], folder,
                          german.environment())
    scene.clients.append(romeo)
    scene.login(romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
    scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
    for one, who in ((romeo, JULIET), (scene.juliet, ROMEO)):
        one.expect("presence", who=who, online=True)
    return romeo


def test_every_catalogue_compiles():
    assert CATALOGUES
    for catalogue in CATALOGUES:
        run("msgfmt", "--check", "-o", os.devnull, catalogue)


# Labels that are shown together, by the window.
TABS = ("S_ettings", "_Known keys", "_My keys")
PAGES = ("_Question or shared secret", "_Fingerprints")
HELP = "What’s _this?"
MENU = ("_Verify…", "_Decide about the new key…", "_Held messages (%u)…",
        "Send _again what was not confirmed", "This _contact’s settings…",
        "_What’s this?")
TOGETHER = {
    "settings": (*TABS, "_Policy:", "Do not _log private conversations",
                 "_Hide the length of messages",
                 "Show the _button in the toolbar of conversations", HELP,
                 "_Report of a fault…"),
    "known keys": (*TABS, "Fi_nd:", HELP, "St_art", "En_d", "_Verify…",
                   "_Forget…"),
    "my keys": (*TABS, "Cop_y", "Make a _new key…", "E_xport…", "_Import…",
                HELP),
    "contact": ("Use the _default policy", "_Use the default for logging",
                "_Log private conversations", HELP),
    "secret": (*PAGES, "Question that your contact is asked (_optional):",
               "_Secret or answer, the same on both sides:",
               "Sto_p comparing", "_Ask", HELP),
    "answer": (*PAGES, "_Secret or answer, the same on both sides:",
               "Sto_p comparing", "_Answer", HELP),
    "fingerprints": (
        *PAGES, "Co_py", "Cop_y",
        "I have _not verified that this is the correct fingerprint.",
        "I _have verified that this is the correct fingerprint.", HELP),
    "new key": ("_Copy", "Cop_y", "_Refuse", "_Accept", "_Verify…", HELP),
    "held": ("Send _unencrypted", "_Discard", "Keep _waiting", HELP),
    "OTR": ("_Start", "_Keep OTR"),
    "menu": ("_Start private conversation", "_End private conversation",
             *MENU),
    "menu, restart": ("Re_start private conversation",
                      "_End private conversation", *MENU),
    "menu, starting": ("_Start private conversation", "Cance_l the start",
                       *MENU),
}


def test_no_mnemonic_twice_in_a_window():
    """In no language."""
    known = sentences(languages.extract())
    labels = {label for window in TOGETHER.values() for label in window}
    assert not [label for label in labels if f'"{label}"' not in known
                and "%u" not in label]
    names = [os.path.basename(path)[:-len(".po")] for path in CATALOGUES]
    faults = []
    for name, say in [("en", str)] + [
            (name, languages.Language(name).words()) for name in names]:
        for window, together in TOGETHER.items():
            keys = [re.search("_(.)", say(label))[1].lower()
                    for label in together]
            faults += [(name, window, key) for key in sorted(set(keys))
                       if keys.count(key) > 1]
    assert not faults, faults


def test_texts_named_only_by_a_macro_are_extracted():
    assert '"Verify this key."' in sentences(languages.extract())


def check_po(template, *catalogues):
    """What tests/check-po says, in lines."""
    done = subprocess.run(
        [os.path.join(languages.ROOT, "tests", "check-po"), template,
         *catalogues], stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE)
    assert done.returncode == (1 if done.stdout else 0), done
    return done.stdout.splitlines()


def test_texts_and_catalogues_are_sound():
    """The sources are compared, not what the last `make pot` took of them."""
    template = languages.extract()
    assert len(sentences(template)) > 200
    faults = check_po(template)
    assert not faults, "\n".join(faults)


REVIEWED = "It was not yet reviewed by native speakers."


def write_pair(source, translation, comment="#. Translators: a thing."):
    """A template with one text, and a catalogue with its translation."""
    folder = process.folder("po")
    template = os.path.join(folder, "template.pot")
    catalogue = os.path.join(folder, "de.po")
    head = (f'# {REVIEWED}\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n'
            '"Last-Translator: The pidgin-xtls developers\\n"\n'
            '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n')
    for path, text in ((template, ""), (catalogue, translation)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'{head}\n{comment}\n#: plugin/x.c\nmsgid "{source}"\n'
                       f'msgstr "{text}"\n')
    return template, catalogue


def test_faults_are_found():
    """Each of the rules of tests/check-po."""
    for source, translation, fault in (
            ("All is well.", "Alles ist gut.", None),
            ("%s is well.", "%s geht es gut.", None),
            ("%s of %u", "%2$u von %1$s", None),
            ("All is well.", "", "not translated"),
            ("All is well.", "All is well.", "the same as in English"),
            ("%s is well.", "Es geht gut.", "placeholders"),
            ("%s is well.", "%u geht es gut.", "placeholders"),
            ("%s and %u", "%u und %s", "placeholders"),
            ("_Open", "Auf", "mnemonics"),
            ("Open", "_Auf", "mnemonics"),
            ("Open…", "Auf", "ellipsis"),
            ("One\\ntwo", "Eins zwei", "lines"),
            ("All is well.", " Alles ist gut.", "a space"),
            (" and well.", " und gut.", "part of a sentence"),
            ("Wait...", "Warten...", "three dots"),
            ("%u message(s)", "%u Nachrichten", "plural by hand"),
            ("_One _two", "_Eins _zwei", "several mnemonics")):
        faults = check_po(*write_pair(source, translation))
        assert bool(faults) == bool(fault), (source, translation, faults)
        assert not fault or any(fault in line for line in faults), faults
    hint = "#. Translators: %s is a thing."
    for source, comment, fault in (
            ("%s is well.", "#", "without a comment"),
            ("none", "#", "without a context"),
            ("All is well.", hint, "a %s that it does not have"),
            ("%s is well.", f"{hint}\n{hint}", "several comments")):
        faults = check_po(*write_pair(
            source, "x %s" if "%" in source else "x", comment))
        assert any(fault in line for line in faults), faults


def test_a_catalogue_says_whether_it_was_reviewed():
    template, catalogue = write_pair("All is well.", "Alles ist gut.")
    with open(catalogue, encoding="utf-8") as file:
        text = file.read()
    for note, fault in ((REVIEWED.replace("not yet ", ""), False),
                        (REVIEWED, False), ("", True), ("It was.", True)):
        with open(catalogue, "w", encoding="utf-8") as file:
            file.write(text.replace(REVIEWED, note))
        faults = check_po(template, catalogue)
        assert bool(faults) == fault, (note, faults)
        assert not fault or "reviewed" in faults[0], faults


def test_a_form_for_one_number_need_not_say_it():
    template, catalogue = write_pair("%u dog", "")
    text = ('msgid "%u dog"\nmsgid_plural "%u dogs"\nmsgstr[0] "{}"\n'
            'msgstr[1] "{}"\n')
    for path, *forms in ((template, "", ""),
                         (catalogue, "ein Hund", "%u Hunde")):
        with open(path, encoding="utf-8") as file:
            head = file.read().partition("msgid \"%u dog")[0]
        with open(path, "w", encoding="utf-8") as file:
            file.write(head + text.format(*forms))
    assert not check_po(template, catalogue)
    with open(catalogue, encoding="utf-8") as file:
        french = file.read().replace("n != 1", "n > 1")
    with open(catalogue, "w", encoding="utf-8") as file:
        file.write(french)
    faults = check_po(template, catalogue)
    assert len(faults) == 1 and "placeholders" in faults[0], faults


# --- a language that does not exist -------------------------------------------

# What is the same in every language: fingerprints, in groups, too; what a
# cipher is called; a number.
SAME = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}|(?:[0-9A-F]{8} ?){8}"
                  r"|TLS [\d.]+(?:, [A-Z0-9-]+)*|\d+")
# What stands between whole texts.
BETWEEN = re.compile(r"[\s·:(),.]*")


def shown(event):
    """The texts of an event that are this plugin's."""
    if event["event"] == "message":
        return [event["text"]] if "system" in event["flags"] else []
    if event["event"] not in ("request", "notify"):
        return []
    texts = [event.get(name) for name in ("title", "primary", "secondary",
                                          "text")]
    texts += event.get("buttons") or []
    texts += event.get("choices") or []
    for field in event.get("fields") or []:
        texts += [field["label"], *(field.get("choices") or [])]
    return [html.unescape(text.replace("<br>", "\n")) for text in texts
            if text and text not in ("OK", "Cancel")]


def find_fault(text):
    """What is wrong with a text, or nothing."""
    if text.startswith(("pidgin-xtls, report", "/")):
        return None  # in English for all; a path
    pieces, outside = pseudo.split(text)
    if not pieces or not BETWEEN.fullmatch(SAME.sub("", outside)):
        return "not translated"
    # Beside each other, in one line, there are only sentences.
    if "·" not in outside and "\n" not in outside and len(pieces) > 1 \
            and not all(piece.rstrip("~")[-1] in ".?!:…" for piece in pieces):
        return "glued"
    return None


def live_a_life(scene, one, other):
    """What a user of one client sees in it, as much as possible."""
    for words in ("", "help overview", "help no", "status", "fingerprint",
                  "known", "policy", "forget x", "verify", "held", "report",
                  "report x", "end", "resend", "nonsense", "export", "import"):
        try:
            one.xtls(JULIET, words)
        except client.Failed as failure:
            one.history.append({"event": "message", "flags": ["system"],
                                "text": html.unescape(
                                    failure.answer["error"])})
    scene.go_private(one)
    one.xtls(JULIET, "status")
    one.xtls(JULIET, "known")
    one.xtls(JULIET, "fingerprint")
    one.xtls(JULIET, "verify")
    one.xtls(JULIET, "secret")
    other.api("start_secret", JULIET, ROMEO, "who", "one")
    one.expect("xtls-secret-step", step="asked")
    one.api("answer_secret", ROMEO, JULIET, "another")
    one.expect("xtls-secret-step", step="different")
    one.xtls(JULIET, f"verify {one.status(JULIET)['fingerprint']}")
    one.expect_state("private")
    for kind in ("buddy", "conversation"):
        for menu in one.call("menu", ROMEO, JULIET, kind)["menu"]:
            if menu["label"] == "XTLS":
                raise AssertionError("the menu is not translated")
    one.call("plugin-actions", "core-xtls")
    other.xtls(ROMEO, "end")
    one.expect_state("finished")
    one.say(JULIET, "held")
    one.xtls(JULIET, "status")
    one.api("renew_own_key", ROMEO)
    other.api("renew_own_key", JULIET)
    other.xtls(ROMEO, "start")
    one.expect("xtls-key-unknown")
    one.xtls(JULIET, "end")
    other.logout()
    one.xtls(JULIET, "start")
    one.call("ping")


def test_every_text_is_translated():
    with Scene(login=False) as scene:
        folder = process.folder("pseudo")
        pseudo.install(folder, languages.extract())
        romeo = client.Client("pseudo", [client.CORE], folder,
                              pseudo.environment())
        scene.clients.append(romeo)
        scene.login(romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        for one, who in ((romeo, JULIET), (scene.juliet, ROMEO)):
            one.expect("presence", who=who, online=True)
        live_a_life(scene, romeo, scene.juliet)
        texts = {text for event in romeo.history for text in shown(event)}
        assert len(texts) > 60, len(texts)
        faults = {text: fault for text in texts if (fault := find_fault(text))}
        assert not faults, "\n".join(
            f"{fault}: {text!r}" for text, fault in faults.items())


def test_a_client_speaks_german():
    with Scene(login=False) as scene:
        romeo = add_german(scene)
        assert romeo.status(JULIET)["line"].startswith("Nicht privat")
        scene.go_private(romeo)
        romeo.expect_message(re.compile(
            f"^Nicht überprüfte Unterhaltung mit {JULIET}/balcony begonnen\\. "
            "Überprüfen Sie diesen Schlüssel\\. .*nicht mitgeschnitten\\.$"))
        assert romeo.status(JULIET)["line"].startswith("Nicht überprüft · ")
        scene.juliet.xtls(ROMEO, "end")
        romeo.expect_message(re.compile("hat die private Unterhaltung "
                                         "beendet\\."))
        # The other side gets its own language.
        scene.juliet.expect_message(re.compile(check.YOU_ENDED))
