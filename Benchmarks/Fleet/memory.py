"""What an idle persistent device costs the server's memory, beside a bare echo and nginx."""
import time

from fleet import Fleet, join, joined
from peers import Echo, Nginx, Sockets
from syncs import interval

# KiB: what a device may cost after a message of 4 KB each.
AFTER_MESSAGE = 45
# Of the bare echo.
RATIO = 1.1
# Of what a server without devices has, after they all went.
FALL = 1.1
# Seconds of rest before memory is looked at: a server gives back what it needs no more once a minute at most (MemoryReturn). Less
# where there is little time: then it may not have done so yet.
REST, SHORT_REST = 75, 20


def settle(seconds=5):
    """What was freed a moment ago is given back by then."""
    time.sleep(seconds)


def empty(server, rest):
    """What a server without devices has once it gave back what it took to begin."""
    server.restart()
    settle(rest)
    return server.resident(), server.mapped()


def grown(before, after):
    """What became larger by a tenth of a MiB or more, in words."""
    changes = sorted(((after[name] - before.get(name, 0), name) for name in after), reverse=True)
    return ", ".join(f"{name} +{change / 1024:.1f}" for change, name in changes if change >= 103)


def measure(server, figures, sizes, rest):
    for size in sizes:
        joining = join(server, size)
        before, parts = empty(server, rest)
        fleet = Fleet(
            server, f"memory-{size}", size,
            ["{wait: connected, atMost: 600s}", f"rest: {rest}s", "pause: idle", f"emit: {{count: {size}, bytes: 4000}}",
             "{wait: drained, atMost: 300s}", f"rest: {rest}s", "pause: spoken"])
        fleet.until_pause()
        idle = server.resident() - before
        busy = server.processor()
        time.sleep(10)
        busy = (server.processor() - busy) / 10 * 60
        fleet.go_on()
        fleet.until_pause()
        spoken = server.resident() - before
        fleet.go_on()
        fleet.end()
        settle(rest)
        after, growth = server.resident(), grown(parts, server.mapped())
        echo = beside_echo(server, fleet, size)
        figures.add(
            f"memory per idle persistent device, {size:,}", idle / size, "KiB", aim=echo[0] * RATIO,
            beside=f"bare echo {echo[0]:.1f} KiB; ratio {idle / size / echo[0]:.2f}")
        figures.add(f"bare echo, {size:,}", echo[0], "KiB")
        figures.add(
            f"the same after a 4 KB message each, {size:,}", spoken / size, "KiB", aim=AFTER_MESSAGE,
            beside=f"bare echo {echo[1]:.1f} KiB")
        figures.add(
            f"after {size:,} went, of the empty server", after / before, "", aim=FALL,
            beside=f"{after >> 10} of {before >> 10} MiB: {growth}")
        figures.add(f"processor of idle persistent devices, {size:,}", busy / size, "ms/min each")
        if joining:
            figures.add(
                f"processor of a device that joins, up to {size:,}", joining[0], "ms",
                beside=f"{joining[1]:.0f} a second: enrolment, certificate, first exchange, session; "
                f"{joining[2]:,} that had joined connected meanwhile")
        figures.add(f"nginx with mutual TLS, {size:,}", beside_nginx(server, fleet, size), "KiB")


def beside_echo(server, fleet, size):
    """KiB of a connection: idle, and after a message of 4 KB each."""
    echo = Echo(server, f"{fleet.directory}/devices/0/identity")
    try:
        before = echo.resident()
        sockets = Sockets(echo, size)
        settle()
        idle = (echo.resident() - before) / size
        sockets.exchange()
        settle()
        spoken = (echo.resident() - before) / size
        sockets.close()
        return idle, spoken
    finally:
        echo.stop()


def beside_nginx(server, fleet, size):
    nginx = Nginx(server, f"{fleet.directory}/devices/0/identity")
    try:
        before = nginx.resident()
        sockets = Sockets(nginx, size, pages=True)
        settle()
        held = (nginx.resident() - before) / size
        sockets.close()
        return held
    finally:
        nginx.stop()


# By devices: how often they come, so that some hundred come a second where there are that many. Seconds.
INTERVALS = {1_000: 30, 10_000: 60, 100_000: 600}
# Seconds that are measured at most.
MEASURED = 180


def periodic(server, figures, sizes, rest):
    """Devices that come by themselves and hold nothing between: what the server keeps of each, and the work of a synchronisation."""
    for size in sizes:
        before, _ = empty(server, rest)
        interval(server, f"{INTERVALS[size]}s")
        there = joined(server, "root")
        seconds = min(INTERVALS[size], MEASURED)
        fleet = Fleet(
            server, f"growth-{size}", size,
            ["{wait: synchronised, atMost: 3600s}", "{rest: 30s}", "pause: joined", f"rest: {seconds}s", "pause: end"],
            held=False, arrive=max(5, size // 250))
        fleet.until_pause()
        settle(15)
        held = server.resident() - before
        fleet.go_on()
        busy = server.processor()
        count = fleet.until_pause()["rest"]["status"]["synchronisations"]
        busy = server.processor() - busy
        fleet.go_on()
        fleet.end()
        interval(server, "15m")
        figures.add(f"memory per periodic device, {size:,}", held / size, "KiB", beside=f"{max(0, size - there):,} of them joined this server")
        figures.add(f"processor of a periodic synchronisation, {size:,}", busy / count, "ms",
                    beside=f"{count:,} in {seconds} s")
