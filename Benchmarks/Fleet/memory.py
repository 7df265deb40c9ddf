"""What an idle persistent device costs the server's memory, beside a bare echo and nginx."""
import time

from fleet import Fleet
from peers import Echo, Nginx, Sockets

# KiB: what a device may cost after a message of 4 KB each.
AFTER_MESSAGE = 45
# Of the bare echo.
RATIO = 1.1
# Of what a server without devices has, after they all went.
FALL = 1.1


def settle(seconds=5):
    """What was freed a moment ago is given back by then."""
    time.sleep(seconds)


def measure(server, figures, sizes, nginx=True):
    per_device = {}
    for size in sizes:
        server.restart()
        before = server.resident()
        fleet = Fleet(
            server, f"memory-{size}", size,
            ["{wait: connected, atMost: 600s}", "{rest: 30s}", "pause: idle",
             f"emit: {{count: {size}, bytes: 4000}}", "{wait: drained, atMost: 300s}", "{rest: 30s}", "pause: spoken"])
        started = time.monotonic()
        busy = server.processor()
        fleet.until_pause()
        idle = server.resident() - before
        busy, passed = server.processor() - busy, time.monotonic() - started
        rest = server.processor()
        time.sleep(10)
        rest = (server.processor() - rest) / 10 * 60
        fleet.go_on()
        fleet.until_pause()
        spoken = server.resident() - before
        fleet.go_on()
        fleet.end()
        settle(40)
        after = server.resident()
        echo = beside_echo(server, fleet, size)
        per_device[size] = idle / size
        figures.add(
            f"memory per idle persistent device, {size:,}", idle / size, "KiB", aim=echo[0] * RATIO,
            beside=f"bare echo {echo[0]:.1f} KiB; ratio {idle / size / echo[0]:.2f}")
        figures.add(
            f"the same after a 4 KB message each, {size:,}", spoken / size, "KiB", aim=AFTER_MESSAGE,
            beside=f"bare echo {echo[1]:.1f} KiB")
        figures.add(
            f"after {size:,} went, of the empty server", after / before, "", aim=FALL,
            beside=f"{after >> 10} of {before >> 10} MiB")
        figures.add(
            f"processor of {size:,} idle persistent devices", rest / size, "ms/min each",
            beside=f"joining and connecting took {busy / size:.2f} ms each in {passed:.0f} s")
        if nginx:
            figures.add(f"nginx with mutual TLS, {size:,}", beside_nginx(server, fleet, size), "KiB")
    return per_device


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
