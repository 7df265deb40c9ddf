"""What the server is measured beside: a bare server of the same libraries, nginx, SQLite, the disk, the network."""
import json
import os
import shutil
import socket
import subprocess
import threading
import time

from figures import median, percentile
from measure import processor, resident
from server import wait

ECHO_PORT, NGINX_PORT = 23101, 23102


class Peer:
    """A server that has a device's and a server's certificates as Martlet's has them."""

    def __init__(self, server, port, identity):
        self.server, self.port, self.identity = server, port, identity
        self.authorities = server.path("authorities.pem")
        with open(self.authorities, "w") as file:
            for part in ("intermediate.pem", "root.pem"):
                with open(server.path(f"server/pki/{part}")) as source:
                    file.write(source.read())

    def client(self, *arguments):
        return [
            f"{self.server.programs}/martlet-bench-peer", *arguments, "--port", str(self.port), "--certificate",
            f"{self.identity}/device.pem", "--key", f"{self.identity}/device.key", "--authority",
            self.server.root_certificate,
        ]

    def gets(self, count, pace):
        """A full handshake and a page each: {seconds, p50, p99} in ms."""
        output = subprocess.run(
            self.client("gets", "--count", str(count), "--per-second", str(pace)), check=True, text=True,
            stdout=subprocess.PIPE).stdout
        return json.loads(output)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Echo(Peer):
    def __init__(self, server, identity):
        super().__init__(server, ECHO_PORT, identity)
        self.process = subprocess.Popen(
            [
                f"{server.programs}/martlet-bench-peer", "echo", "--port", str(self.port), "--certificate",
                server.path("server/pki/server.pem"), "--key", server.path("server/pki/server.key"), "--authority",
                self.authorities,
            ], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def resident(self):
        return resident(self.process.pid)[0]

    def processor(self):
        return processor(self.process.pid)


class Nginx(Peer):
    """One worker, whose memory is what a connection costs."""

    def __init__(self, server, identity):
        super().__init__(server, NGINX_PORT, identity)
        directory = server.path("nginx")
        os.makedirs(directory, exist_ok=True)
        with open(f"{directory}/nginx.conf", "w") as file:
            file.write(f"""
daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 19900; }}
http {{
  access_log off; keepalive_timeout 3600; keepalive_requests 1000000;
  server {{
    listen 0.0.0.0:{self.port} ssl backlog=4096;
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_verify_client on; ssl_verify_depth 2;
    ssl_certificate {server.path("server/pki/server.pem")}; ssl_certificate_key {server.path("server/pki/server.key")};
    ssl_client_certificate {self.authorities};
    location / {{ return 200 "ok"; }}
  }}
}}
""")
        self.process = subprocess.Popen(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-p", directory, "-c", f"{directory}/nginx.conf"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.worker = wait("nginx has a worker", 10, self._worker)

    def _worker(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            pids = children.read().split()
        return int(pids[0]) if pids else None

    def resident(self):
        return resident(self.worker)[0]


class Sockets:
    """Connections that are held to a peer."""

    def __init__(self, peer, count, pages=False):
        arguments = ["sockets", "--count", str(count)] + (["--pages"] if pages else [])
        self.process = subprocess.Popen(
            peer.client(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._expect("connected")

    def _expect(self, word):
        line = self.process.stdout.readline().strip()
        if line != word:
            raise SystemExit(f"martlet-bench-peer: expected {word}, got {line!r}")

    def exchange(self):
        self.process.stdin.write("message\n")
        self.process.stdin.flush()
        self._expect("exchanged")

    def close(self):
        self.process.stdin.write("end\n")
        self.process.stdin.flush()
        self._expect("closed")
        self.process.wait()


def raw_inserts(server, rows, batch, size):
    """Rows a second that SQLite takes by its C interface, durable in batches."""
    path = server.path("raw.db")
    try:
        return int(subprocess.run(
            [f"{server.programs}/martlet-bench-inserts", path, str(rows), str(batch), str(size)], check=True, text=True,
            stdout=subprocess.PIPE).stdout)
    finally:
        for end in ("", "-wal", "-shm"):
            if os.path.exists(path + end):
                os.unlink(path + end)


def disk(server, count=300):
    """ms of a write of 4 KiB and its fdatasync: (p50, p99)."""
    times = []
    with open(server.path("sync.bin"), "wb", buffering=0) as file:
        for _ in range(count):
            begun = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begun) * 1e3)
    return median(times), percentile(times, 0.99)


def datagrams(count=1000):
    """ms of a UDP round trip on loopback: (p50, p99)."""
    there, here = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    there.bind(("127.0.0.1", 0))
    here.bind(("127.0.0.1", 0))

    def answer():
        for _ in range(count):
            data, peer = there.recvfrom(128)
            there.sendto(data, peer)
    threading.Thread(target=answer, daemon=True).start()
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        here.sendto(b"x" * 100, there.getsockname())
        here.recv(128)
        times.append((time.perf_counter() - begun) * 1e3)
    return median(times), percentile(times, 0.99)
