"""PyPI's opentelemetry-opamp-client as a device: reports health and configuration, takes what it is sent, and says
good-bye twice, as the package does by itself when it is stopped and when Python ends.

Arguments: port, root certificate, certificate chain, key.
"""

import sys

from opentelemetry._opamp.agent import OpAMPAgent
from opentelemetry._opamp.callbacks import OpAMPCallbacks
from opentelemetry._opamp.client import OpAMPClient
from opentelemetry._opamp.proto import opamp_pb2
from opentelemetry._opamp.transport.requests import RequestsTransport

from outcome import say, told_to_end

JSON = "application/json"
APPLIED = opamp_pb2.RemoteConfigStatuses.RemoteConfigStatuses_APPLIED


class Told(RequestsTransport):
    """The package's own transport; says what was sent and what came back."""

    def send(self, *, data, **rest):
        message = opamp_pb2.AgentToServer.FromString(data)
        answer = super().send(data=data, **rest)
        say(
            "sent", number=message.sequence_num, full=message.HasField("agent_description"),
            disconnects=message.HasField("agent_disconnect"), asked=answer.flags, refused=answer.error_response.error_message,
            foreign=answer.HasField("custom_message"), named=answer.instance_uid == message.instance_uid)
        return answer


class Device(OpAMPCallbacks):
    def on_connect_failed(self, agent, client, error):
        say("not-connected", reason=str(error))

    def on_message(self, agent, client, message):
        config = message.remote_config
        if config is None:
            return
        entries = dict(client.decode_remote_config(config))
        say("config", entries=entries, hash=config.config_hash.hex())
        # Both are composed before either is sent, so both have the same number.
        client.update_effective_config(entries, JSON)
        status = client.update_remote_config_status(config.config_hash, APPLIED)
        if status is not None:
            agent.send(client.build_remote_config_status_response_message(status))
        agent.send(client.build_full_state_message())


def health(client):
    """The package has no words for health; its protobuf has."""
    message = opamp_pb2.AgentToServer(
        instance_uid=client._instance_uid, sequence_num=client._sequence_num, capabilities=client._capabilities)
    message.health.healthy = True
    message.health.component_health_map["exporter"].healthy = True
    message.health.component_health_map["exporter"].status = "running"
    return message.SerializeToString()


def main():
    port, root, certificate, key = sys.argv[1:5]
    client = OpAMPClient(
        endpoint=f"https://127.0.0.1:{port}/v1/opamp", transport=Told(), tls_certificate=root,
        tls_client_certificate=certificate, tls_client_key=key,
        # The package gives up after a second, and says good-bye once without another try.
        timeout_millis=30_000,
        agent_identifying_attributes={"service.name": "interop", "service.version": "1.0"},
        agent_non_identifying_attributes={"os.type": "linux", "host.name": "somewhere"})
    client.update_effective_config({"settings.json": {"level": "info"}}, JSON)
    agent = OpAMPAgent(interval=1, callbacks=Device(), client=client)
    told = told_to_end()
    agent.start()
    agent.send(health(client))
    told.wait()
    agent.stop()
    say("stopped")


main()
