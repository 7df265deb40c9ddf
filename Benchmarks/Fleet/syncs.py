"""What a periodic synchronisation in which nothing changed costs: processor, bytes, and the time of a wake."""
import time

from figures import median, percentile
from fleet import Fleet
from peers import Echo, datagrams
from relay import Relay

RATIO = 1.25
# Bytes of a synchronisation, TLS included, and what the system this one is modelled on documents.
PERSISTENT, PERIODIC, DOCUMENTED = 450, 5 * 1024, 18.72 * 1024
# ms.
WAKE = (10, 50)


def interval(server, seconds):
    server.operator().call("PATCH", "/groups/root", {"spec": {"syncInterval": seconds}}, {"If-Match": "*"})


def processor(server, figures, devices, runs, seconds=20):
    """Devices that come every 5 s by themselves, beside full handshakes with a page each at the same pace."""
    server.restart()
    interval(server, "5s")
    fleet = Fleet(
        server, "syncs", devices,
        ["{wait: synchronised, atMost: 120s}", "{rest: 10s}"]
        + [step for _ in range(runs) for step in ("pause: begin", f"rest: {seconds}s", "pause: end")],
        held=False, arrive=5)
    costs, paces = [], []
    for _ in range(runs):
        fleet.until_pause()
        fleet.go_on()
        begun, busy = time.monotonic(), server.processor()
        steps = fleet.until_pause()
        count = steps["rest"]["status"]["synchronisations"]
        costs.append((server.processor() - busy) / count)
        paces.append(count / (time.monotonic() - begun))
        fleet.go_on()
    fleet.end()
    interval(server, "15m")
    pace = max(int(median(paces)), 1)
    echo = Echo(server, f"{fleet.directory}/devices/0/identity")
    try:
        echo.gets(pace * 2, pace)
        bare = []
        for _ in range(runs):
            busy = echo.processor()
            echo.gets(pace * 10, pace)
            bare.append((echo.processor() - busy) / (pace * 10))
    finally:
        echo.stop()
    cost, limit = median(costs), median(bare)
    figures.add(
        f"processor of a periodic synchronisation, {pace}/s", cost, "ms", aim=limit * RATIO, runs=runs,
        beside=f"bare handshake and page {limit:.2f} ms; ratio {cost / limit:.2f}")
    figures.add(
        "100,000 devices every 15 min, of one core", cost * 100_000 / 900_000, "", runs=runs)


def wire(server, figures, count=5):
    """One device through a relay that counts bytes, TLS included, TCP and IP headers not."""
    interval(server, "5s")
    for mode, aim in (("persistent", PERSISTENT), ("periodic", PERIODIC)):
        relay = Relay(server.agent_port)
        fleet = Fleet(
            server, f"wire-{mode}", 1, [f"rest: {5 * count + 12}s", "pause: end"], held=mode == "persistent",
            address=f"127.0.0.1:{relay.port}", directory=f"wire-{mode}")
        begun = time.monotonic()
        fleet.until_pause()
        # The first tell all there is to tell.
        bursts = [size for size in relay.bursts(begun)][2:]
        fleet.go_on()
        fleet.end()
        size = median(bursts)
        figures.add(
            f"bytes of a {mode} synchronisation, nothing changed", int(size), "B", aim=aim, runs=len(bursts),
            beside=f"{DOCUMENTED:,.0f} B documented for the model system: {size / DOCUMENTED:.1%}")
    interval(server, "15m")


def wake(server, figures, devices):
    """From an operator's order to a device that rests, to its synchronisation: a datagram, a handshake, an exchange."""
    fleet = Fleet(
        server, "wake", devices, ["{wait: synchronised, atMost: 120s}", "{rest: 6s}", "pause: woken"], held=False,
        wake=True, arrive=2)
    fleet.until_pause()
    operator = server.operator()
    times = []
    for number in range(devices):
        device = operator.call("GET", f"/devices/root-{number}")["metadata"]["uid"]
        begun = time.perf_counter()
        order = operator.call("POST", f"/devices/{device}/sync")
        revision = 0
        while True:
            state = operator.call(
                "GET", f"/devices/{device}/orders/{order['orderId']}?wait=20s&revision={revision}")
            if state["status"]["final"]:
                break
            revision = state["metadata"]["revision"]
        times.append((time.perf_counter() - begun) * 1e3)
    fleet.go_on()
    fleet.end()
    echo = Echo(server, f"{fleet.directory}/devices/0/identity")
    try:
        handshake = echo.gets(200, 50)
    finally:
        echo.stop()
    udp = datagrams()
    beside = (f"UDP round trip {udp[0]:.2f}/{udp[1]:.2f} ms and a handshake with a page"
              f" {handshake['p50']:.2f}/{handshake['p99']:.2f} ms (p50/p99)")
    figures.add("wake to completed synchronisation, p50", median(times), "ms", aim=WAKE[0], beside=beside, runs=len(times))
    figures.add("wake to completed synchronisation, p99", percentile(times, 0.99), "ms", aim=WAKE[1], runs=len(times))
