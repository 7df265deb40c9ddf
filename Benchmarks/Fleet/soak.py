"""Whether a server's memory stays flat: persistent and periodic devices for a long time, events and orders meanwhile.
`make soak` runs it; exits with 1 where the memory grew."""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from figures import machine, median
from fleet import Fleet
from orders import run_one
from server import Server

AGENT_PORT, OPERATOR_PORT = 23600, 23899
# Of the median of the two minutes after the first third: what the last third may be at most.
GROWTH = 1.05
# Events a second, of all persistent devices together; seconds between two orders to one device, and between two looks.
EVENTS, ORDER, LOOK = 10, 30, 10


def watch(server, operator, device, seconds, tell):
    """[(seconds since the beginning, resident KiB, processor ms)], while orders are given."""
    begun, looks, orders = time.monotonic(), [], []
    while (passed := time.monotonic() - begun) < seconds:
        if passed // ORDER >= len(orders):
            orders.append(run_one(operator, device) * 1e3)
        looks.append((passed, server.resident(), server.processor()))
        if len(looks) % 6 == 1:
            tell(f"{passed / 60:5.1f} min  {looks[-1][1] / 1024:8.1f} MiB")
        time.sleep(max(0, LOOK - (time.monotonic() - begun - passed)))
    return looks, orders


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, help="the checkout")
    parser.add_argument("--programs", required=True, help="folder of martlet, martlet-server and martlet-fleet")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--devices", type=int, default=5_000, help="of each kind")
    parser.add_argument("--json", help="a file for what was seen")
    arguments = parser.parse_args()
    seconds, size = arguments.minutes * 60, arguments.devices
    directory = tempfile.mkdtemp(prefix="mt-soak-")
    server = None
    try:
        server = Server(arguments.root, arguments.programs, directory, AGENT_PORT, OPERATOR_PORT)
        empty = server.resident()
        held = Fleet(
            server, "held", size,
            ["{wait: connected, atMost: 900s}", "{rest: 30s}", "pause: ready",
             f"emit: {{count: {int(seconds) * EVENTS}, perSecond: {EVENTS}, bytes: 100}}", "{rest: 30s}", "pause: end"])
        periodic = Fleet(
            server, "periodic", size, ["{wait: synchronised, atMost: 900s}", "{rest: 30s}", "pause: ready",
                                       f"rest: {int(seconds)}s", "pause: end"], held=False)
        for fleet in (held, periodic):
            fleet.until_pause()
        operator = server.operator()
        device = operator.call("GET", "/devices/held-0")["metadata"]["uid"]
        for fleet in (held, periodic):
            fleet.go_on()
        print(f"{size:,} persistent and {size:,} periodic devices, {EVENTS} events a second, an order every {ORDER} s; "
              f"the empty server {empty / 1024:.1f} MiB", flush=True)
        looks, orders = watch(server, operator, device, seconds, lambda line: print(line, flush=True))
        for fleet in (held, periodic):
            fleet.until_pause()
            fleet.go_on()
            fleet.end()
        third = seconds / 3
        early = median([size for at, size, _ in looks if third <= at < third + min(120, third)])
        late = [size for at, size, _ in looks if at >= 2 * third]
        growth = median(late) / early
        busy = (looks[-1][2] - looks[0][2]) / (looks[-1][0] - looks[0][0]) / 1e3
        print(f"after the first third {early / 1024:.1f} MiB; in the last third {median(late) / 1024:.1f} MiB, "
              f"{max(late) / 1024:.1f} at most: {growth:.3f} times (at most {GROWTH}); {busy:.1%} of one core; "
              f"orders p50 {median(orders):.0f} ms, {max(orders):.0f} at most", flush=True)
        if arguments.json:
            with open(arguments.json, "w") as file:
                json.dump({"machine": machine(), "empty": empty, "growth": growth, "looks": looks, "orders": orders}, file)
        return 0 if growth <= GROWTH else 1
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
