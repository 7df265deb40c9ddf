"""What every peer prints: one JSON object a line, for the test that started it."""

import json
import signal
import sys
import threading


def say(what, **facts):
    print(json.dumps({"said": what, **facts}), flush=True)


def told_to_end():
    """An event that SIGTERM sets. The test's process may have handed down a mask in which the signal is blocked."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return told


def fail(reason):
    say("failed", reason=reason)
    sys.exit(1)
