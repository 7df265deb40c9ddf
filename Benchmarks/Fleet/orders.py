"""How soon an operator's wish is done: a task on one device and on thousands, a policy on all of them."""
import time

from figures import median, percentile
from fleet import Fleet, aside

# Seconds from the order to the last result, by devices.
AIMS = {1: 0.005, 1_000: 1.0, 10_000: 5.0}
# Salt's test.ping through its API, measured before: ms for one minion, for five.
SALT = "Salt's test.ping through its API: 116 ms for one minion, 262 ms for five"
POLICY = 5.0
# Of a run and a launch of which there is no news yet.
NEW = 1
# ms of an order to another device meanwhile, p99.
MEANWHILE = 100
# Seconds from one of these orders to the next: one after the other without a pause they would take the policy's processors.
SPACING = 0.02


def run_one(operator, device):
    """Seconds from the order to the result, at the operator's end."""
    begun = time.perf_counter()
    run = operator.call("POST", "/tasks/answer/runs", {"devices": [device]})["runs"][0]["runId"]
    revision = NEW
    while True:
        state = operator.call("GET", f"/runs/{run}?wait=20s&revision={revision}")
        if state["status"]["final"]:
            return time.perf_counter() - begun
        revision = state["metadata"]["revision"]


def run_all(operator):
    begun = time.perf_counter()
    launch = operator.call("POST", "/tasks/answer/runs", {})["launchId"]
    revision = NEW
    while True:
        state = operator.call("GET", f"/launches/{launch}?wait=20s&revision={revision}")
        if state["status"]["final"]:
            return time.perf_counter() - begun
        revision = state["metadata"]["revision"]


def tasks(server, figures, sizes, runs):
    for size in sizes:
        server.restart()
        fleet = Fleet(
            server, f"tasks-{size}", size, ["{wait: connected, atMost: 600s}", "{rest: 5s}", "pause: ready"])
        fleet.until_pause()
        operator = server.operator()
        if size == 1:
            device = operator.call("GET", "/devices/held-0")["metadata"]["uid"]
            run_one(operator, device)
            times = [run_one(operator, device) for _ in range(runs * 20)]
            figures.add("task order to result, 1 device", median(times) * 1e3, "ms", aim=AIMS[1] * 1e3,
                        beside=f"p99 {percentile(times, 0.99) * 1e3:.1f} ms; {SALT}", runs=len(times))
        else:
            count = 1 if size >= 10_000 else runs
            times = [run_all(operator) for _ in range(count)]
            figures.add(f"task order to the last result, {size:,} devices", median(times), "s", aim=AIMS.get(size),
                        runs=count)
        fleet.go_on()
        fleet.end()


def policy(server, figures, size):
    """A change at the root until every connected device has applied it; another device is given orders meanwhile. That one
    is a process of its own: what it waits for is the server, not the other devices that share a process here."""
    server.restart()
    fleet = Fleet(
        server, f"policy-{size}", size,
        ["{wait: connected, atMost: 600s}", "{rest: 5s}", "pause: ready", "{wait: applied, atMost: 300s}", "pause: done"])
    fleet.until_pause()
    other = Fleet(
        server, f"policy-{size}-other", 1, ["{wait: connected, atMost: 60s}", "{rest: 2s}", "pause: ready"],
        directory="other")
    other.until_pause()
    operator = server.operator()
    device = operator.call("GET", "/devices/other-0")["metadata"]["uid"]
    quiet = [run_one(operator, device) for _ in range(20)]
    fleet.go_on()
    going = [True]

    def orders():
        times, another = [], server.operator()
        while going[0]:
            begun = time.monotonic()
            times.append(run_one(another, device))
            time.sleep(max(0, SPACING - (time.monotonic() - begun)))
        return times
    finish = aside(orders)
    busy = server.processor()
    operator.call(
        "PATCH", f"/policies/bench?confirmDevices=1000000",
        {"spec": {"settings": {"greeting": f"changed {time.time()}"}}}, {"If-Match": "*"})
    step = fleet.step("wait: applied")
    busy = (server.processor() - busy) / 1e3
    going[0] = False
    times = finish()
    fleet.until_pause()
    for one in (fleet, other):
        one.go_on()
        one.end()
    figures.add(
        f"policy change at the root to applied, {size:,} devices", step["times"]["most"] / 1e3, "s", aim=POLICY,
        beside=f"p50 {step['times']['p50'] / 1e3:.2f} s; server's processor {busy:.1f} s")
    figures.add(
        "an order to a device meanwhile, p99", percentile(times, 0.99) * 1e3, "ms", aim=MEANWHILE, runs=len(times),
        beside=f"p50 {median(times) * 1e3:.0f} ms; without the change p50 {median(quiet) * 1e3:.0f} ms")
