import DesiredState
import DeviceProtocol
import Foundation
import NIOHTTP1
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

@Suite struct ActionTests {
    private func report(_ api: TestAPI, _ uid: DeviceUID, _ frame: WireAgentFrame) async throws {
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(uid.bytes)
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.agentFrame
        message.customMessage.data = try frame.serializedBytes()
        let peer = DevicePeer(uid: uid, address: "127.0.0.1", transport: .http, connection: 1)
        _ = try await api.sync.exchange(message, from: peer, admission: NoAdmission())
    }

    private struct NoAdmission: PersistentAdmission {
        func decide(_ device: DeviceUID, priority: Int) async -> PersistentGrant { .granted }
    }

    @Test("an order's result is waited for by its own address, with the wake's report on the way", .tags(.R18))
    func order() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let bad = try await api.request(
                .POST, "/devices/web-1/app", as: .operate, body: #"{"application":"martlet.clamav","action":"burn"}"#)
            #expect(bad.status == 422 && bad.paths == ["action"])
            let answer = try await api.request(
                .POST, "/devices/web-1/app", as: .operate, body: #"{"application":"martlet.clamav","action":"restart"}"#
            )
            #expect(answer.status == 202)
            let id = try #require(answer.json["orderId"]?.stringValue.flatMap { Identifier($0) })
            let noted = try await api.request(.GET, "/devices/web-1/orders/\(id)?wait=20s&revision=1", as: .read)
            #expect(noted.json["status"]?["note"]?.stringValue?.contains("it does not listen") == true)
            #expect(noted.json["status"]?["final"] == false)
            async let final = api.request(.GET, "/devices/web-1/orders/\(id)?wait=20s&revision=2", as: .read)
            try await report(
                api, uid,
                .with {
                    $0.orderReplies = [
                        .with {
                            $0.id = Data(id.bytes); $0.status = .done; $0.message = "restarted"
                        }
                    ]
                })
            let done = try await final
            #expect(done.json["status"]?["state"] == "done" && done.json["status"]?["message"] == "restarted")
        }
    }

    @Test("a run is started, followed to its end and listed", .tags(.R18, .R14))
    func run() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            _ = try await api.request(
                .POST, "/apply",
                body:
                    "apiVersion: martlet/v1\nkind: Task\nmetadata: {name: update}\nspec: {application: martlet.clamav, task: update, scope: {group: root}}"
            )
            #expect(try await api.request(.POST, "/tasks/none/runs", as: .operate).status == 404)
            #expect(
                try await api.request(.POST, "/tasks/update/runs", as: .operate, body: #"{"devices":["none"]}"#).status
                    == 404)
            let started = try await api.request(
                .POST, "/tasks/update/runs", as: .operate, body: #"{"devices":["web-1"]}"#)
            #expect(started.status == 202)
            let id = try #require(started.json["runId"]?.stringValue.flatMap { RunID($0) })
            try await report(
                api, uid,
                .with {
                    $0.runs = [
                        .with {
                            $0.runID = Data(id.bytes); $0.state = .running; $0.percent = 40
                        }
                    ]
                })
            let running = try await api.request(.GET, "/runs/\(id)?wait=20s", as: .read)
            #expect(running.json["status"]?["percent"] == 40 && running.json["status"]?["state"] == "running")
            try await report(
                api, uid,
                .with {
                    $0.runs = [
                        .with {
                            $0.runID = Data(id.bytes); $0.state = .succeeded; $0.percent = 100
                        }
                    ]
                })
            let over = try await api.request(.GET, "/runs/\(id)", as: .read)
            #expect(over.json["status"]?["final"] == true)
            #expect(try await api.request(.POST, "/runs/\(id)/cancel", as: .operate).status == 409)
            let listed = try await api.request(.GET, "/runs?device=web-1", as: .read)
            #expect(listed.items.compactMap { $0["metadata"]?["uid"]?.stringValue } == ["\(id)"])
        }
    }
}
