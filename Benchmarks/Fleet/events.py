"""Events: how many a second are stored and acknowledged, and how soon one is seen."""
import json
import time

from figures import median, percentile
from fleet import Fleet, aside
from peers import disk, raw_inserts

# Of what SQLite takes by its C interface in batches of 100.
SHARE = 0.5
LATENCY = (5, 25)


def ingest(server, figures, devices, count, runs):
    server.restart()
    steps = ["{wait: connected, atMost: 120s}"]
    for _ in range(runs):
        steps += ["pause: quiet", f"emit: {{count: {count}, bytes: 100}}", "{wait: drained, atMost: 600s}"]
    fleet = Fleet(server, "ingest", devices, steps + ["pause: end"])
    fleet.until_pause()
    paces, busies = [], []
    for _ in range(runs):
        fleet.go_on()
        begun, busy = time.monotonic(), server.processor()
        fleet.until_pause()
        paces.append(count / (time.monotonic() - begun))
        busies.append((server.processor() - busy) * 1e3 / count)
    fleet.go_on()
    fleet.end()
    raw = median([raw_inserts(server, count, 100, 138) for _ in range(runs)])
    figures.add(
        "events stored and acknowledged over TLS", int(median(paces)), "/s", aim=raw * SHARE, at_least=True, runs=runs,
        beside=f"raw C SQLite, batches of 100: {raw:,.0f}/s; ratio {median(paces) / raw:.2f}; Zabbix 40,000/s (not durable);"
        f" {median(busies):.0f} µs of the server's processor an event; the devices share the machine")


def latency(server, figures, devices, pace, seconds):
    """From a device's emission to an operator's stream, at a steady pace."""
    server.restart()
    fleet = Fleet(
        server, "latency", devices,
        ["{wait: connected, atMost: 120s}", "{rest: 3s}", "pause: ready",
         f"emit: {{count: {pace * seconds}, perSecond: {pace}, bytes: 60}}", "{wait: drained, atMost: 60s}",
         "pause: end"])
    fleet.until_pause()
    operator = server.operator()

    def listen():
        times = []
        for line in operator.stream(f"/events/stream?type=fleet.event&for={seconds + 10}s"):
            now = time.time() * 1e6
            if line.startswith(b"data:"):
                event = json.loads(line[5:])
                times.append((now - event["spec"]["data"]["at"]) / 1e3)
                if len(times) == pace * seconds:
                    break
        return times
    finish = aside(listen)
    time.sleep(1)
    fleet.go_on()
    fleet.until_pause()
    times = finish()
    fleet.go_on()
    fleet.end()
    sync = disk(server)
    beside = f"fdatasync {sync[0]:.2f}/{sync[1]:.2f} ms (p50/p99)"
    name = f"event emitted to seen over SSE, {pace:,}/s"
    figures.add(f"{name}, p50", median(times), "ms", aim=LATENCY[0], runs=len(times), beside=beside)
    figures.add(f"{name}, p99", percentile(times, 0.99), "ms", aim=LATENCY[1], runs=len(times))
