#!/usr/bin/env python3
"""Fails when a test was skipped that tests/may_skip.txt does not name.

usage: tests/skipped.py REPORT...   gtest JSON reports, and the text of a pytest run (*.log)
"""

import json
import pathlib
import re
import sys


def skipped_in(report):
    if report.suffix == ".log":
        return re.findall(r"^SKIPPED \[\d+\] ([^:]+):", report.read_text(errors="replace"), re.MULTILINE)
    suites = json.loads(report.read_text()).get("testsuites", [])
    return [f"{suite['name']}.{test['name']}" for suite in suites for test in suite["testsuite"] if test.get("result") == "SKIPPED"]


def main():
    allowed = {line.split()[0] for line in pathlib.Path(__file__).with_name("may_skip.txt").read_text().splitlines() if line and not line.startswith("#")}
    reports = [pathlib.Path(name) for name in sys.argv[1:]]
    if not reports:
        sys.exit("no test reports: nothing ran")
    skipped = sorted({name for report in reports for name in skipped_in(report)})
    unexpected = [name for name in skipped if name not in allowed]
    for name in unexpected:
        print(f"skipped, and tests/may_skip.txt gives no reason: {name}", file=sys.stderr)
    print(f"{len(reports)} reports, {len(skipped)} skipped tests, {len(unexpected)} of them must run")
    sys.exit(1 if unexpected else 0)


main()
