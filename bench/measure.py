"""Runs a side of a comparison as a process of its own: time, peak memory and answer."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2
HERE = Path(__file__).resolve().parent


def child(command, **env):
    """Seconds, seconds of processors, peak memory in MiB and output of a process; all bytes it asked the system for, as `read`."""
    env = {**os.environ, "GUANXI_ENGINE__THREADS": str(THREADS), **env}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    out, err = process.stdout.read(), process.stderr.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.perf_counter() - start
    try:
        counts = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
    except OSError:
        counts = {}
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))[:200]}\nended with {process.returncode}:\n{err}{out}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "mib": usage.ru_maxrss / 1024, "out": out, "read": int(counts.get("rchar", 0))}


def duckdb(statements, database=":memory:", ask=()):
    """Seconds of the statements in a DuckDB process of its own (its start is not counted), its peak memory, and the rows of `ask`."""
    script = """
import duckdb, json, sys, time
task = json.load(sys.stdin)
db = duckdb.connect(task["database"], config=task["config"])
db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
parts = []
start = time.perf_counter()
for statement in task["statements"]:
    begin = time.perf_counter()
    db.execute(statement)
    parts.append(time.perf_counter() - begin)
seconds = time.perf_counter() - start
answers = [[[str(v) for v in row] for row in db.execute(q).fetchall()] for q in task["ask"]]
print(json.dumps({"seconds": seconds, "parts": parts, "answers": answers}))
"""
    config = {"threads": THREADS}
    # On a machine that does other work as well the peer must not take all memory: it then spills to disk.
    if limit := os.environ.get("BENCH_DUCKDB_MEMORY"):
        config["memory_limit"] = limit
    task = {"database": str(database), "config": config, "statements": statements, "ask": list(ask)}
    file = Path(str(database) + ".task.json") if database != ":memory:" else Path(f"/tmp/guanxi-bench-{os.getpid()}.json")
    file.write_text(json.dumps(task))
    try:
        run = child(["sh", "-c", 'exec "$0" -c "$1" < "$2"', sys.executable, script, file])
    finally:
        file.unlink()
    return {**run, **json.loads(run["out"])}


def alternate(rounds, ours, theirs):
    """Both sides in turn; the runs of each."""
    runs = ([], [])
    for number in range(rounds):
        # Who goes first changes, so that neither always finds the caches filled by the other.
        for side in ((0, 1), (1, 0))[number % 2]:
            runs[side].append((ours, theirs)[side]())
    return runs


def median(runs, key="seconds"):
    return statistics.median(run[key] for run in runs)


def spread(runs):
    """The seconds of all runs, then those of processors: on a machine with other work these vary less."""
    return " ".join(f"{run['seconds']:.2f}" for run in runs) + f" s ({median(runs, 'cpu'):.2f} s of processors)"


def line(text=""):
    print(text, flush=True)


def verdict(what, value, text, good):
    line(f"  {'met  ' if good else 'MISSED'} {what}: {value} ({text})")
