"""A device that speaks OpAMP over a WebSocket, built on PyPI's opamp_pb2 and websockets.

Arguments: port, root certificate, certificate chain, key.
"""

import json
import ssl
import sys
import threading
import uuid

from opentelemetry._opamp.proto import opamp_pb2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from outcome import say, told_to_end

CAPABILITIES = 1 | 2 | 4 | 2048 | 4096


class Device:
    def __init__(self, socket):
        self.socket = socket
        self.instance = uuid.uuid4().bytes
        self.number = 0
        self.config = {"settings.json": {"level": "info"}}
        self.status = None

    def send(self, fill=None, *, full=False, repeat=False):
        message = opamp_pb2.AgentToServer(
            instance_uid=self.instance, sequence_num=self.number, capabilities=CAPABILITIES)
        if full:
            for key, value in {"service.name": "interop", "service.version": "1.0", "host.name": "somewhere"}.items():
                message.agent_description.identifying_attributes.add(key=key).value.string_value = value
            message.health.healthy = True
            message.health.component_health_map["exporter"].healthy = True
            message.health.component_health_map["exporter"].status = "running"
        if full or fill is not None:
            for name, body in self.config.items():
                message.effective_config.config_map.config_map[name].body = json.dumps(body).encode()
            if self.status is not None:
                message.remote_config_status.CopyFrom(self.status)
        if fill is not None:
            fill(message)
        data = b"\0" + message.SerializeToString()
        for time in range(2 if repeat else 1):
            say("sent", number=self.number, full=full, disconnects=message.HasField("agent_disconnect"), refused="",
                asked=0, foreign=False, named=True)
            try:
                self.socket.send(data)
            except ConnectionClosed:
                # The server closes at the first good-bye, maybe before the second is sent.
                if time == 0 or not message.HasField("agent_disconnect"):
                    raise
        self.number += 1

    def receive(self, data):
        if data[:1] != b"\0":
            say("malformed", header=data[0])
            return
        answer = opamp_pb2.ServerToAgent.FromString(data[1:])
        say("answer", asked=answer.flags, refused=answer.error_response.error_message,
            foreign=answer.HasField("custom_message"), named=answer.instance_uid == self.instance)
        if answer.flags & 1:
            self.send(full=True)
        if answer.HasField("remote_config"):
            files = answer.remote_config.config.config_map
            entries = {name: json.loads(file.body) for name, file in files.items()}
            say("config", entries=entries, hash=answer.remote_config.config_hash.hex())
            self.config = entries
            self.status = opamp_pb2.RemoteConfigStatus(
                last_remote_config_hash=answer.remote_config.config_hash, status=1)
            self.send(lambda message: None, repeat=True)


def main():
    port, root, certificate, key = sys.argv[1:5]
    context = ssl.create_default_context(cafile=root)
    context.load_cert_chain(certificate, key)
    with connect(f"wss://127.0.0.1:{port}/v1/opamp", ssl=context, compression=None) as socket:
        device = Device(socket)
        told = told_to_end()
        lock = threading.Lock()

        def listen():
            try:
                for data in socket:
                    with lock:
                        device.receive(data)
            except ConnectionClosed as end:
                say("closed", reason=str(end))

        with lock:
            device.send(full=True)
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        told.wait()
        good_bye = lambda message: message.agent_disconnect.SetInParent()
        with lock:
            device.send(good_bye, repeat=True)
        listener.join(10)
    say("stopped")


main()
