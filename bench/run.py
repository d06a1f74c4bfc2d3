#!/usr/bin/env python3
"""Benchmarks beside the tools a user would pick instead.

Every comparison runs in interleaved rounds on the same data in one run; each timed step ends with a syncfs that counts. Reported are medians
of wall seconds, CPU seconds, peak memory and stored size, and the ratio of wall medians. Only the ratios carry over to another
machine or another day.

usage: bench/run.py [local] [--rounds N] [--scale S] [--work DIR]
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / "build/release/bin"


def syncfs(path):
    subprocess.run(["sync", "-f", str(path)], check=True)


def measure(command, target):
    """Runs a shell command; wall seconds with the sync, CPU seconds of it and its children, peak MiB of the largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    pid = os.posix_spawn("/bin/bash", ["bash", "-c", "set -o pipefail; " + command], os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {command}")
    syncfs(target)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "peak_mib": usage.ru_maxrss / 1024}


def size_of(directory):
    return sum(file.stat().st_size for file in pathlib.Path(directory).rglob("*") if file.is_file())


def compare(title, contenders, target, rounds):
    """contenders: {name: command with {out}}. The first is ours."""
    results = {name: [] for name in contenders}
    sizes = {}
    for round_number in range(rounds + 1):
        for name, command in contenders.items():
            out = target / "out"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            syncfs(target)
            figures = measure(command.format(out=out), target)
            if round_number > 0:  # the first round pays for cold caches
                results[name].append(figures)
            sizes[name] = size_of(out)
    shutil.rmtree(target / "out", ignore_errors=True)
    table = {name: {key: statistics.median(f[key] for f in runs) for key in runs[0]} | {"size": sizes[name]} for name, runs in results.items()}
    ours = next(iter(table))
    print(f"\n{title}")
    print(f"  {'':28} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9} {'size MiB':>9} {'ours is':>9}")
    for name, row in table.items():
        ratio = row["wall"] / table[ours]["wall"]
        print(f"  {name:28} {row['wall']:8.2f} {row['cpu']:8.2f} {row['peak_mib']:9.0f} {row['size'] / 2**20:9.1f} {ratio:8.2f}x")
    return {"title": title, "rounds": rounds, "results": table}


def dataset(kind, directory, scale):
    if not directory.exists():
        subprocess.run([BIN / "strata-dataset", kind, directory, "--scale", str(scale)], check=True)
    return directory


def local(work, rounds, scale):
    found = []
    for kind in ("world", "source"):
        data = dataset(kind, work / f"{kind}-{scale}", scale)
        found.append(
            compare(
                f"tar_gz backup of `{kind}` (scale {scale})",
                {
                    "strata tar_gz good_compression": f"{BIN}/strata-bench-local create {data} {{out}} tar_gz good_compression 2",
                    "tar | pigz -6 -p2": f"tar -C {data} -cf - . | pigz -6 -p2 > {{out}}/a.tar.gz",
                    "strata tar_gz best_speed": f"{BIN}/strata-bench-local create {data} {{out}} tar_gz best_speed 2",
                    "tar | pigz -1 -p2": f"tar -C {data} -cf - . | pigz -1 -p2 > {{out}}/a.tar.gz",
                },
                work,
                rounds,
            )
        )
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=["local", []], default=["local"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--work", type=pathlib.Path, default=None)
    options = parser.parse_args()
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="strata-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    results = []
    for name in options.names:
        results += {"local": local}[name](work, options.rounds, options.scale)
    out = ROOT / "build/bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps(results, indent=2))
    print(f"\nwritten to {out / 'results.json'}")
    if options.work is None:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
