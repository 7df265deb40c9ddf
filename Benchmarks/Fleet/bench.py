"""How far one server goes: every figure beside a limit or a peer of the same run. `make bench-fleet` builds what it needs;
see docs/performance.md."""
import argparse
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import events
import herd
import memory
import orders
import syncs
from figures import Figures, machine
from server import Server

AGENT_PORT, OPERATOR_PORT = 23000, 23299


def benches(quick, runs):
    """In an order in which fleets only grow: a task is ordered for every device that ever joined."""
    large = 1_000 if quick else 10_000
    return {
        "tasks": lambda s, f: orders.tasks(s, f, [1, 1_000] if quick else [1, 1_000, 10_000], runs),
        "policy": lambda s, f: orders.policy(s, f, large),
        "ingest": lambda s, f: events.ingest(s, f, 200, 20_000 if quick else 200_000, runs),
        "latency": lambda s, f: events.latency(s, f, 100, 1_000, 10 if quick else 30),
        "syncs": lambda s, f: syncs.processor(s, f, 500 if quick else 1_000, runs, 10 if quick else 20),
        "wake": lambda s, f: syncs.wake(s, f, 50 if quick else 200),
        "memory": lambda s, f: memory.measure(
            s, f, [2_000] if quick else [1_000, 5_000, 19_000], memory.SHORT_REST if quick else memory.REST),
        "herd": lambda s, f: herd.reconnect(s, f, 1_000 if quick else 19_000),
        "wire": lambda s, f: syncs.wire(s, f, 3 if quick else 5),
        "growth": lambda s, f: memory.periodic(
            s, f, [1_000] if quick else [1_000, 10_000, 100_000], memory.SHORT_REST if quick else memory.REST),
    }


def main():
    names = list(benches(True, 1))
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, help="the checkout")
    parser.add_argument("--programs", required=True, help="folder of martlet, martlet-server, martlet-fleet and peers")
    parser.add_argument("--quick", action="store_true", help="smaller fleets, under 10 minutes")
    parser.add_argument("--runs", type=int, help="runs of which the median is taken; 5, or 3 with --quick")
    parser.add_argument("--only", help=f"some of {', '.join(names)}, with commas")
    parser.add_argument("--json", help="a file for the figures")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and stores")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else names
    for name in wanted:
        if name not in names:
            parser.error(f"--only: expected some of {', '.join(names)}, got {name}")
    directory = tempfile.mkdtemp(prefix="mt-bench-")
    figures, server, begun = Figures(), None, time.monotonic()
    print("machine: " + ", ".join(f"{key} {value}" for key, value in machine().items()), flush=True)
    try:
        server = Server(arguments.root, arguments.programs, directory, AGENT_PORT, OPERATOR_PORT)
        for name, bench in benches(arguments.quick, arguments.runs or (3 if arguments.quick else 5)).items():
            if name in wanted:
                print(f"{name}, after {time.monotonic() - begun:.0f} s", flush=True)
                bench(server, figures)
                # Each time: a run that is ended early keeps what it measured.
                if arguments.json:
                    figures.write(arguments.json)
        print(f"\n{figures.table()}\n\nin {(time.monotonic() - begun) / 60:.1f} minutes")
    finally:
        if server is not None:
            server.stop()
        if arguments.keep:
            print(f"kept: {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
