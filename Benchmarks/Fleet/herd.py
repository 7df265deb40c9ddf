"""A server is killed and started: its devices come back over the announced window, and no faster than they are admitted."""
import time

from fleet import Fleet, join

# Connections a second that the server is set to admit (agents.connectionsPerSecond): what is left of a pair of cores when the
# returning devices have as much to do on them as the server has. And the least window that it announces.
ADMITTED, WINDOW = 125, 30


def announced(size):
    """Seconds: in doublings, so that the fleet takes four fifths of the pace at most, within 37 fortieths (ReconnectSlots.swift)."""
    window = WINDOW
    while window < min(size / (ADMITTED * 0.8 * 37 / 40), 300):
        window *= 2
    return min(window, 300)


def reconnect(server, figures, size):
    join(server, size)
    server.configure(f", connectionsPerSecond: {ADMITTED}")
    server.restart()
    fleet = Fleet(
        server, f"herd-{size}", size,
        ["{wait: connected, atMost: 900s}", "{rest: 5s}", "pause: ready", "{wait: reconnected, atMost: 900s}",
         "pause: back"], arrive=int(size / (ADMITTED * 0.8)))
    fleet.until_pause()
    fleet.go_on()
    server.kill()
    server.start()
    step = fleet.step("wait: reconnected")
    busy = server.processor()
    fleet.until_pause()
    fleet.go_on()
    fleet.end()
    server.configure()
    window = announced(size)
    times, status = step["times"], step["status"]
    figures.add(
        f"{size:,} devices back after the server was killed", times["most"] / 1e3, "s", aim=window,
        beside=f"p50 {times['p50'] / 1e3:.0f} s; the announced window {window:.0f} s")
    figures.add(f"processor of a reconnection, {size:,}", busy / size, "ms", beside="first exchange and session included")
    figures.add("the most that came in one second", times["busiestSecond"], "/s", aim=ADMITTED)
    figures.add("devices that failed more than once", status["failedTwice"], "", aim=0,
                beside=f"{status['failures']} failed attempts")
