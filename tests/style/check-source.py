#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""Our own rules as code: what no compiler and no formatter sees. Prints TAP, a case a rule; each
finding is FILE:LINE: what is wrong and what would be right."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

COLUMNS_MOST = 100
FILE_LINES_MOST = 800
FUNCTION_LINES_MOST = 80
TABLES = "-cases.h"  # tables of a test's cases may be as long as they like
# In the comment above a function: why it may be longer.
WAIVER = "Long because"

SPDX = {
    ".c": ["/* SPDX-FileCopyrightText: ", " * SPDX-License-Identifier: MIT */"],
    ".h": ["/* SPDX-FileCopyrightText: ", " * SPDX-License-Identifier: MIT */"],
}

# Which rooms a room may include headers of, besides its own (design, section 3).
LAYERS = {
    "lib/model": [],
    "lib/net": [],
    "lib/judge": ["lib/model"],
    "lib/alert": ["lib/net", "lib/model"],
    "daemon/probes": ["lib/model", "lib/net"],
    "daemon/store": ["lib/model", "lib/judge"],
    "daemon/ctl": ["lib/model", "lib/judge"],
    "daemon/desktop": ["lib/model", "daemon", "daemon/store"],
    "daemon": ["lib/model", "lib/judge", "lib/net", "lib/alert", "daemon/desktop", "daemon/probes",
               "daemon/store"],
    "app": ["lib/model", "lib/judge"],
    "sync-server": ["lib/model", "lib/judge", "lib/net", "lib/alert"],
}
PURE = ("lib/model/", "lib/judge/")
PURE_REFUSES = re.compile(
    r"#include <(?:sys/|netinet/|arpa/|net/|fcntl|unistd|poll|pthread|threads|curl/|ares|sqlite3|"
    r"libsoup/|openssl/|gio/gunix|glib/gstdio|dirent|signal|time\.h)"
    r"|\b(?:g_get_real_time|g_get_monotonic_time|g_date_time_new_now\w*|g_random_\w+|g_rand_new"
    r"|g_getenv|g_get_home_dir|g_thread_new|g_file_\w+|g_idle_add\w*|g_timeout_add\w*|getenv"
    r"|clock_gettime|gettimeofday|time|rand|random|fopen|open|socket|f?printf|puts) \("
)
SLEEPS = re.compile(r"\b(?:sleep|usleep|nanosleep|g_usleep|clock_nanosleep) \(")
NOTES = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
GOTO = re.compile(r"\bgoto\s+\w+;")
TRANSLATED = re.compile(r"(?<![\w])(?:N?C?_|ngettext|g_dngettext|g_dgettext) \(")

LITERAL = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)


def blank(match):
    """A literal or comment, emptied, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match.group())


class Source:
    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.code = LITERAL.sub(blank, self.text)
        self.code_lines = self.code.split("\n")

    def grep(self, pattern, code=True):
        for number, line in enumerate(self.code_lines if code else self.lines, 1):
            match = pattern.search(line)
            if match:
                yield number, match.group().strip()


def find_sources(root):
    paths = [p.relative_to(root) for top in ("lib", "daemon", "app", "sync-server", "tests")
             for p in sorted((root / top).rglob("*.[ch]"))]
    return [Source(root, path) for path in paths]


def room_of(path):
    """The room of a file: the longest one that is a folder of it; None for tests."""
    rooms = [room for room in LAYERS if str(path).startswith(room + "/")]
    return max(rooms, key=len, default=None)


def check_licence(sources):
    for source in sources:
        first, second = SPDX[source.path.suffix]
        if not source.lines[0].startswith(first) or source.lines[1:2] != [second]:
            yield f"{source.path}:1: the two-line SPDX comment is wanted"


def check_log_domains(sources):
    for source in sources:
        if source.path.suffix != ".c":
            continue
        wanted = f'#define G_LOG_DOMAIN "{source.path.stem}"'
        if wanted not in source.lines:
            yield f"{source.path}:4: {wanted} is wanted"


def check_layout(sources):
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if "\t" in line:
                yield f"{source.path}:{number}: a tab; spaces are wanted"
            if line != line.rstrip():
                yield f"{source.path}:{number}: blanks at the end"
            # A text that is one string can't be broken without making it hard to search for.
            if len(line) > COLUMNS_MOST and '"' not in line:
                yield f"{source.path}:{number}: {len(line)} columns, the most is {COLUMNS_MOST}"
        if not source.text.endswith("\n"):
            yield f"{source.path}: no newline at the end"


def check_sizes(sources):
    for source in sources:
        if len(source.lines) > FILE_LINES_MOST and not source.path.name.endswith(TABLES):
            yield f"{source.path}: {len(source.lines)} lines, the most is {FILE_LINES_MOST}"
        start = None
        for number, line in enumerate(source.code_lines, 1):
            if line == "{":
                start = number
            elif line == "}" and start is not None:
                length, above = number - start - 1, "\n".join(source.lines[max(0, start - 12):start])
                if length > FUNCTION_LINES_MOST and WAIVER not in above:
                    yield (f"{source.path}:{start}: a function of {length} lines, the most is "
                           f"{FUNCTION_LINES_MOST}; or a comment “{WAIVER} …”")
                start = None


def check_words(sources):
    for source in sources:
        for number, word in source.grep(GOTO):
            yield f"{source.path}:{number}: {word}: no goto; g_autoptr or a function is wanted"
        for number, word in source.grep(NOTES, code=False):
            yield f"{source.path}:{number}: {word}: an issue is wanted, not a note"


def check_purity(sources):
    for source in sources:
        if str(source.path).startswith(PURE):
            for number, line in enumerate(source.lines, 1):
                code = source.code_lines[number - 1]
                match = PURE_REFUSES.search(line if line.startswith("#include") else code)
                if match:
                    yield (f"{source.path}:{number}: “{match.group().strip()}” in a pure room: time "
                           "and the world are arguments here")


def check_layers(sources):
    """Each `#include "x.h"` of a room is its own header, or one of a room that it may know."""
    owners = {}
    for source in sources:
        if source.path.suffix == ".h" and room_of(source.path):
            owners.setdefault(source.path.name, set()).add(room_of(source.path))
    include = re.compile(r'^#include "([^"]+)"')
    for source in sources:
        room = room_of(source.path)
        for number, line in enumerate(source.lines, 1):
            match = include.match(line)
            if not match or room is None:
                continue
            rooms = owners.get(pathlib.Path(match.group(1)).name, set())
            if rooms and not rooms & {room, *LAYERS[room]}:
                yield (f"{source.path}:{number}: {match.group(1)} is of {', '.join(sorted(rooms))}, "
                       f"which {room} must not know")
            if rooms and room not in rooms and match.group(1).endswith("-private.h"):
                yield f"{source.path}:{number}: {match.group(1)} is private to its room"


def check_sleeps(sources):
    for source in sources:
        if source.path.parts[0] == "tests" and source.path.parts[1] != "bench":  # they measure time
            for number, word in source.grep(SLEEPS):
                if "not a wait" in source.lines[number - 1]:
                    continue  # a moment that the test chooses, as of a kill
                yield f"{source.path}:{number}: {word}…): tocsin_test_wait () is wanted"


def check_potfiles(sources, root):
    listed = {line for line in (root / "po/POTFILES").read_text().splitlines()
              if line and not line.startswith("#")}
    wanted = {str(s.path) for s in sources
              if s.path.parts[0] != "tests" and any(s.grep(TRANSLATED))}
    for path in sorted(wanted - listed):
        yield f"po/POTFILES: {path} has texts to translate and is not listed"
    for path in sorted(path for path in listed if not (root / path).exists()):
        yield f"po/POTFILES: {path} is not there"


def compile_alone(root, header, arguments):
    command = [*arguments, "-fsyntax-only", "-Wno-unused-function", "-Wno-pragma-once-outside-header",
               "-include", "config.h", "-x", "c", str(root / header)]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        reason = next((l for l in run.stderr.splitlines() if "error" in l), run.stderr.strip())
        yield f"{header}: does not compile alone: {reason}"


def check_headers(sources, root, build):
    """Compiles each header by itself, with the flags of a source beside it."""
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        entries = json.load(file)
    flags = {}
    for entry in entries:
        path = pathlib.Path(os.path.normpath(os.path.join(entry["directory"], entry["file"])))
        words = [w for w in shlex.split(entry["command"]) if w[:2] in ("-I", "-D", "-i", "-s")
                 and not w.startswith("-include")]
        words = [f"-I{os.path.normpath(os.path.join(entry['directory'], w[2:]))}"
                 if w.startswith("-I") else w for w in words]
        flags.setdefault(path.parent, words)
    jobs = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source in sources:
            words = flags.get(root / source.path.parent)
            if source.path.suffix == ".h" and words:
                jobs.append(pool.submit(
                    lambda s=source, w=words: list(compile_alone(root, s.path, ["cc", *w]))))
    for job in jobs:
        yield from job.result()


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    build = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "_build"
    sources = find_sources(root)
    rules = [
        ("/style/each-file-names-its-licence", lambda: check_licence(sources)),
        ("/style/log-domains-are-file-names", lambda: check_log_domains(sources)),
        ("/style/lines-are-laid-out", lambda: check_layout(sources)),
        ("/style/files-and-functions-are-short", lambda: check_sizes(sources)),
        ("/style/no-goto-and-no-notes", lambda: check_words(sources)),
        ("/style/pure-rooms-stay-pure", lambda: check_purity(sources)),
        ("/style/rooms-know-only-what-they-may", lambda: check_layers(sources)),
        ("/style/tests-do-not-sleep", lambda: check_sleeps(sources)),
        ("/style/each-translated-file-is-listed", lambda: check_potfiles(sources, root)),
        ("/style/headers-compile-alone", lambda: check_headers(sources, root, build)),
    ]
    bad = 0
    print(f"1..{len(rules)}")
    for number, (name, rule) in enumerate(rules, 1):
        if name.endswith("alone") and not (build / "compile_commands.json").exists():
            print(f"ok {number} {name} # SKIP there is no build in {build}")
            continue
        findings = list(rule())
        for finding in findings:
            print(f"# {finding}")
        print(f"{'not ok' if findings else 'ok'} {number} {name}")
        bad += bool(findings)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
