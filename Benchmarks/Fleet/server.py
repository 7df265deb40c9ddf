"""The server under measure, as a real process, and its operators' interface over one kept connection."""
import http.client
import json
import os
import signal
import ssl
import subprocess
import time

from measure import mapped, processor, resident


def wait(what, seconds, ask, spacing=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(spacing)
    raise SystemExit(f"not within {seconds} s: {what}")


GROUPS = """
apiVersion: martlet/v1
kind: Group
metadata: {name: root}
spec: {syncInterval: 15m}
---
apiVersion: martlet/v1
kind: Group
metadata: {name: held}
spec: {parent: root, keepConnection: true}
---
apiVersion: martlet/v1
kind: Policy
metadata: {name: bench}
spec: {application: martlet.fleet, group: root, settings: {greeting: "first"}}
---
apiVersion: martlet/v1
kind: Task
metadata: {name: answer}
spec: {application: martlet.fleet, task: answer, scope: {group: root/held}, schedule: {manual: true}}
"""


class Server:
    def __init__(self, root, programs, directory, agent_port, operator_port):
        self.programs, self.directory = programs, directory
        self.agent_port, self.operator_port = agent_port, operator_port
        self.process = None
        self.root = root
        self.configure()
        subprocess.run(
            [f"{programs}/martlet-server", "init", "--config", self.path("server.yaml"), "--name", "127.0.0.1"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start()
        self.martlet("apply", "-f", "-", input=GROUPS)
        for group, file in (("root/held", "held.token"), ("root", "root.token")):
            token = self.martlet("token", "create", "--group", group)
            descriptor = os.open(self.path(file), os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(descriptor, token.encode())
            os.close(descriptor)

    def configure(self, agents=""):
        """Written for the next start; `agents` is more of that part."""
        with open(self.path("server.yaml"), "w") as file:
            file.write(f"""
dataDirectory: {self.path("server")}
agents: {{host: 0.0.0.0, port: {self.agent_port}{agents}}}
operators: {{host: 127.0.0.1, port: {self.operator_port}, confirmDevices: 1000000}}
pluginsDirectory: {self.root}/Benchmarks/Fleet/plugins
log: {{level: warning}}
""")

    def path(self, name):
        return os.path.join(self.directory, name)

    @property
    def root_certificate(self):
        return self.path("server/pki/root.pem")

    @property
    def pid(self):
        return self.process.pid

    def start(self):
        ready = self.path("server.ready")
        if os.path.exists(ready):
            os.unlink(ready)
        self.log = open(self.path("server.log"), "a")
        self.process = subprocess.Popen(
            [f"{self.programs}/martlet-server", "run", "--config", self.path("server.yaml"), "--ready-file", ready],
            stdout=self.log, stderr=self.log)
        wait(f"the server is ready; see {self.path('server.log')}", 120, lambda: os.path.exists(ready))

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def restart(self):
        """With the memory of a server that has just begun."""
        self.stop()
        self.start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resident(self):
        return resident(self.pid)[0]

    def mapped(self):
        """KiB by what is resident: its program, its libraries, its files, memory of no file."""
        return {name: size for size, name in mapped(self.pid, most=None)}

    def processor(self):
        return processor(self.pid)

    def martlet(self, *arguments, input=None):
        return subprocess.run(
            [
                f"{self.programs}/martlet", *arguments, "--server", f"https://127.0.0.1:{self.operator_port}",
                "--token-file", self.path("server/admin.token"), "--root-certificate", self.root_certificate,
            ], input=input, text=True, check=True, stdout=subprocess.PIPE).stdout

    def operator(self):
        return Operator(self)


class Operator:
    """One connection, kept."""

    def __init__(self, server):
        context = ssl.create_default_context(cafile=server.root_certificate)
        self.connection = http.client.HTTPSConnection("127.0.0.1", server.operator_port, context=context, timeout=120)
        with open(server.path("server/admin.token")) as file:
            self.headers = {"Authorization": f"Bearer {file.read().strip()}", "Content-Type": "application/json"}

    def call(self, method, path, body=None, headers={}):
        self.connection.request(
            method, "/api/v1" + path, None if body is None else json.dumps(body), {**self.headers, **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
        self.etag = answer.getheader("ETag")
        return json.loads(text) if text else None

    def stream(self, path):
        """Lines of server-sent events, as they come."""
        self.connection.request("GET", "/api/v1" + path, None, {**self.headers, "Accept": "text/event-stream"})
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status}")
        while line := answer.readline():
            yield line
