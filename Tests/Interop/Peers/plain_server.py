"""A plain OpAMP server on PyPI's opamp_pb2, over HTTP: it knows the specification and nothing of Martlet.

It keeps the state of each agent by instance_uid, asks for full state after a gap of sequence numbers, offers a heartbeat,
and offers the remote configuration of a file, read anew for each message: an object of entries by name.

Arguments: port (0 for any), root certificate, certificate chain, key, file of the remote configuration.
"""

import gzip
import hashlib
import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry._opamp.proto import opamp_pb2

from outcome import say, told_to_end

PORT, ROOT, CERTIFICATE, KEY, CONFIG = sys.argv[1:6]
HEARTBEAT = 5
CAPABILITIES = 1 | 2 | 4 | 32
numbers = {}
lock = threading.Lock()


def remote_config():
    with open(CONFIG, "rb") as file:
        text = file.read()
    config = opamp_pb2.AgentRemoteConfig(config_hash=hashlib.sha1(text).digest())
    for name, body in json.loads(text).items():
        config.config.config_map[name].body = json.dumps(body).encode()
        config.config.config_map[name].content_type = "application/json"
    return config


def answer(message):
    reply = opamp_pb2.ServerToAgent(instance_uid=message.instance_uid, capabilities=CAPABILITIES)
    with lock:
        last = numbers.get(message.instance_uid)
        full = message.HasField("agent_description")
        if not full and last is None or last is not None and message.sequence_num != last + 1 and not full:
            reply.flags = opamp_pb2.ServerToAgentFlags.ServerToAgentFlags_ReportFullState
        if full or last is not None:
            numbers[message.instance_uid] = message.sequence_num
    status = message.remote_config_status
    say(
        "message", number=message.sequence_num, full=full, asked=reply.flags,
        health=None if not message.HasField("health") else {
            "healthy": message.health.healthy,
            "components": sorted(message.health.component_health_map)},
        effective=None if not message.HasField("effective_config") else {
            name: json.loads(file.body) for name, file in message.effective_config.config_map.config_map.items()},
        status=None if not message.HasField("remote_config_status") else {
            "hash": status.last_remote_config_hash.hex(), "status": status.status, "error": status.error_message},
        disconnects=message.HasField("agent_disconnect"), foreign=len(message.custom_message.data),
        capabilities=list(message.custom_capabilities.capabilities), bytes=message.ByteSize())
    config = remote_config()
    if config.config_hash != status.last_remote_config_hash:
        reply.remote_config.CopyFrom(config)
    reply.connection_settings.opamp.heartbeat_interval_seconds = HEARTBEAT
    return reply


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        data = answer(opamp_pb2.AgentToServer.FromString(body)).SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        say("upgrade-refused", path=self.path)
        self.send_error(405)

    def log_message(self, *_):
        pass


def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ROOT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(CERTIFICATE, KEY)
    server = ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    told = told_to_end()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say("listening", port=server.server_address[1])
    told.wait()
    server.shutdown()


main()
