"""Peers that misbehave, many at once, all of one kind. Says how each was ended: by whom, with what answer, and after how
many seconds at most.

Arguments: port, kind, how many, root certificate, certificate chain, key (the last two for kinds that authenticate).
They come from 127.0.0.66, so that a bound on one address is not a bound on everybody.
"""

import functools
import gzip
import select
import socket
import ssl
import sys
import threading
import time
from collections import Counter

from opentelemetry._opamp.proto import opamp_pb2

from outcome import say

PORT, KIND, COUNT, ROOT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
PATIENCE = 90
SLOW = 1.0
# Bytes that are some 12 KiB when they are compressed: as many may come.
ANONYMOUS_BOMB = 12 << 20
HEAD = b"POST /v1/opamp HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n"


def context(authenticated):
    made = ssl.create_default_context(cafile=ROOT)
    made.check_hostname = False
    if authenticated:
        made.load_cert_chain(sys.argv[5], sys.argv[6])
    return made


ANONYMOUS = context(False)
DEVICE = context(True) if len(sys.argv) > 6 else None


def tcp():
    made = socket.socket()
    made.bind(("127.0.0.66", 0))
    made.settimeout(PATIENCE)
    made.connect(("127.0.0.1", PORT))
    return made


def tls(authenticated=False):
    return (DEVICE if authenticated else ANONYMOUS).wrap_socket(tcp(), server_hostname="127.0.0.1")


def ended(peer):
    """Waits until the other side has ended it; the answer's first line, if there was one."""
    answer = b""
    try:
        while True:
            data = peer.recv(65536)
            if not data:
                break
            answer += data
    except TimeoutError:
        return "still open"
    except OSError:
        pass
    line = answer.split(b"\r\n")[0].decode(errors="replace")
    return line if line.startswith("HTTP/") else "closed"


def drip(peer, data):
    """One byte a second, until the other side has had enough."""
    try:
        for byte in data:
            peer.send(bytes([byte]))
            if select.select([peer], [], [], SLOW)[0]:
                break
    except OSError:
        pass
    return ended(peer)


def pour(peer, pieces):
    """As fast as it is taken."""
    try:
        for piece in pieces:
            peer.sendall(piece)
    except OSError:
        pass
    return ended(peer)


def client_hello():
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    half = ANONYMOUS.wrap_bio(into, out, server_hostname="127.0.0.1")
    try:
        half.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


@functools.cache
def zeros(size):
    """A gzip of many zeros."""
    return gzip.compress(bytes(size), 9)


def body(data, *headers):
    return HEAD + b"".join(h + b"\r\n" for h in headers) + b"content-length: %d\r\n\r\n" % len(data) + data


def truncated(authenticated):
    peer = tls(authenticated)
    peer.sendall(HEAD + b"content-length: 60000\r\n\r\n" + bytes(30000))
    peer.shutdown(socket.SHUT_RDWR)
    return "gone by itself"


def message(number, full=False, **more):
    made = opamp_pb2.AgentToServer(instance_uid=bytes(16), sequence_num=number, capabilities=1, **more)
    if full:
        made.agent_description.identifying_attributes.add(key="service.name").value.string_value = "x"
    return made


def out_of_order():
    """Numbers that jump and go back: each is answered, and full state is asked for."""
    peer = tls(True)
    asked = 0
    for number in (7, 3, 9000000000, 0, 5, 2**64 - 1, 1):
        peer.sendall(body(message(number).SerializeToString()))
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += peer.recv(65536)
        head, rest = answer.split(b"\r\n\r\n", 1)
        length = int(dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])[b"content-length"])
        while len(rest) < length:
            rest += peer.recv(65536)
        asked += opamp_pb2.ServerToAgent.FromString(rest).flags & 1
    peer.close()
    return f"answered, {asked} of 7 asked for full state"


def web_socket(*frames):
    peer = tls(True)
    peer.sendall(
        b"GET /v1/opamp HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n")
    head = peer.recv(65536)
    if b" 101 " not in head:
        return head.split(b"\r\n")[0].decode()
    pour(peer, frames)
    return "ended"


def frame(first, data, length=None):
    """A masked frame, with zeros for a mask."""
    length = len(data) if length is None else length
    return bytes([first, 0xFF]) + length.to_bytes(8, "big") + bytes(4) + data


KINDS = {
    # Nobody knows who they are.
    "half-open": lambda: ended(tcp()),
    "slow-handshake": lambda: drip(tcp(), client_hello()),
    "no-tls": lambda: pour(tcp(), [b"GET / HTTP/1.1\r\n\r\n" * 100]),
    "silent-after-handshake": lambda: ended(tls()),
    "slow-head": lambda: drip(tls(), HEAD * 10),
    "slow-body": lambda: slow_body(),
    "one-record": lambda: one_record(),
    "crumbs": lambda: pour(tls(), [bytes([byte]) for byte in HEAD + b"x: " + b"a" * 3000]),
    "truncated": lambda: truncated(False),
    "oversized": lambda: pour(tls(), [HEAD + b"content-length: 8388608\r\n\r\n"] + [bytes(65536)] * 128),
    "endless-chunks": lambda: pour(
        tls(), [HEAD + b"transfer-encoding: chunked\r\n\r\n"] + [b"10000\r\n" + bytes(65536) + b"\r\n"] * 128),
    "endless-head": lambda: pour(tls(), [HEAD] + [b"x-%d: %s\r\n" % (i, b"a" * 1000) for i in range(4096)]),
    "one-endless-header": lambda: pour(tls(), [HEAD + b"x: "] + [b"a" * 65536] * 64),
    "bomb": lambda: pour(tls(), [body(zeros(ANONYMOUS_BOMB), b"content-encoding: gzip")]),
    # Devices.
    "device-bomb": lambda: pour(tls(True), [body(zeros(256 << 20), b"content-encoding: gzip")]),
    "device-oversized": lambda: pour(
        tls(True), [HEAD + b"content-length: 33554432\r\n\r\n"] + [bytes(65536)] * 512),
    "device-truncated": lambda: truncated(True),
    "device-out-of-order": out_of_order,
    "device-nonsense": lambda: pour(tls(True), [body(b"\xff" * 5000, b"connection: close")]),
    "socket-too-large": lambda: web_socket(frame(0x82, b"", 1 << 40)),
    "socket-continuation-first": lambda: web_socket(frame(0x80, b"\0abc")),
    "socket-nonsense": lambda: web_socket(frame(0x82, b"\0" + b"\xff" * 500)),
    "socket-text": lambda: web_socket(frame(0x81, b"hello")),
    "socket-silent": lambda: web_socket(),
    "device-everywhere": lambda: ended(tls(True)),
}


def one_record():
    """A head and nearly all of the largest body there may be in one TLS record, and then nothing."""
    head = HEAD + b"content-length: 16384\r\n\r\n"
    return pour(tls(), [head + bytes(16384 - len(head))])


def slow_body():
    peer = tls()
    peer.sendall(HEAD + b"content-length: 1000\r\n\r\n")
    return drip(peer, bytes(1000))


def main():
    results, slowest, lock = Counter(), [0.0], threading.Lock()
    act = KINDS[KIND]
    # Not while they are at it: it takes time.
    zeros(ANONYMOUS_BOMB if KIND == "bomb" else 256 << 20 if KIND == "device-bomb" else 0)

    def run():
        begun = time.monotonic()
        try:
            result = act()
        except OSError as error:
            result = f"refused: {type(error).__name__}"
        say("over", how=result)
        with lock:
            results[result] += 1
            slowest[0] = max(slowest[0], time.monotonic() - begun)

    threads = [threading.Thread(target=run) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say("ended", kind=KIND, slowest=round(slowest[0], 1), results=dict(results))


main()
