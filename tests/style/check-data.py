#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""Looks at what is installed and is no code, each with the tool that its reader brings: units with
systemd-analyze, XML with a parser, translations with msgfmt, completions with their shells, the
desktop's files with its validators. Prints TAP; what no tool is here for is skipped."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.dom.minidom

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Skip(Exception):
    pass


def run(*command, cwd=None):
    """What the tool complained of, or nothing; Skip where there is no such tool."""
    if shutil.which(command[0]) is None:
        raise Skip(f"there is no {command[0]}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    return (done.stderr + done.stdout).strip() if done.returncode != 0 else ""


def verify_unit(built, *options):
    """Verifies a unit with a program that is there, since ours is not installed."""
    if shutil.which("systemd-analyze") is None:
        raise Skip("there is no systemd-analyze")
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / built.name
        text = built.read_text()
        unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.M))
        done = subprocess.run(["systemd-analyze", *options, "verify", "--man=no", str(unit)],
                              env=dict(os.environ, XDG_RUNTIME_DIR=folder),
                              capture_output=True, text=True, check=False)
    # It is content with a key that it does not know, and says so. Only what it says about this
    # unit: the machine's own are not our business.
    findings = [line for line in done.stderr.splitlines() if unit.stem in line]
    if done.returncode != 0 and not findings:
        raise Skip("systemd-analyze can't look here: " + done.stderr.strip().replace("\n", "; "))
    return "\n".join(findings)


def check_xml():
    for path in sorted((ROOT / "data").rglob("*.xml")) + sorted((ROOT / "data/dbus").glob("*.conf")):
        try:
            xml.dom.minidom.parse(str(path))
        except Exception as error:  # an expat error has no base class of its own
            yield f"{path.relative_to(ROOT)}: {error}"


def check_translations():
    for path in sorted((ROOT / "po").glob("*.po")):
        yield run("msgfmt", "--check", "-o", "/dev/null", str(path))


def check_translated_all():
    """A language that we ship says everything."""
    for path in sorted((ROOT / "po").glob("*.po")):
        done = subprocess.run(["msgfmt", "--statistics", "-o", "/dev/null", str(path)],
                              capture_output=True, text=True, check=False)
        if "untranslated" in done.stderr or "fuzzy" in done.stderr:
            yield f"{path.name}: {done.stderr.strip()}"


def check_help(build):
    """The programs speak the user's language. C.UTF-8 is everywhere, and LANGUAGE goes before it."""
    environment = {"LC_ALL": "C.UTF-8", "LANGUAGE": "de", "TOCSIN_LOCALEDIR": str(build / "po"),
                   "PATH": os.environ["PATH"]}
    texts = {"daemon/tocsind": "Mehr protokollieren", "daemon/ctl/tocsinctl": "Rückgabewert"}
    for program, text in texts.items():
        if not (build / program).exists():
            continue
        shown = subprocess.run([str(build / program), "--help"], env=environment,
                               capture_output=True, text=True, check=False).stdout
        if text not in shown:
            yield f"{program} --help in German does not say “{text}”"


def check_languages():
    listed = {line for line in (ROOT / "po/LINGUAS").read_text().split("\n")
              if line and line[0] != "#"}
    there = {path.stem for path in (ROOT / "po").glob("*.po")}
    if listed != there:
        yield f"po/LINGUAS lists {sorted(listed)}, there are {sorted(there)}"


def check_completions():
    for shell, pattern in (("bash", "tocsinctl*bash*"), ("zsh", "_tocsinctl*")):
        for path in sorted((ROOT / "data/completions").glob(pattern)):
            yield run(shell, "-n", str(path))


def check_schema():
    with tempfile.TemporaryDirectory() as folder:
        yield run("glib-compile-schemas", "--strict", f"--targetdir={folder}", str(ROOT / "data"))


def check_desktop_file(build):
    yield run("desktop-file-validate", str(build / "data/org.tocsin.Tocsin.desktop"))


def check_actions(build):
    """Each action of the desktop file is one that the app has: it is activated over D-Bus by name."""
    text = (build / "data/org.tocsin.Tocsin.desktop").read_text()
    there = set(re.findall(r'\.name = "([a-z-]+)"', (ROOT / "app/application.c").read_text()))
    named = re.search(r"^Actions=(.*)$", text, flags=re.M)
    if named is None:
        yield "there are no actions"
        return
    for action in filter(None, named.group(1).split(";")):
        if action not in there:
            yield f"the app has no action “{action}”"
        if f"[Desktop Action {action}]" not in text:
            yield f"there is no group for “{action}”"


def check_metainfo(build):
    yield run("appstreamcli", "validate", "--no-net",
              str(build / "data/org.tocsin.Tocsin.metainfo.xml"))


def check_flatpak():
    # It leaves a cache where it runs.
    with tempfile.TemporaryDirectory() as folder:
        yield run("flatpak-builder", "--show-manifest",
                  str(ROOT / "flatpak/org.tocsin.Tocsin.yml"), cwd=folder)


def icons():
    found = sorted((ROOT / "data/icons").rglob("*.svg"))
    if not found:
        raise AssertionError("there are no icons")
    return found


def check_icons():
    """Every icon can be drawn at the smallest size and at a large one."""
    with tempfile.TemporaryDirectory() as folder:
        for path in icons():
            for size in ("16", "256"):
                yield run("rsvg-convert", "-w", size, "-h", size, "-o", f"{folder}/icon.png",
                          str(path))


def check_symbolic_icons():
    """GTK recolours fills only: what has a stroke would come out filled in."""
    for path in icons():
        if path.stem.endswith("-symbolic") and "stroke" in path.read_text():
            yield f"{path.relative_to(ROOT)}: has a stroke"


def check_tray_icons():
    there = {path.stem for path in icons()}
    wanted = re.findall(r"org\.tocsin\.Tocsin-[a-z-]+",
                        (ROOT / "daemon/desktop/tray-icon.c").read_text())
    for name in sorted(set(wanted) - there):
        yield f"the tray shows “{name}”, which there is not"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    data = build / "data"
    checks = [
        ("/data/the-user-unit-is-right",
         lambda: [verify_unit(data / "tocsind.service", "--user")]),
        ("/data/the-system-unit-is-right", lambda: [verify_unit(data / "tocsind-system.service")]),
        ("/data/the-servers-unit-is-right", lambda: [verify_unit(data / "tocsin-server.service")]),
        ("/data/xml-is-well-formed", check_xml),
        ("/data/settings-have-a-strict-schema", check_schema),
        ("/data/the-desktop-file-is-right", lambda: check_desktop_file(build)),
        ("/data/the-desktop-files-actions-are-the-apps", lambda: check_actions(build)),
        ("/data/the-metainfo-is-right", lambda: check_metainfo(build)),
        ("/data/the-flatpak-manifest-is-read", check_flatpak),
        ("/data/each-icon-can-be-drawn", check_icons),
        ("/data/symbolic-icons-are-only-filled", check_symbolic_icons),
        ("/data/the-trays-icons-are-there", check_tray_icons),
        ("/data/translations-are-valid", check_translations),
        ("/data/translations-are-complete", check_translated_all),
        ("/data/programs-speak-german", lambda: check_help(build)),
        ("/data/each-language-is-listed", check_languages),
        ("/data/completions-are-read-by-their-shells", check_completions),
    ]
    print(f"1..{len(checks)}")
    failed = False
    for number, (name, check) in enumerate(checks, 1):
        try:
            findings = [finding for finding in check() if finding]
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}")
            continue
        for finding in findings:
            print("# " + finding.replace("\n", "\n# "))
        print(f"{'not ok' if findings else 'ok'} {number} {name}")
        failed = failed or bool(findings)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
