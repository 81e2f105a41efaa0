#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""screenshots.py BUILD FOLDER [LOOK…]: a picture of each page in each look, to be looked at: light
and dark, wide, narrow and tall, from right to left."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import scenery
from screen import Screen, wait
from town import Town

LOOKS = {
    # name: width, height, appearance, right to left
    "light": (1280, 800, "light", False),
    "dark": (1280, 800, "dark", False),
    "narrow-light": (360, 720, "light", False),
    "narrow-dark": (360, 720, "dark", False),
    "tall-light": (1280, 2100, "light", False),
    "tall-dark": (1280, 2100, "dark", False),
    "tall-narrow": (360, 3000, "light", False),
    "right-to-left": (1280, 800, "light", True),
    "narrow-right-to-left": (360, 720, "light", True),
    "tall-right-to-left": (1280, 2100, "light", True),
}
EDGE = 5  # what a window has around it where there is no window manager
MONITORS = {"shop": "Shop", "api": "API", "port": "Mail (SMTP)", "ping": "Office router",
            "dns": "Mail domain", "heartbeat": "Nightly backup"}
KINDS = {"http": "Website or API", "port": "Port", "ping": "Ping", "dns": "DNS",
         "heartbeat": "Heartbeat"}
STILL = 3  # pictures that are alike, one after the other
STILL_S = 3
SETTLED_S = 60

FONT = "Cantarell 11"
# GTK follows a language only where the app speaks it too.
HEBREW = 'msgid ""\nmsgstr "Language: he\\nContent-Type: text/plain; charset=UTF-8\\n"\n'


class Studio:
    """The app with a past, in one look."""

    def __init__(self, build, folder, look, past):
        width, height, appearance, is_mirrored = LOOKS[look]
        self.look, self.folder, self.width, self.height = look, folder, width, height
        self.is_narrow = width < 600
        self.town = Town(build, f"{width + 2 * EDGE}x{height + 2 * EDGE}")
        try:
            self._open(appearance, is_mirrored, past)
        except BaseException:
            self.close()
            raise

    def _open(self, appearance, is_mirrored, past):
        if past is not None:
            shutil.copytree(past, self.town.data)
        self._write_settings(appearance)
        if is_mirrored:
            self._mirror()
        self.screen = Screen(self.town.environment)
        if past is not None:
            self._settle()
        self.town.start_app(log=subprocess.DEVNULL)
        self.screen.wait_for_app()
        # The pointer is where it brings up no tooltip.
        self.screen.run("mousemove", self.width + EDGE, self.height + EDGE)
        self.main = self.screen.run("search", "--sync", "--onlyvisible", "--name", "^Tocsin$")

    def _write_settings(self, appearance):
        config = self.town.folder / "config"
        keys = config / "glib-2.0/settings/keyfile"
        keys.parent.mkdir(parents=True)
        keys.write_text(f"[org/tocsin/Tocsin]\nwindow-width={self.width + 2 * EDGE}\n"
                        f"window-height={self.height + 2 * EDGE}\nappearance='{appearance}'\n")
        settings = config / "gtk-4.0/settings.ini"
        settings.parent.mkdir()
        settings.write_text(f"[Settings]\ngtk-font-name={FONT}\n"
                            "gtk-enable-animations=false\ngtk-cursor-blink=false\n")
        self.town.environment["GSETTINGS_BACKEND"] = "keyfile"

    def _mirror(self):
        folder = self.town.folder / "locale/he/LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "tocsin.po").write_text(HEBREW)
        scenery.run("msgfmt", "-o", folder / "tocsin.mo", folder / "tocsin.po")
        self.town.environment.update(LANGUAGE="he", TOCSIN_LOCALEDIR=self.town.folder / "locale")

    def _settle(self):
        """Until each monitor was looked at."""
        def is_settled():
            monitors = json.loads(self.town.ctl("list", "--json"))
            return all(monitor["last_sample"] is not None or monitor["state"] == "paused"
                       or monitor["kind"] == "heartbeat" for monitor in monitors)
        wait(is_settled, "all monitors were looked at", SETTLED_S)

    # ---- going places

    def act(self, action, parameter=None, path="/org/tocsin/Tocsin/window/1"):
        """An action of the window, by its name, over the bus."""
        given = "[]" if parameter is None else f"[<{parameter!r}>]"
        subprocess.run(["gdbus", "call", "--session", "--dest", "org.tocsin.Tocsin",
                        "--object-path", path, "--method", "org.gtk.Actions.Activate", action,
                        given, "{}"], env=self.town.environment, check=True,
                       stdout=subprocess.DEVNULL)

    def find_id(self, name):
        monitors = json.loads(self.town.ctl("list", "--json"))
        return next(monitor["id"] for monitor in monitors if monitor["name"] == name)

    def wait_windows(self, number):
        wait(lambda: len(self.screen.windows()) == number, f"there are {number} windows")

    def leave(self):
        self.screen.key("Escape")
        self.wait_windows(1)
        self.screen.focus_window("Tocsin")

    # ---- pictures

    def _grab(self):
        return subprocess.run(["import", "-silent", "-window", "root", "ppm:-"], check=True,
                              env=self.town.environment, capture_output=True).stdout

    def _grab_still(self):
        """When it does not change for a moment; or as it is, where a clock runs in it."""
        pictures = []

        def is_still():
            pictures.append(self._grab())
            return len(pictures) >= STILL and len(set(pictures[-STILL:])) == 1

        with contextlib.suppress(AssertionError):
            wait(is_still, "the picture is still", STILL_S)
        return pictures[-1]

    def _find_newest(self):
        """What has the keyboard, once that is not the main window any more."""
        window = self.screen.run("getwindowfocus", "-f")
        return window if window != self.main else None

    def shoot(self, name, alone=False):
        """Of all, or of the newest window alone."""
        crop = []
        if alone:
            window = wait(self._find_newest, f"the window for “{name}” has the keyboard")
            if self.is_narrow:
                self.screen.run("windowsize", "--sync", window, self.width + 2 * EDGE,
                                self.height + 2 * EDGE)
            found = dict(line.split("=") for line in
                         self.screen.run("getwindowgeometry", "--shell", window).splitlines())
            crop = ["-crop", "{WIDTH}x{HEIGHT}+{X}+{Y}".format(**found), "+repage"]
        path = self.folder / f"{name}-{self.look}.png"
        subprocess.run(["convert", "ppm:-", *crop, "-shave", f"{EDGE}x{EDGE}", "+repage", "-strip",
                        path], check=True, input=self._grab_still())
        print(path, flush=True)

    def close(self):
        self.town.close()


# ---- the pages

def shoot_overview(studio):
    studio.act("show-overview")
    studio.screen.find("label", "Last 24 Hours")
    studio.shoot("overview")


def shoot_list(studio):
    if studio.is_narrow:
        studio.act("back")
        studio.shoot("sidebar")


def shoot_monitors(studio):
    for name, monitor in MONITORS.items():
        studio.act("show-monitor", studio.find_id(monitor))
        studio.screen.find("label", "Settings")
        studio.shoot(f"monitor-{name}")


def shoot_charts(studio):
    studio.act("show-monitor", studio.find_id("Shop"))
    for span, button in (("6 h", "Phases"), ("1 day", "24 h"), ("90 days", "90 d")):
        studio.screen.press(button)
        studio.screen.find("image", where=lambda node, about=f"Response time, {span}":
                           node.name.startswith(about))
        studio.shoot(f"chart-{button.replace(' ', '').lower()}")
        if button == "Phases":
            studio.screen.press("Phases")


def shoot_incidents(studio):
    studio.act("show-incidents")
    studio.screen.find("list item", where=lambda node: "connection refused" in node.name)
    studio.shoot("incidents")
    incidents = json.loads(studio.town.ctl("incidents", "--json"))
    told = next(incident for incident in incidents if incident.get("root_cause"))
    still = next(incident for incident in incidents if incident.get("ended_at") is None)
    for name, incident in (("past", told), ("open", still)):
        studio.act("show-incident", incident["id"])
        studio.screen.find("text box", "Root Cause")
        studio.shoot(f"incident-{name}")
    studio.act("show-overview")


def shoot_editor(studio):
    for name, kind in KINDS.items():
        studio.act("new-monitor")
        studio.screen.wait_focused("New Monitor")
        if name == "http":
            studio.shoot("editor-start", alone=True)
        studio.screen.press(kind, "list item")
        studio.screen.find("button", "Add")
        studio.shoot(f"editor-{name}", alone=True)
        studio.leave()


def shoot_trial(studio):
    for name in ("Shop", "API"):
        studio.act("edit-monitor", studio.find_id(name))
        studio.screen.press("Try")
        studio.screen.find("label", where=lambda node: node.name.startswith(("OK in", "Failed")))
        studio.shoot(f"trial-{name.lower()}", alone=True)
        studio.leave()


def shoot_windows(studio):
    for name, action in (("preferences", "preferences"), ("maintenance", "show-maintenance"),
                         ("help", "help"), ("about", "about"), ("export", "export"),
                         ("shortcuts", "show-help-overlay")):
        studio.act(action)
        studio.wait_windows(2)
        studio.shoot(name, alone=True)
        studio.leave()


def shoot_planning(studio):
    studio.act("show-monitor", studio.find_id("Shop"))
    studio.act("plan-maintenance")
    studio.wait_windows(2)
    studio.shoot("maintenance-editor", alone=True)
    studio.leave()


SHOOTS = (shoot_overview, shoot_list, shoot_monitors, shoot_charts, shoot_incidents, shoot_editor,
          shoot_trial, shoot_windows, shoot_planning)


def shoot_first_run(build, folder, look):
    studio = Studio(build, folder, look, None)
    try:
        studio.screen.find("button", "Add a Monitor")
        studio.shoot("first-run")
    finally:
        studio.close()


def main():
    scenery.enter()
    build, folder = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
    words = sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tocsin-scenery-") as scene:
        authority = scenery.build(scene)
        past = pathlib.Path(scene) / "past"
        past.mkdir()
        scenery.run(build / "tests/bench/make-showcase", past, authority)
        for look in LOOKS:
            if words and look not in words:
                continue
            shoot_first_run(build, folder, look)
            studio = Studio(build, folder, look, past)
            try:
                for shoot in SHOOTS:
                    shoot(studio)
            finally:
                studio.close()


if __name__ == "__main__":
    main()
