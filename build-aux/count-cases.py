#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""Counts the cases that the last `meson test` ran, names those that failed with the end of their
program's output, and closes with "N passed, N failed".

What counts is a test program's own case (TAP), not the program. A program that crashed, hung or
broke off without a failing case to show for it is one failure; a run without any case is too."""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

OUTPUT_LINES = 40


def read_cases(path):
    """The outcome of each case: {program: [(case, "passed" | "failed" | "skipped")]}."""
    cases = {}
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            # "tocsin.tocsin:unit / gate"; "tocsin" alone where a program has no case of its own,
            # which its exit status speaks for.
            classname = case.get("classname")
            program = classname if "." in classname else case.get("name")
            if case.find("failure") is not None or case.find("error") is not None:
                outcome = "failed"
            elif case.find("skipped") is not None:
                outcome = "skipped"
            else:
                outcome = "passed"
            cases.setdefault(program.split(" / ")[-1], []).append((case.get("name"), outcome))
    return cases


def read_programs(path):
    """What became of each program: {name: {"result", "stdout", "stderr"}}."""
    with open(path, encoding="utf-8", errors="replace") as log:
        entries = [json.loads(line) for line in log if line.strip()]
    return {entry["name"].split(" / ")[-1]: entry for entry in entries}


def print_output(entry):
    for name in ("stdout", "stderr"):
        lines = (entry.get(name) or "").splitlines()
        for line in lines[-OUTPUT_LINES:]:
            print(f"    {line}")


def count(folder):
    cases = read_cases(folder / "testlog.junit.xml")
    programs = read_programs(folder / "testlog.json")
    totals = {"passed": 0, "failed": 0, "skipped": 0}

    for name, entry in programs.items():
        outcomes = cases.get(name, [])
        for _, outcome in outcomes:
            totals[outcome] += 1
        failing = [case for case, outcome in outcomes if outcome == "failed"]
        for case in failing:
            print(f"FAILED {name}: {case}")
        if not failing and entry["result"] not in ("OK", "EXPECTEDFAIL", "SKIP"):
            totals["failed"] += 1
            failing = [name]
            print(f"FAILED {name}: the program ended badly ({entry['result']})")
        if failing:
            print_output(entry)
    return totals


def main():
    try:
        totals = count(pathlib.Path(sys.argv[1]))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        print(f"There is no readable log of the tests: {error}")
        totals = {"passed": 0, "failed": 1, "skipped": 0}
    if sum(totals.values()) == 0:
        print("No case ran at all.")
        totals["failed"] = 1
    skipped = f", {totals['skipped']} skipped" if totals["skipped"] else ""
    print(f"{totals['passed']} passed, {totals['failed']} failed{skipped}")
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
