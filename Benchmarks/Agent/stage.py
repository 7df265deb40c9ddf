"""A server and an enrolled agent with two plugins, real processes in a directory of their own."""
import json
import os
import shutil
import subprocess
import time

from relay import Relay


def wait(what, seconds, ask):
    """Asks until the answer is true; a limit ends a bench that would wait for ever."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise SystemExit(f"not within {seconds} s: {what}")


class Stage:
    def __init__(self, directory, programs, static):
        self.directory, self.programs, self.static = directory, programs, static
        os.makedirs(self.path("plugins"))
        for plugin, kind in (("martlet.linux", "plugins"), ("martlet.fixture", "bench")):
            target = self.path(f"plugins/{plugin}")
            os.makedirs(target)
            shutil.copy(f"{static}/{kind}/{plugin}/plugin.so", f"{target}/plugin.so")
            with open(f"{static}/{kind}/{plugin}/plugin.yaml") as manifest:
                text = manifest.read().replace("/var/lib/martlet-fixture", self.path("fixture"))
            with open(f"{target}/plugin.yaml", "w") as manifest:
                manifest.write(text)
        self.packages(2000)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def packages(self, count, more=""):
        """The device's software, as dpkg's database has it."""
        entries = [
            f"Package: package-{n}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.{n}-1\n"
            for n in range(count)
        ]
        self.write("dpkg.new", "\n".join(entries) + more)
        os.replace(self.path("dpkg.new"), self.path("dpkg"))

    def start_server(self):
        self.write("server.yaml", f"""
dataDirectory: {self.path("server")}
agents: {{host: 127.0.0.1, port: 0}}
operators: {{host: 127.0.0.1, port: 0}}
pluginsDirectory: {self.path("plugins")}
""")
        config = ["--config", self.path("server.yaml")]
        subprocess.run(
            [f"{self.programs}/martlet-server", "init", *config, "--name", "127.0.0.1"], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.server = self.spawn(f"{self.programs}/martlet-server", "server", config)
        self.ports = self.ready("server")
        self.relay = Relay(self.ports["agentPort"])

    def start_agent(self):
        self.write("agent.yaml", f"""
server: {{host: 127.0.0.1, port: {self.relay.port}}}
rootCertificate: {self.path("server/pki/root.pem")}
dataDirectory: {self.path("agent")}
socket: {self.path("agent.sock")}
hostname: bench
softwareDatabase: {self.path("dpkg")}
wake: {{host: 127.0.0.1, port: 0}}
plugins: {{directory: {self.path("plugins")}, host: {self.static}/martlet-plugin-host}}
""")
        config = ["--config", self.path("agent.yaml")]
        token = self.martlet("token", "create", "--group", "root")
        subprocess.run(
            [f"{self.static}/martlet-agent", "enroll", *config, "--token-file", "-"], input=token, text=True,
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.agent = self.spawn(f"{self.static}/martlet-agent", "agent", config)
        self.ready("agent")
        wait("the agent has synchronised", 60, lambda: self.status().get("lastSync"))

    def spawn(self, program, name, config):
        with open(self.path(f"{name}.log"), "w") as log:
            return subprocess.Popen(
                [program, "run", *config, "--ready-file", self.path(f"{name}.ready")], stdout=log, stderr=log)

    def ready(self, name):
        def read():
            try:
                with open(self.path(f"{name}.ready")) as file:
                    return json.load(file)
            except (FileNotFoundError, ValueError):
                return None
        return wait(f"{name} is ready; see {self.path(name)}.log", 60, read)

    def martlet(self, *arguments, input=None):
        return subprocess.run(
            [
                f"{self.programs}/martlet", *arguments, "--server", f"https://127.0.0.1:{self.ports['operatorPort']}",
                "--token-file", self.path("server/admin.token"),
                "--root-certificate", self.path("server/pki/root.pem"),
            ], input=input, text=True, check=True, stdout=subprocess.PIPE).stdout

    def device(self):
        return json.loads(self.martlet("describe", "device", "bench", "-o", "json"))

    def status(self):
        output = subprocess.run(
            [f"{self.static}/martlet-agent", "status", "--config", self.path("agent.yaml"), "-o", "json"],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return json.loads(output or "{}")

    def hosts(self):
        """Process ids of the plugin hosts, by plugin."""
        found = {}
        for plugin in self.status()["plugins"]:
            if plugin.get("pid"):
                found[plugin["id"].removeprefix("martlet.")] = plugin["pid"]
        return found

    def stop(self):
        for process in (self.agent, self.server):
            process.terminate()
            process.wait()
