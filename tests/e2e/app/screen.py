# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""What a screen reader has of the app: a tree of roles, names and states over AT-SPI, and what it
can do there. Plain D-Bus, so that nothing is remembered between two looks; and the keyboard."""

import contextlib
import subprocess

from gi.repository import Gio, GLib

ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
EDITABLE = "org.a11y.atspi.EditableText"
TEXT = "org.a11y.atspi.Text"
REGISTRY = "org.a11y.atspi.Registry"

CALL_MS = 20_000
BOUND_S = 60
TICK_MS = 50
WINDOW_COORDINATES = 1
EDGE = 4  # what a window has around it where there is no window manager

# Numbers of AtspiStateType.
STATES = {"checked": 4, "focusable": 11, "focused": 12, "selected": 23, "sensitive": 24,
          "showing": 25}


class Missing(AssertionError):
    """What was looked for did not come to be within the bound."""


def wait(condition, what, bound_s=None):
    """Turns the main loop until `condition` gives something true, and gives that back. It is asked
    again whenever anything arrives, and at each tick."""
    bound_s = bound_s or BOUND_S
    context = GLib.MainContext.default()
    end_us = GLib.get_monotonic_time() + bound_s * 1_000_000
    tick = GLib.timeout_add(TICK_MS, lambda: True)
    found = None
    try:
        while True:
            with contextlib.suppress(GLib.Error):  # what was looked at went meanwhile
                found = condition()
            if found:
                return found
            if GLib.get_monotonic_time() > end_us:
                raise Missing(f"{what}: not within {bound_s} s")
            context.iteration(True)
    finally:
        GLib.source_remove(tick)


def plain(name):
    """A button’s label reaches screen readers as “_Save Save” or “Undo Undo” with GTK 4.8."""
    for cut in range(len(name) // 2, len(name) // 2 + 2):
        first, second = name[:cut].rstrip(), name[cut:].lstrip()
        if second and first.replace("_", "", 1) == second:
            return second
    return name


class Node:
    """One accessible object as it was when it was looked at."""

    def __init__(self, screen, owner, path, depth):
        self.screen, self.owner, self.path = screen, owner, path
        self.depth = depth
        self.role = self.name = self.description = ""
        self.states, self.interfaces = set(), ()

    def __repr__(self):
        return f"{self.role} “{self.name}”"

    def take(self, interfaces, name, role, description, states):
        bits = states[0] | states[1] << 32
        self.interfaces = interfaces
        self.name, self.description = plain(name), description
        if role not in self.screen.roles:
            self.screen.roles[role] = self.call(ACCESSIBLE, "GetRoleName")[0]
        self.role = self.screen.roles[role]
        self.states = {state for state, number in STATES.items() if bits >> number & 1}

    def call(self, interface, method, arguments=None):
        return self.screen.call(self.owner, self.path, interface, method, arguments)

    def get(self, interface, name):
        arguments = GLib.Variant("(ss)", (interface, name))
        return self.call("org.freedesktop.DBus.Properties", "Get", arguments)[0]

    # ---- what it says

    @property
    def text(self):
        """What is written in it, now."""
        n_characters = self.get(TEXT, "CharacterCount")
        return self.call(TEXT, "GetText", GLib.Variant("(ii)", (0, n_characters)))[0]

    @property
    def box(self):
        """x, y, width and height in its window."""
        return self.call(COMPONENT, "GetExtents", GLib.Variant("(u)", (WINDOW_COORDINATES,)))[0]

    @property
    def can_be_clicked(self):
        if ACTION not in self.interfaces or self.get(ACTION, "NActions") == 0:
            return False
        return self.call(ACTION, "GetName", GLib.Variant("(i)", (0,)))[0] in ("click", "toggle")

    # ---- what can be done with it

    def press(self):
        """By its action, as a screen reader does, or by a click where it has none."""
        assert "sensitive" in self.states, f"{self} is not sensitive"
        if self.can_be_clicked:
            assert self.call(ACTION, "DoAction", GLib.Variant("(i)", (0,)))[0], f"{self} refused"
            return
        x, y, width, height = self.box
        self.screen.run("mousemove", x + width // 2 + EDGE, y + height // 2 + EDGE, "click", "1")

    def write(self, text):
        """In place of what is written in it."""
        assert self.call(EDITABLE, "SetTextContents", GLib.Variant("(s)", (text,)))[0], self
        wait(lambda: self.text == text, f"{self} says “{text}”")


class Screen:
    def __init__(self, environment):
        """`environment`: of a town, with its display and its bus."""
        self.environment = environment
        session = self._connect(environment["DBUS_SESSION_BUS_ADDRESS"])
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                    None, None, Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()[0]
        self.bus = self._connect(address)
        self.bus.signal_subscribe(None, "org.a11y.atspi.Event.Object", None, None, None,
                                  Gio.DBusSignalFlags.NONE, lambda *_: None)
        wait(lambda: self.register("object:"), "the registry takes events")
        self.app = None
        self.roles = {}  # of AtspiRole's numbers, the names that we met

    @staticmethod
    def _connect(address):
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def register(self, event):
        """True, or an error: the registry has been seen to go at its start, and is started anew."""
        self.call(REGISTRY, "/org/a11y/atspi/registry", REGISTRY, "RegisterEvent",
                  GLib.Variant("(sass)", (event, [], "")))
        return True

    def call(self, owner, path, interface, method, arguments=None):
        return self.bus.call_sync(owner, path, interface, method, arguments, None,
                                  Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()

    def _get_children(self, owner, path):
        try:
            return self.call(owner, path, ACCESSIBLE, "GetChildren")[0]
        except GLib.Error:
            return []  # it went while we looked

    # ---- looking

    def wait_for_app(self):
        def find():
            for owner, path in self._get_children(REGISTRY, ROOT):
                if self._get_children(owner, path):
                    self.app = (owner, path)
                    return True
            return False
        wait(find, "the app is on the accessibility bus")

    def windows(self):
        return [path for _, path in self._get_children(*self.app)]

    def _get_items(self):
        """The app's cache: all that was ever asked for and still is, at one go."""
        items = self.call(self.app[0], CACHE, "org.a11y.atspi.Cache", "GetItems")[0]
        by_path, by_parent = {}, {}
        for item in items:
            by_path[item[0][1]] = item
            by_parent.setdefault(item[2][1], []).append((item[3], item[0][1]))
        return by_path, by_parent

    def _list_children(self, path, item, by_parent):
        """From the cache where it has all of them, else from the object itself; and whether the
        cache had them."""
        children = sorted(by_parent.get(path, []))
        if item and [index for index, _ in children] == list(range(item[4])):
            return [child for _, child in children], True
        return [child for _, child in self._get_children(self.app[0], path)], False

    def _walk(self, path, depth, cache, nodes):
        """Whether the cache has all that is below."""
        item = cache[0].get(path)
        nodes[path] = Node(self, self.app[0], path, depth)
        if item is not None:
            nodes[path].take(*item[5:])
        children, is_whole = self._list_children(path, item, cache[1])
        for child in children:
            if child not in nodes:
                is_whole = self._walk(child, depth + 1, cache, nodes) and is_whole
        return is_whole and item is not None

    def look(self, windows=None):
        """All that there is, in order, in these windows: the newest alone where none are given."""
        windows = self.windows()[-1:] if windows is None else windows
        cache, nodes = self._get_items(), {}
        if not all([self._walk(path, 0, cache, nodes) for path in windows]):
            cache, nodes = self._get_items(), {}
            for path in windows:
                self._walk(path, 0, cache, nodes)
        return [node for node in nodes.values() if node.role]

    def find_all(self, role, name=None, where=None):
        """`where`: a further condition. Lists and pages that are hidden have no size."""
        return [node for node in self.look()
                if node.role == role and name in (None, node.name)
                and (where is None or where(node)) and self.is_there(node)]

    def is_there(self, node):
        try:
            return node.depth == 0 or node.box[2] > 0
        except GLib.Error:
            return False

    def find(self, role, name=None, where=None):
        def first():
            return next(iter(self.find_all(role, name, where)), None)
        return wait(first, f"there is a {role} “{name or ''}”")

    def press(self, name, role="button"):
        """The first one that can be pressed now."""
        self.find(role, name, where=lambda node: {"sensitive", "focusable"} <= node.states).press()

    def has(self, role, name=None, where=None):
        return bool(self.find_all(role, name, where))

    def wait_gone(self, role, name):
        wait(lambda: not self.has(role, name), f"there is no {role} “{name}” any more")

    def dump(self):
        return "\n".join(f"{'  ' * node.depth}{node} {' '.join(sorted(node.states))}"
                         for node in self.look(self.windows()))

    # ---- the keyboard

    def run(self, *words):
        """xdotool with these words."""
        return subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True,
                              capture_output=True, text=True).stdout.strip()

    def key(self, *keys):
        self.run("key", "--clearmodifiers", *keys)

    def type(self, text):
        self.run("type", "--clearmodifiers", text)

    def focus_window(self, title):
        """What a window manager does for the window that is left."""
        self.run("search", "--sync", "--onlyvisible", "--name", f"^{title}$", "windowfocus",
                 "--sync")

    def wait_focused(self, title):
        """Until what is typed goes to the window of that title."""
        wait(lambda: self.run("getwindowfocus", "getwindowname") == title,
             f"the window “{title}” has the keyboard")
