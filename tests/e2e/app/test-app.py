#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""test-app.py BUILD [WORD…]: the app as people use it, each way a case with everything of its own.
Driven through AT-SPI: what has no name or no role there can't be found by a screen reader either,
nor here. Prints TAP; with words, runs the cases whose names have one of them."""

import json
import os
import pathlib
import re
import signal
import sys
import time
import traceback

import gi

gi.require_version("Gio", "2.0")

# pylint: disable=wrong-import-position
from screen import Screen, wait  # noqa: E402
from town import Site, Town  # noqa: E402

SAID = re.compile(r"\b(?:CRITICAL|WARNING|ERROR)\b")
# What the libraries say of a machine without a desktop, and no fault of ours.
HARMLESS = re.compile(r"dconf|Unable to acquire session bus|Failed to measure available space")
QUICK = ("--interval", "5s", "--failures", "1", "--timeout", "2s")

CASES = []


def case(function):
    CASES.append(function)
    return function


class Scene:
    """A town with a site to watch and the app, driven by a screen."""

    def __init__(self, build):
        self.town = Town(build)
        self.site = Site()
        self.screen = None
        self.log = self.town.folder / "app.log"

    def open(self):
        self.screen = Screen(self.town.environment)  # before the app: it asks for what this starts
        with open(self.log, "ab") as log:
            self.app = self.town.start_app(log=log)
        self.screen.wait_for_app()
        return self.screen

    def add(self, name, *words):
        return self.town.ctl("add", "http", "--name", name, *QUICK, *words, self.site.url).strip()

    def wait_row(self, text):
        """The row of the sidebar whose name begins so: “Shop, Down”."""
        return self.screen.find("list item", where=lambda node: node.name.startswith(text))

    def wait_no_row(self, text):
        def is_gone():
            return not self.screen.has("list item",
                                       where=lambda node: node.name.startswith(text))
        wait(is_gone, f"there is no row “{text}” any more")

    def choose(self, menu, item):
        """An item of a menu, which a button opens."""
        self.screen.press(menu)
        self.screen.press(item, "menu item")

    def complaints(self):
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if SAID.search(line) and not HARMLESS.search(line)]

    def close(self):
        self.site.stop()
        self.town.close()


# ---- adding, down, up


@case
def a_pasted_url_is_tried_saved_and_turns_green(scene):
    screen = scene.open()
    screen.press("Add a Monitor")
    entry = screen.find("text box", "URL, host or command")
    screen.wait_focused("New Monitor")
    entry.write(scene.site.url)
    screen.key("Return")
    screen.press("Try")
    screen.find("label", where=lambda node: node.name.startswith("OK in"))
    for phase in ("Connect", "Wait"):
        screen.find("label", where=lambda node, word=phase: node.name.startswith(word))
    screen.press("Add")
    scene.wait_row("127.0.0.1, Up")
    monitors = json.loads(scene.town.ctl("list", "--json"))
    assert [monitor["target"] for monitor in monitors] == [scene.site.url], monitors


@case
def an_outage_is_shown_and_its_end(scene):
    scene.add("Shop")
    screen = scene.open()
    scene.wait_row("Shop, Up").press()
    screen.find("label", where=lambda node: node.name.startswith("Up"))
    scene.site.stop()
    scene.wait_row("Shop, Down")
    screen.find("label", where=lambda node: node.name.startswith("Down"))
    scene.site.start()
    scene.wait_row("Shop, Up")
    screen.find("label", where=lambda node: node.name.startswith("Up"))


@case
def what_was_behind_an_incident_is_written_and_kept(scene):
    scene.site.stop()
    scene.add("Shop")
    screen = scene.open()
    scene.wait_row("Shop, Down")
    screen.press("Incidents", "list item")
    screen.find("list item", where=lambda node: "connection refused" in node.name).press()
    for title, text, told in (("Root Cause", "The disk was full.", "Root cause saved"),
                              ("Resolution", "A larger disk.", "Resolution saved")):
        screen.find("text box", title).write(text)
        screen.press("Save")
        screen.find("label", told)
    incident, = json.loads(scene.town.ctl("incidents", "--json"))
    assert incident["root_cause"] == "The disk was full.", incident
    assert incident["resolution"] == "A larger disk.", incident


# ---- lists


@case
def a_deletion_can_be_undone_and_else_happens(scene):
    scene.add("Shop")
    scene.add("Mail")
    screen = scene.open()
    scene.wait_row("Shop, Up").press()
    scene.choose("More", "Delete")
    scene.wait_no_row("Shop,")
    screen.press("Undo")
    scene.wait_row("Shop, Up")
    assert len(json.loads(scene.town.ctl("list", "--json"))) == 2
    scene.choose("More", "Delete")
    scene.wait_no_row("Shop,")
    screen.find("button", "Undo")
    # A second deletion ends the time in which the first one could be undone.
    scene.wait_row("Mail, Up").press()
    scene.choose("More", "Delete")
    wait(lambda: "Shop" not in scene.town.ctl("list", "--json"), "the daemon has it no more")
    screen.wait_gone("label", "“Shop” deleted")
    screen.press("Undo")
    scene.wait_row("Mail, Up")
    assert "Mail" in scene.town.ctl("list", "--json")


@case
def search_narrows_the_list(scene):
    for name in ("Shop", "Mail", "Search of the shop"):
        scene.add(name)
    screen = scene.open()
    for name in ("Shop,", "Mail,", "Search of the shop,"):
        scene.wait_row(name)
    screen.focus_window("Tocsin")
    screen.key("ctrl+f")
    screen.type("shop")
    scene.wait_no_row("Mail,")
    scene.wait_row("Shop,")
    scene.wait_row("Search of the shop,")
    screen.type("zzz")
    screen.find("label", "No Monitor Found")
    screen.key("Escape")
    scene.wait_row("Mail,")


# ---- files


@case
def what_is_exported_can_be_imported_elsewhere(scene):
    folder = scene.town.folder
    scene.add("Shop", "--tag", "web", "--contains", "hello")
    scene.add("Mail")
    before = json.loads(scene.town.ctl("export", "-"))
    screen = scene.open()
    scene.wait_row("Shop, Up")
    scene.choose("Main Menu", "Export…")
    screen.press("Export…")
    name = screen.find("text box", where=lambda node: node.text == "tocsin.json")
    name.write(str(folder / "all.json"))
    screen.press("Save")
    screen.find("label", "Monitors exported")
    assert json.loads((folder / "all.json").read_text()) == before
    for monitor in ("Shop", "Mail"):
        scene.town.ctl("remove", monitor)
    scene.wait_no_row("Shop,")
    scene.choose("Main Menu", "Import…")
    screen.wait_focused("Import Monitors")
    screen.key("ctrl+l")
    screen.find("text box", "GtkFileChooserEntry").write(str(folder / "all.json"))
    screen.press("Open")
    screen.press("Import")
    screen.find("label", "Imported: 2 new, 0 replaced")
    scene.wait_row("Shop, Up")
    after = json.loads(scene.town.ctl("export", "-"))
    for monitor in before["monitors"] + after["monitors"]:
        del monitor["revision"]  # which counts writes
    assert after == before, (after, before)


# ---- the daemon


@case
def a_daemon_that_died_is_told_of_and_started_again(scene):
    scene.add("Shop")
    screen = scene.open()
    scene.wait_row("Shop, Up")
    os.kill(scene.town.daemon_pid(), signal.SIGKILL)
    screen.find("label", "Nothing Is Being Checked")
    screen.find("label", "Tocsin’s background service has stopped.")
    screen.press("Start Tocsin’s Service")
    screen.find("label", "The monitor is up")
    scene.wait_row("Shop, Up")


# ---- the keyboard and names


@case
def a_monitor_is_added_with_the_keyboard_alone(scene):
    scene.add("Shop")
    screen = scene.open()
    scene.wait_row("Shop, Up")
    screen.focus_window("Tocsin")
    screen.key("ctrl+n")
    entry = screen.find("text box", "URL, host or command")
    screen.wait_focused("New Monitor")
    screen.type(scene.site.url + "mail")
    wait(lambda: entry.text.endswith("/mail"), "it is typed")
    screen.key("Return")
    screen.find("button", "Try")
    screen.key("alt+t")
    screen.find("label", where=lambda node: node.name.startswith("OK in"))
    screen.key("alt+a")
    scene.wait_row("127.0.0.1")


# What can be used must say what it is. Without a name GTK tells the class of the widget.
INTERACTIVE = {"button", "check box", "combo box", "link", "list item", "menu item",
               "radio button", "search box", "slider", "spin button", "switch", "tab", "text box",
               "toggle button"}
CLASS_NAME = re.compile(r"(?:Gtk|Adw|Tocsin)[A-Z]\w+$")
# Of AdwPreferencesWindow itself, up to libadwaita 1.2; no name of ours reaches them.
NOT_OURS = {("button", "Search"), ("search box", "")}


def has_words(node, following):
    """Whether a label is in it: of list items that is what is read out."""
    for other in following:
        if other.depth <= node.depth:
            return False
        if other.role == "label" and other.name:
            return True
    return False


def is_inner_button(nodes, number):
    """Of a GtkDropDown, whose own name is told."""
    above = nodes[number - 1]
    return above.role == "combo box" and bool(above.name) and not CLASS_NAME.match(above.name)


def find_nameless(screen, where):
    nodes = screen.look()
    for number, node in enumerate(nodes, 1):
        if node.role not in INTERACTIVE or "focusable" not in node.states:
            continue
        if node.name.strip() and not CLASS_NAME.match(node.name):
            continue
        if node.role == "list item" and has_words(node, nodes[number:]):
            continue
        if is_inner_button(nodes, number - 1):
            continue
        if where in ("Preferences", "Help") and (node.role, node.description) in NOT_OURS:
            continue
        yield f"{where}: {node}, “{node.description}”, before {nodes[number:number + 3]}"


def make_one_of_each(scene):
    ctl, port = scene.town.ctl, scene.site.port
    scene.add("Shop")
    ctl("add", "tcp", "--name", "Port", f"127.0.0.1:{port}")
    ctl("add", "ping", "--name", "Host", "127.0.0.1")
    ctl("add", "dns", "--name", "Zone", "localhost")
    ctl("add", "heartbeat", "--name", "Job", "--cron", "0 3 * * *")


KINDS = ("Website or API", "Port", "Ping", "DNS", "Heartbeat")


@case
def everything_on_the_pages_has_a_name(scene):
    make_one_of_each(scene)
    screen = scene.open()
    nameless = []
    scene.wait_row("Shop, Up")
    nameless.extend(find_nameless(screen, "overview"))
    for name in ("Shop,", "Port,", "Host,", "Zone,", "Job,"):
        scene.wait_row(name).press()
        screen.find("label", "Settings")
        nameless.extend(find_nameless(screen, f"page of {name}"))
    scene.site.stop()
    screen.press("Incidents", "list item")
    screen.find("list item", where=lambda node: "connection refused" in node.name)
    nameless.extend(find_nameless(screen, "incidents"))
    screen.find("list item", where=lambda node: "connection refused" in node.name).press()
    screen.find("text box", "Root Cause")
    nameless.extend(find_nameless(screen, "incident"))
    assert not nameless, "\n".join(sorted(set(nameless)))


@case
def everything_in_the_windows_has_a_name(scene):
    scene.add("Shop")
    screen = scene.open()
    nameless = []

    def look_and_close(where):
        wait(lambda: len(screen.windows()) == 2, f"“{where}” opens a window")
        nameless.extend(find_nameless(screen, where))
        screen.key("Escape")
        wait(lambda: len(screen.windows()) == 1, f"the window of “{where}” is closed")
        screen.focus_window("Tocsin")

    for kind in KINDS:
        screen.press("New Monitor")
        screen.wait_focused("New Monitor")
        screen.press(kind, "list item")
        screen.find("button", "Add")
        look_and_close(f"editor of {kind}")
    scene.wait_row("Shop, Up").press()
    for item in ("Edit…", "Plan Maintenance…"):
        scene.choose("More", item)
        look_and_close(item)
    for item in ("Preferences", "Maintenance…", "Help"):
        scene.choose("Main Menu", item)
        look_and_close(item)
    assert not nameless, "\n".join(sorted(set(nameless)))


def run(function, build):
    scene = Scene(build)
    try:
        function(scene)
        complaints = scene.complaints()
        assert not complaints, "the app said:\n" + "\n".join(complaints)
    except BaseException:
        if scene.screen is not None and scene.screen.app is not None:
            print("# " + scene.screen.dump().replace("\n", "\n# "))
        raise
    finally:
        scene.close()


def main():
    build, words = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    cases = [function for function in CASES
             if not words or any(word in function.__name__ for word in words)]
    failed = 0
    print(f"1..{len(cases)}", flush=True)
    for number, function in enumerate(cases, 1):
        began = time.monotonic()
        name = "/app/" + function.__name__.replace("_", "-")
        try:
            run(function, build)
            print(f"ok {number} {name} # {time.monotonic() - began:.1f} s", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print("# " + traceback.format_exc().rstrip().replace("\n", "\n# "))
            print(f"not ok {number} {name}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
