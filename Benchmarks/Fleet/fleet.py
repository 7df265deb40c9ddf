"""martlet-fleet as a process: its scenario is written here, its pauses are answered, its steps are read."""
import json
import os
import subprocess
import threading
import time


class Fleet:
    def __init__(self, server, name, devices, steps, held=True, arrive=None, address=None, wake=False, directory=None):
        """`steps`: lines of YAML. Devices join by themselves; those of one `directory` are the same at each start."""
        arrive = arrive if arrive is not None else max(2, devices // 300)
        scenario = server.path(f"{name}.yaml")
        with open(scenario, "w") as file:
            file.write(
                f"name: {name}\ndevices: {devices}\narrive: {arrive}s\nwake: {str(wake).lower()}\nsteps:\n"
                + "".join(f"  - {step}\n" for step in steps))
        kind = directory or ("held" if held else "root")
        self.directory = server.path(f"fleet-{kind}")
        self.name = name
        self.steps = []
        self.errors = open(server.path(f"{name}.log"), "w")
        self.process = subprocess.Popen(
            [
                f"{server.programs}/martlet-fleet", scenario, "--server",
                address or f"127.0.0.1:{server.agent_port}", "--root-certificate", server.root_certificate,
                "--directory", self.directory, "--token-file",
                server.path("held.token" if held else "root.token"), "--prefix", kind, "-o", "json",
            ], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: martlet-fleet ended; see {self.errors.name}")
        entry = json.loads(line)
        if entry.get("problem"):
            raise SystemExit(f"{self.name}: {entry['step']}: {entry['problem']}")
        return entry

    def until_pause(self):
        """The reports of the steps until then."""
        steps = {}
        while "pause" not in (entry := self.read()):
            steps[entry["step"]] = entry
        return steps

    def go_on(self):
        """After a pause; returns when the mark is set."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.read()

    def step(self, name):
        """The report of the step, once it is over."""
        while (entry := self.read())["step"] != name:
            pass
        return entry

    def end(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        if self.process.wait() != 0:
            raise SystemExit(f"{self.name}: martlet-fleet failed: {rest[-500:]}; see {self.errors.name}")


def joined(server, kind):
    """How many devices of the directory have joined."""
    folder = server.path(f"fleet-{kind}/devices")
    return len(os.listdir(folder)) if os.path.isdir(folder) else 0


def join(server, devices):
    """Has as many persistent devices as that, which later fleets find: joining happens once in the life of a device, and is a
    figure of its own. Milliseconds of the server's processor for each that is new, how many a second, and how many were there and
    connected meanwhile; None where all had joined."""
    there = joined(server, "held")
    if there >= devices:
        return None
    begun, busy = time.monotonic(), server.processor()
    fleet = Fleet(server, "join", devices, ["{wait: connected, atMost: 1200s}", "pause: joined"])
    fleet.until_pause()
    cost = (server.processor() - busy) / (devices - there), (devices - there) / (time.monotonic() - begun), there
    fleet.go_on()
    fleet.end()
    return cost


def aside(body):
    """Runs beside; returns what waits for the result."""
    result = []
    thread = threading.Thread(target=lambda: result.append(body()), daemon=True)
    thread.start()

    def finish(seconds=300):
        thread.join(seconds)
        if not result:
            raise SystemExit("a measurement beside did not end")
        return result[0]
    return finish
