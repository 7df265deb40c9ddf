"""Passes TCP connections on to a port of loopback and notes when how many bytes passed."""
import socket
import threading
import time


class Relay:
    # Bytes that are further apart belong to different exchanges.
    GAP = 1.5

    def __init__(self, target):
        self.target = target
        self.passed = []  # (monotonic time, bytes)
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def bursts(self, since):
        """Bytes of both directions of each exchange that is over and began after `since`."""
        with self.lock:
            passed = [entry for entry in self.passed if entry[0] >= since]
        bursts, last = [], None
        for moment, count in passed:
            if last is None or moment - last > self.GAP:
                bursts.append(0)
            bursts[-1] += count
            last = moment
        if bursts and time.monotonic() - last <= self.GAP:
            bursts.pop()
        return bursts

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source, sink):
        try:
            while data := source.recv(65536):
                with self.lock:
                    self.passed.append((time.monotonic(), len(data)))
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
