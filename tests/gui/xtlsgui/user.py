# SPDX-License-Identifier: GPL-2.0-or-later
"""A user who reads and operates a client through assistive technology. Import
it after making a Screen."""

import re
import subprocess
import time

import pyatspi

from xtlstest import client, jitter

from . import screen

MOST_CHILDREN = 300
MENUS = ("menu", "menu item", "check menu item")
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def role_of(node):
    """AT-SPI 2.56 and later call a push button a button."""
    role = node.getRoleName()
    return "push button" if role == "button" else role


def _text(node):
    try:
        text = node.queryText()
        return text.getText(0, text.characterCount)
    except NotImplementedError:
        return ""


class User:
    """timeout: how many seconds a client may take for anything"""

    def __init__(self, pidgin, timeout=client.TIMEOUT):
        self.pidgin = pidgin
        self.timeout = timeout
        # Otherwise each call fails after 0.8 s, which is little for a client
        # on a busy machine.
        pyatspi.setTimeout(timeout * 1000, timeout * 1000)
        self.app = self._poll("the client", self._find_app)

    def _find_app(self):
        for app in pyatspi.Registry.getDesktop(0):
            try:
                if app is not None and app.name == "Pidgin" \
                        and app.get_process_id() == self.pidgin.process.pid:
                    return app
            except Exception:  # a window that is being closed
                continue
        return None

    def _poll(self, what, look, timeout=None):
        """Repeats until it succeeds, because widgets may appear and disappear
        while they are examined."""
        end = time.monotonic() + (timeout or self.timeout)
        while True:
            began = time.monotonic()
            try:
                found = look()
            except Exception as error:  # pyatspi: GLib.GError, LookupError …
                found = None
                what = f"{what} ({error!r:.80})" if "(" not in what else what
            if found:
                return found
            now = time.monotonic()
            if now > end:
                raise AssertionError(f"did not see {what}")
            # A look keeps the client busy, too.
            time.sleep(max(0.1, now - began))

    def wait_for(self, what, look):
        """Looks again and again. Returns what look() finds at last."""
        return self._poll(what, look)

    def sees_soon(self, look):
        """Looks for something that should not appear. Returns the result of
        the last look."""
        return self._soon(look)

    def _soon(self, look):
        """Repeats an action that may have to be tried again."""
        try:
            return self._poll("it", look, self.timeout / 10)
        except AssertionError:
            return False

    # --- seeing ---------------------------------------------------------------

    @staticmethod
    def showing(node):
        return node.getState().contains(pyatspi.STATE_SHOWING)

    @staticmethod
    def sensitive(node):
        # Cached data would be updated only by a main loop.
        node.clear_cache()
        return node.getState().contains(pyatspi.STATE_SENSITIVE)

    def _walk(self, node, menus=True):
        """menus: with the entries of menus, which exist even before a menu is
        opened"""
        # Only visible rows, because a table may have thousands.
        for index in range(min(node.childCount, MOST_CHILDREN)):
            child = node.getChildAtIndex(index)
            if child is None:
                continue
            if self.showing(child) or menus and child.getRoleName() in MENUS:
                yield child
                yield from self._walk(child, menus)

    def windows(self):
        """The titles of all windows."""
        return [window.name.translate(ISOLATES) for window in self.app
                if window is not None and self.showing(window)]

    def look(self, name, role=None, within=None, starts=False):
        """The widget now, or None. `name`: its name or its text, or their
        start; a window's title for `within`."""
        def fits(text):
            text = text.translate(ISOLATES)
            return text == name or starts and text.startswith(name)

        for window in self.app:
            if window is None or not self.showing(window):
                continue
            if within is not None \
                    and window.name.translate(ISOLATES) != within:
                continue
            for node in self._walk(window, role is None or role in MENUS):
                if role is not None and role_of(node) != role:
                    continue
                if fits(node.name) or fits(_text(node)):
                    return node
        return None

    def see(self, name, role=None, within=None, starts=False):
        """Waits for a widget."""
        return self._poll(f"{name!r} ({role}) in {within}",
                          lambda: self.look(name, role, within, starts))

    def see_no(self, name, role=None, within=None):
        self._poll(f"{name!r} ({role}) going away",
                   lambda: self.look(name, role, within) is None)

    def see_window(self, title):
        self._poll(f"a window {title!r}, only {self.windows()}",
                   lambda: title in self.windows())

    def see_no_window(self, title):
        self._poll(f"the window {title!r} closing",
                   lambda: title not in self.windows())

    @staticmethod
    def tooltips():
        """The X ids of the tooltips that are shown now."""
        return screen.windows_of_type("TOOLTIP")

    def texts(self, window):
        """All texts of a window, including the conversation."""
        for top in self.app:
            if top is not None and top.name.translate(ISOLATES) == window:
                return "\n".join(
                    (_text(node) or node.name).translate(ISOLATES)
                    for node in self._walk(top))
        return ""

    def read(self, text, window):
        """Waits for a text somewhere in a window."""
        self._poll(f"{text!r} in {window}",
                   lambda: text in self.texts(window))

    def see_description(self, text, name, role=None, within=None):
        """Waits until the description of a widget, its tooltip, contains
        `text`."""
        self._poll(f"{text!r} as description of {name!r}",
                   lambda: text in self.description(name, role, within))

    def description(self, name, role=None, within=None):
        """The description of a widget now."""
        node = self.look(name, role, within)
        node.clear_cache()
        return node.description.translate(ISOLATES)

    def attributes(self, text, window):
        """How a text of a window is drawn: `name:value;name:value`."""
        def find():
            for node in self._walk(self._window(window)):
                at = _text(node).find(text)
                if at >= 0:
                    return node.queryText().getAttributes(at)[0]
            return None

        return self._poll(f"{text!r} in {window}", find)

    def first_on_screen(self, one, other, window):
        """Which of two texts of one line stands to the left of the other."""
        def find():
            for node in self._walk(self._window(window)):
                places = [_text(node).find(text) for text in (one, other)]
                if -1 not in places:
                    return min((node.queryText().getCharacterExtents(
                        at, pyatspi.DESKTOP_COORDS)[0], text)
                        for at, text in zip(places, (one, other)))
            return None

        return self._poll(f"{one!r} in {window}", find)[1]

    def space_before(self, text, window):
        """How many pixels are free to the right of a label that begins with
        this, in a language that is written from right to left."""
        label = self.see(text, "label", window, starts=True)
        x, _, width, _ = label.queryComponent().getExtents(
            pyatspi.DESKTOP_COORDS)
        first = label.queryText().getCharacterExtents(
            0, pyatspi.DESKTOP_COORDS)
        return x + width - (first[0] + first[2])

    def mnemonics(self, window):
        """The mnemonic keys of a dialog, and the widgets of each key."""
        keys = {}
        for node in self._walk(self._window(window)):
            if node.getRoleName() in MENUS:
                continue
            try:
                key = node.queryAction().getKeyBinding(0)
            except (NotImplementedError, LookupError):
                continue
            if key:
                keys.setdefault(key[-1], []).append(node.name)
        return keys

    def see_state(self, word, window, text="Private conversation: %s"):
        """Waits until the locks in the toolbar and in the tray show the
        state."""
        self.see(text % word, "push button", window)
        self.see(text % word, "menu item", window)

    # --- doing ----------------------------------------------------------------

    def press(self, name, role=None, within=None):
        self._press(self.see(name, role, within))

    def _press(self, node):
        self._poll(f"{node.name!r} to be sensitive",
                   lambda: self.sensitive(node))
        jitter.wait()
        node.queryAction().doAction(0)

    def click(self, name, role=None, within=None):
        """Clicks with the pointer, so that a widget that is destroyed by it is
        not in use by accessibility."""
        node = self.see(name, role, within)
        self.point(node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS))
        subprocess.run(["xdotool", "click", "1"], check=True)

    def turn_to(self, page, within=None):
        """Shows a page of a notebook."""
        tab = self.see(page, "page tab", within)
        jitter.wait()
        tab.parent.querySelection().selectChild(tab.getIndexInParent())

    def _entry(self, name, window):
        for entry in self._walk(self.xtls_menu(window)):
            if entry.name.translate(ISOLATES) == name:
                return entry
        return None

    def xtls_menu(self, window):
        """Our menu in the menubar, or None. (The core has its own in Pidgin's
        menu.)"""
        for bar in self._walk(self._window(window)):
            if bar.getRoleName() == "menu bar":
                for menu in bar:
                    if "XTLS" in menu.name:
                        return menu
        return None

    def _window(self, title):
        for window in self.app:
            if window is not None and self.showing(window) \
                    and window.name.translate(ISOLATES) == title:
                return window
        raise LookupError(title)

    def size(self, title):
        """Width and height of a window on the screen."""
        return self._window(title).queryComponent().getSize()

    def see_entry(self, name, window):
        return self._poll(f"{name!r} in the menu of {window}",
                          lambda: self._entry(name, window))

    def menu(self, name, window):
        """Chooses an entry of the XTLS menu of a window."""
        self._press(self.see_entry(name, window))

    def contact_menu(self, mnemonic, window):
        """Chooses an entry of Conversation ▸ More ▸ XTLS, the last of More.
        Pidgin fills that menu when it is opened."""
        self.keys("alt+c", "o", "Up", "Right", mnemonic, window=window)

    def buddy_menu(self, who, name):
        """Chooses an entry of the menu XTLS that a contact of the buddy list
        has."""
        # A tooltip has the same title, and disappears when the pointer leaves.
        self.point((0, 0, 0, 0))
        self.raise_window("Buddy List")
        cell = self.see(who, "table cell", "Buddy List")
        self.point(cell.queryComponent().getExtents(pyatspi.DESKTOP_COORDS))

        def attempt():
            subprocess.run(["xdotool", "click", "3"], check=True)
            return self._soon(lambda: self._popup("XTLS", name))

        self._press(self._poll(f"the menu of {who}", attempt))
        self.keys("Escape", "Escape")

    def see_popup(self, name):
        """Waits for an entry of a menu that is not in a menubar."""
        self._poll(f"a menu with {name!r}", lambda: self._popup(name))

    def _popup(self, *names):
        """An entry of a menu that is not in a menubar."""
        for window in self.app:
            if window.getRoleName() == "window" and \
                    (found := self._below(window, *names)):
                return found
        return None

    def _below(self, node, *names):
        """The entry of a menu, by the names on the path to it."""
        for child in self._walk(node):
            if child.getRoleName() in MENUS and child.name == names[0]:
                if len(names) == 1:
                    return child
                if found := self._below(child, *names[1:]):
                    return found
        return None

    def drag(self, name, role, within, across, down):
        """Drags a widget with the pointer and drops it elsewhere."""
        x, y, width, height = self.see(
            name, role, within).queryComponent().getExtents(
                pyatspi.DESKTOP_COORDS)
        self.raise_window(within)
        places = [(x + width // 3 + across * step // 20,
                   y + height // 2 + down * step // 20)
                  for step in range(21)]
        for number, place in enumerate(places):
            subprocess.run(["xdotool", "mousemove", *map(str, place)],
                           check=True)
            if number == 0:
                subprocess.run(["xdotool", "mousedown", "1"], check=True)
        subprocess.run(["xdotool", "mouseup", "1"], check=True)

    def write(self, name, text, within):
        """Fills an entry, found by its label."""
        def entry():
            label = self.look(name, "label", within)
            for relation in label.getRelationSet():
                if relation.getRelationType() == pyatspi.RELATION_LABEL_FOR:
                    return relation.getTarget(0)
            return None

        self._poll(f"an entry {name!r}", entry).queryEditableText() \
            .setTextContents(text)

    def choose_row(self, text, within):
        """Selects the row of a table that has a cell with this text."""
        cell = self.see(text, "table cell", within)
        table = cell.parent.queryTable()
        assert table.addRowSelection(
            table.getRowAtIndex(cell.getIndexInParent())), text

    def find_cell(self, pattern, within):
        """A cell of a table, scrolled into view or not, that matches."""
        def find():
            for table in self._walk(self._window(within)):
                if table.getRoleName() in ("table", "tree table"):
                    for cell in table:
                        if re.match(pattern, cell.name or _text(cell)):
                            return cell
            return None

        return self._poll(f"a cell {pattern!r} in {within}", find)

    def put_cursor(self, cell):
        """Puts the cursor on a row of a table and waits until it is
        selected."""
        def attempt():
            cell.queryComponent().grabFocus()
            cell.clear_cache()
            return cell.getState().contains(pyatspi.STATE_SELECTED)

        self._poll(f"{cell.name!r} to be selected", attempt)

    def toggle(self, box, window):
        """Toggles the checkbox of the row with the cursor, by keyboard."""
        def checked():
            box.clear_cache()
            return box.getState().contains(pyatspi.STATE_CHECKED)

        def attempt():
            if checked() == before:
                self.keys("space", window=window)
            return self._soon(lambda: checked() != before)

        before = checked()
        self._poll(f"another state than {before}", attempt)

    def follow(self, text, window, opens):
        """Clicks on a link in a conversation until its window opens."""
        def place():
            for top in self.app:
                if top is None or top.name.translate(ISOLATES) != window:
                    continue
                for node in self._walk(top):
                    at = _text(node).find(text)
                    if at >= 0:
                        return node.queryText().getCharacterExtents(
                            at + len(text) // 2, pyatspi.DESKTOP_COORDS)
            return None

        def attempt():
            # A click may miss the link while the text scrolls.
            if opens in self.windows():
                return True
            self.raise_window(window)
            self.point(self._poll(f"{text!r} in {window}", place))
            subprocess.run(["xdotool", "click", "1"], check=True)
            return self._soon(lambda: opens in self.windows())

        self._poll(f"{opens} opening", attempt)

    @staticmethod
    def point(place):
        """Moves the pointer into the middle of a place on the screen."""
        jitter.wait()
        x, y, width, height = place
        # If the pointer is already there, xdotool would wait for ever for it
        # to move.
        subprocess.run(["xdotool", "mousemove", "1", "1", "mousemove",
                        str(x + width // 2), str(y + height // 2)], check=True)

    @staticmethod
    def click_here():
        """Clicks where the pointer is."""
        subprocess.run(["xdotool", "click", "1"], check=True)

    def hover(self, find, effect):
        """Rests the pointer on a widget until that has an effect."""
        def attempt():
            self.point(find().queryComponent().getExtents(
                pyatspi.DESKTOP_COORDS))
            return self._soon(effect)

        self._poll("what the pointer shows", attempt)

    def picture(self, name, window, still=True):
        """Saves a picture of a window, which is raised first."""
        self.point((0, 0, 0, 0))  # no tooltip in the way
        self.raise_window(window)
        active = subprocess.run(["xdotool", "getactivewindow"], check=True,
                                capture_output=True, text=True).stdout
        return screen.picture(name, active.strip(), still)

    @staticmethod
    def picture_of_all(name):
        """Saves a picture of the whole screen as it is."""
        return screen.picture(name)

    def raise_window(self, title):
        # xdotool fails if another window closes while it examines all of them,
        # and waits for ever if another one is raised at the same time.
        self._poll(f"{title} to come up", lambda: subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name",
             f"^{re.escape(title)}$", "windowactivate", "--sync"],
            stderr=subprocess.DEVNULL,
            timeout=self.timeout / 5).returncode == 0)

    def keys(self, *keys, window=None):
        """Presses keys, in the named window if there is a name."""
        if window is not None:
            self.raise_window(window)
        jitter.wait()
        subprocess.run(["xdotool", "key", *keys], check=True)

    @staticmethod
    def type(text):
        jitter.wait()
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)

    def close(self, window):
        """Closes a conversation by keyboard, repeatedly, because keys may be
        lost while the focus moves."""
        def attempt():
            if window not in self.windows():
                return True
            self.keys("ctrl+w", window=window)
            return self._soon(lambda: window not in self.windows())

        self._poll(f"{window} closing", attempt)

    def _typing_area(self, window):
        for node in self._walk(self._window(window)):
            if node.getRoleName() == "text" and \
                    node.getState().contains(pyatspi.STATE_EDITABLE):
                return node
        return None

    def draft(self, text, window):
        """Types into a conversation, and does not send it."""
        area = self._poll(f"where to type in {window}",
                          lambda: self._typing_area(window))

        def typed():
            # A window that has just closed passes the focus on.
            self.raise_window(window)
            area.queryComponent().grabFocus()
            if _text(area):
                area.queryEditableText().setTextContents("")
            self.type(text)
            return self._soon(lambda: _text(area) == text)

        self._poll(f"{text!r} typed", typed)

    def see_draft(self, text, window):
        """Waits until this is typed in a conversation, and the focus is
        there."""
        self._poll(f"{text!r} to be typed", lambda: (
            area := self._typing_area(window)) and _text(area) == text
            and self.focused(area))

    @staticmethod
    def focused(node):
        node.clear_cache()
        return node.getState().contains(pyatspi.STATE_FOCUSED)

    def see_focus(self, name, role, window):
        """Waits until a widget has the keyboard focus."""
        self._poll(f"{name!r} to have the focus", lambda: (
            node := self.look(name, role, window)) and self.focused(node))

    def say(self, text, window):
        """Types into a conversation and sends it."""
        self.draft(text, window)
        area = self._typing_area(window)

        def sent():
            self.keys("Return", window=window)
            return self._soon(lambda: _text(area) != text)

        self._poll(f"{text!r} sent", sent)
