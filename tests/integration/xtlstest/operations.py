# SPDX-License-Identifier: GPL-2.0-or-later
"""What users do in random lives, and what happens to them."""

import functools
import os
import time

from . import client, proxy
from .faults import set_faults
from .scene import ROOMS
from .user import NURSE, RESOURCES, quiet

FORGED = "forged"
PASSPHRASE = "arise, fair sun"
# Lines after /xtls that only ask, or open a dialog.
QUESTIONS = ("", "help", "help safety", "status", "fingerprint", "known",
             "verify", "policy", "secret", "held", "report",
             "report addresses", "nonsense")
# Functions of the API that only ask for something about a contact.
ABOUT_CONTACT = ("get_name", "get_state", "get_capability", "get_policy",
                 "describe_policy", "get_logging", "is_logged", "get_secret",
                 "ask_choice", "normalize", "is_otr_running")
PREFERENCES = ("no_log", "padding", "direct")

# What the interface has and no operation uses, and why.
LEFT_OUT = {
    "get_word": "the text of a state, which get_status has, too",
    "get_meaning": "the text of a state",
    "list_help": "texts that do not change",
    "free_status": "belongs to get_status",
    "free_secret": "belongs to get_secret",
}

# name: (function (user, contact, random generator, world), weight)
OPERATIONS = {}


def operation(weight, name=None):
    def add(function):
        OPERATIONS[name or function.__name__] = (function, weight)
        return function
    return add


# --- words --------------------------------------------------------------------

@operation(36)
def say(one, who, rng, world):
    one.say(who, world.new_text(one))


@operation(2)
def say_formatted(one, who, rng, world):
    one.say(who, f"<b>{world.new_text(one)}</b>")


@operation(3)
def type_(one, who, rng, world):
    quiet(one.client.typing, who, rng.choice(["typing", "typed", "not"]))


@operation(1)
def buzz(one, who, rng, world):
    quiet(one.client.call, "attention", one.jid, who)


@operation(2)
def send_file(one, who, rng, world):
    name = world.new_text(one)
    path = os.path.join(one.client.dir, name)
    with open(path, "w") as file:
        file.write(name * 100)
    if not one.may_leave_in_clear(
            who, ("send-file", one.jid, f"{who}/{RESOURCES[who]}", path)):
        world.secrets.append(name)


@operation(2)
def other_plugin(one, who, rng, world):
    """Another plugin sends a stanza, as a stanza, as text, or as text in
    pieces. Nobody typed it, so it may be lost."""
    text = world.new_text(one)
    stanza = f"<message to='{who}' type='chat'><body>{text}</body></message>"
    at = rng.randrange(1, len(stanza))
    commands = rng.choice([
        [("stanza", one.jid, stanza)], [("raw", one.jid, stanza)],
        [("raw", one.jid, stanza[:at]), ("raw", one.jid, stanza[at:])]])
    if not one.may_leave_in_clear(who, *commands):
        one.handed_over[who].append(text)


@operation(1)
def invite(one, who, rng, world):
    """To a room, with a reason."""
    reason = world.new_text(one)
    room = f"room{world.number}@{ROOMS}"
    if quiet(one.client.call, "join", one.jid, room, "me") is None:
        return
    one.wait(lambda: one.client.seen("conversation-created", conv=room), 2)
    if not one.may_leave_in_clear(
            who, ("invite", one.jid, room, who, reason)):
        world.secrets.append(reason)
    quiet(one.client.call, "close", one.jid, room)


# --- private mode -------------------------------------------------------------

def command(word, one, who, rng, world):
    one.xtls(who, word)


def press(word, one, who, rng, world):
    """A face does what a command can, too."""
    one.api(word, one.jid, who)


for each, often in (("start", 6), ("end", 4), ("resend", 2)):
    operation(often, each)(functools.partial(command, each))
    operation(1, f"press_{each}")(functools.partial(press, each))


@operation(5)
def choose(one, who, rng, world):
    """The dialog opens first, or nothing would be there to choose most of the
    time, and least when the contact is required."""
    choice = rng.choice(["wait", "discard", "send", "send"])
    world.used.add("choose")
    if rng.random() < 0.3:
        change_policy("required", one, who, rng, world)
    one.api("ask_choice", one.jid, who)
    command = ("api", "choose", one.jid, who, choice)
    if choice == "send":
        one.allow_in_clear(who, command)
    else:
        quiet(one.client.call, *command)


@operation(2)
def ask(one, who, rng, world):
    """Whatever only asks."""
    for line in rng.sample(QUESTIONS, len(QUESTIONS)):
        one.xtls(who, line)
    world.used.add("get_status")
    one.client.status(who)
    for function in ABOUT_CONTACT:
        one.api(function, one.jid, who)
    for function in ("is_supported", "get_own_fingerprint"):
        one.api(function, one.jid)
    for function in ("list_keys", "count_unsent"):
        one.api(function)
    one.api("show_report", rng.choice(["on", "off"]))


@operation(1)
def claim(one, who, rng, world):
    """A face comes, which shows some of the dialogs, or goes."""
    one.api("claim", rng.choice([0, rng.randrange(256)]))


@operation(6)
def answer(one, who, rng, world):
    """Answers any open dialog with any of its buttons."""
    events = [event for event in one.dialogs() if event.get("buttons")]
    if not events:
        return
    event = rng.choice(events)
    values = {"file": [os.path.join(one.client.dir,
                                    f"got{event['request']}")],
              "input": [rng.choice(["me", "you", ""])]}
    button = rng.randrange(len(event["buttons"]))
    command = ("answer", event["request"], button,
               *values.get(event["type"], []))
    if "unencrypted" in (event["buttons"][button] or ""):
        one.allow_in_clear(event["who"], command)
    else:
        quiet(one.client.call, *command)


# --- settings -----------------------------------------------------------------

def change_policy(policy, one, who, rng, world):
    if rng.random() < 0.5:
        one.xtls(who, f"policy {policy}")
    else:
        one.api("set_policy", one.jid, who, policy)


for each, often in (("required", 3), ("default", 2), ("automatic", 1),
                    ("manual", 1), ("never", 1)):
    operation(often, f"policy_{each}")(functools.partial(change_policy, each))


@operation(2)
def policy_for_all(one, who, rng, world):
    quiet(one.client.call, "pref", client.POLICY, rng.choice(
        ["never", "manual", "automatic", "required", "required"]))


@operation(1)
def prefer(one, who, rng, world):
    for name in PREFERENCES:
        quiet(one.client.call, "pref", f"/plugins/core/xtls/{name}",
              rng.choice(["on", "off"]))


@operation(1)
def log(one, who, rng, world):
    one.api("set_logging", one.jid, who, rng.choice([0, 1, -1]))


# --- keys ---------------------------------------------------------------------

def any_key(one, who, rng):
    """The session's key, or one that is known, or one that nobody has."""
    known = [key["fingerprint"] for key in one.api("list_keys")["keys"]
             if key["who"] == who]
    return one.client.status(who)["fingerprint"] or rng.choice(
        known or [":".join(["AA"] * 32)])


@operation(3)
def verify(one, who, rng, world):
    one.xtls(who, f"verify {any_key(one, who, rng)}")


@operation(2)
def set_verified(one, who, rng, world):
    one.api("set_verified", one.jid, who, any_key(one, who, rng),
            rng.choice(["on", "off"]))


@operation(1)
def forget(one, who, rng, world):
    one.xtls(who, f"forget {any_key(one, who, rng)}")


@operation(1)
def press_forget(one, who, rng, world):
    one.api("forget_key", one.jid, who, any_key(one, who, rng))


@operation(2)
def decide(one, who, rng, world):
    one.api("decide_key", one.jid, who, any_key(one, who, rng),
            rng.choice(["accept", "refuse"]))


@operation(2)
def ask_secret(one, who, rng, world):
    one.api("start_secret", one.jid, who, "who is it?", "me")


@operation(2)
def answer_secret(one, who, rng, world):
    one.api("answer_secret", one.jid, who, rng.choice(["me", "you"]))


@operation(1)
def abort_secret(one, who, rng, world):
    one.api("abort_secret", one.jid, who)


@operation(1)
def renew_key(one, who, rng, world):
    one.api("renew_own_key", one.jid)


@operation(1)
def export_key(one, who, rng, world):
    """Twice: the second takes the place of the first."""
    one.xtls(who, "export")
    one.api("export_key", one.jid)
    dialog = one.wait_dialog(title="Export a key", type="fields")
    if dialog and quiet(one.client.answer, dialog, 0, "passphrase",
                        PASSPHRASE, "again", PASSPHRASE):
        path = os.path.join(one.client.dir, f"{len(one.exported)}.p12")
        dialog = one.wait_dialog(type="file", save=True)
        if dialog and quiet(one.client.answer, dialog, 0, path):
            one.exported.append(path)


@operation(1)
def import_key(one, who, rng, world):
    """One that was exported before, or nothing that is one. Twice, too."""
    one.xtls(who, "import")
    one.api("import_key", one.jid)
    path = rng.choice(one.exported + [os.path.join(one.client.dir, "faults")])
    dialog = one.wait_dialog(type="file", save=False)
    if dialog and quiet(one.client.answer, dialog, 0, path):
        dialog = one.wait_dialog(type="input", masked=True)
        if dialog:
            quiet(one.client.answer, dialog, 0,
                  rng.choice([PASSPHRASE, PASSPHRASE, "another one"]))
    dialog = one.wait_dialog(title="Import a key", type="action")
    if dialog:
        quiet(one.client.answer, dialog,
              rng.randrange(len(dialog["buttons"])))


# --- windows, contacts and accounts -------------------------------------------

@operation(3)
def close_window(one, who, rng, world):
    quiet(one.client.call, "close", one.jid, who)


@operation(2)
def open_window(one, who, rng, world):
    quiet(one.client.open, who)


@operation(1)
def go_away(one, who, rng, world):
    quiet(one.client.call, "presence", one.jid,
          rng.choice(["away", "available"]))


@operation(1)
def rename_contact(one, who, rng, world):
    quiet(one.client.call, "buddy-alias", one.jid, who, rng.choice(
        [NURSE, "Nobody", "%s%n <b>bold</b>"]))


@operation(1)
def remove_contact(one, who, rng, world):
    """Removes the contact, and makes both contacts of each other again."""
    quiet(one.client.call, "buddy-remove", one.jid, who)
    world.pause(rng, 0.5)
    one.befriend(world.user(who))


@operation(3)
def disable_account(one, who, rng, world):
    one.leave("logout")
    time.sleep(rng.choice([0, 0.3]))
    one.log_in()


@operation(1)
def delete_account(one, who, rng, world):
    one.leave("account-delete")
    one.log_in()


# --- what fails ---------------------------------------------------------------

@operation(5)
def cut(one, who, rng, world):
    before = len(one.client.seen("disconnected"))
    one.proxy.cut()
    if one.is_online():
        one.wait(lambda: len(one.client.seen("disconnected")) > before,
                 client.TIMEOUT)
    time.sleep(rng.choice([0, 0.2]))
    one.log_in()


@operation(4)
def hold(one, who, rng, world):
    one.proxy.hold(rng.choice([proxy.UP, proxy.DOWN]))
    world.pause(rng, 0.8)
    one.proxy.release()


@operation(2)
def stop(one, who, rng, world):
    one.client.stop()
    world.pause(rng, 0.8)
    one.client.cont()


@operation(1)
def kill(one, who, rng, world):
    # What would be lost is on disk a second after it was typed.
    time.sleep(1.5)
    one.client.kill()
    one.client.start()
    one.log_in()


@operation(1)
def quit_(one, who, rng, world):
    one.client.quit()
    one.client.start()
    one.log_in()


@operation(1)
def reload_plugin(one, who, rng, world):
    """A request that arrives between unloading and loading would be handled by
    libpurple, which keeps it for ever and logs a CRITICAL when it disconnects,
    as it does without the plugin."""
    one.proxy.hold(proxy.DOWN)
    time.sleep(0.1)
    one.client.call("ping")
    quiet(one.client.unload)
    one.client.load()
    one.proxy.release()


def start_other_program(one, world):
    other = client.Client(f"{one.client.name}-other", [client.CORE],
                          one.client.dir, environment=world.environment,
                          policy="required")
    other.account = one.jid
    one.others.append(other)
    return other


@operation(1)
def other_program(one, who, rng, world):
    """A second client on the same folder, which stays offline."""
    fingerprint = any_key(one, who, rng)
    other = start_other_program(one, world)
    try:
        quiet(other.api, "set_policy", one.jid, who, "required")
        if rng.random() < 0.5:
            quiet(other.api, "set_verified", one.jid, who, fingerprint, "on")
    finally:
        other.quit()


@operation(1)
def other_resource(one, who, rng, world):
    """A second client on the same folder, which goes online."""
    other = start_other_program(one, world)
    try:
        one.log_in(other)
        one.say(who, world.new_text(one), through=other)
        one.xtls(who, "start", through=other)
        world.pause(rng, 1)
        one.say(who, world.new_text(one), through=other)
        world.pause(rng, 0.5)
    finally:
        other.quit()


@operation(2)
def set_clock(one, who, rng, world):
    set_faults(one.client.dir, seconds=rng.choice(
        [0, 3600, -3600, 86400 * 400, -86400 * 400]))


@operation(2)
def fill_disk(one, who, rng, world):
    set_faults(one.client.dir, disk_is_full=True)
    for _ in range(3):
        say(one, who, rng, world)
    change = rng.choice(["verify", "policy_required", "start"])
    OPERATIONS[change][0](one, who, rng, world)
    world.pause(rng, 0.5)
    set_faults(one.client.dir)
    # Data that could not be written is written with the next change.
    say(one, who, rng, world)


@operation(3)
def lie(one, who, rng, world):
    """The server says something in the contact's name."""
    text = f"{FORGED}{rng.randrange(10**6)}"
    sender = f"{who}/{RESOURCES[who]}"
    body = f"<body>{text}</body>"
    try:
        one.liar.forge(rng.choice([
            f"<message xmlns='jabber:client' from='{sender}' to='{one.full}'"
            f" type='chat'>{body}</message>",
            f"<message xmlns='jabber:client' from='{one.jid}' to='{one.full}'>"
            "<received xmlns='urn:xmpp:carbons:2'><forwarded"
            f" xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'"
            f" from='{sender}' to='{one.full}' type='chat'>{body}</message>"
            "</forwarded></received></message>",
            f"<presence xmlns='jabber:client' from='{sender}'"
            f" to='{one.full}' type='unavailable'/>",
            f"<iq xmlns='jabber:client' from='{sender}' to='{one.full}'"
            " type='error' id='purple1'/>"]).encode())
    except (AttributeError, OSError, KeyError):
        pass  # there is no connection now


@operation(10)
def pause(one, who, rng, world):
    world.pause(rng, 0.4)
