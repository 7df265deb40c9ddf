import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

/// Rules that place devices in groups.
@Suite(.tags(.R24)) struct PlacementTests {
    private static func group(_ name: String, parent: String = "root", _ rules: String...) -> String {
        let placement = rules.isEmpty ? "" : ", placement: [\(rules.joined(separator: ", "))]"
        return "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\n"
            + "spec: {parent: \(parent)\(placement)}\n"
    }

    private static func device(_ uid: DeviceUID, labels: String = "{}", spec: String = "{}") -> String {
        "---\napiVersion: martlet/v1\nkind: Device\nmetadata: {name: \"\(uid)\", labels: \(labels)}\nspec: \(spec)\n"
    }

    private static func rule(_ text: String) throws -> PlacementRuleSpec {
        let manifests = try ManifestDecoder.decode(group("g", text), file: nil)
        guard case .group(let spec)? = manifests.first?.spec else { throw CoreError(.invalid, "no group") }
        return try #require(spec.placement.first)
    }

    private static let facts = PlacementFacts(
        labels: ["site": "north", "role": "web"], address: "10.1.2.3", hostname: "Web-7.example.org",
        systems: ["linux", "Debian GNU/Linux 12"])

    @Test(
        arguments: [
            ("{labels: {site: north}}", "label site=north"), ("{labels: {site: south}}", nil),
            ("{labels: {site: north, role: web}}", "label role=web, label site=north"),
            ("{labels: {site: north, rack: a}}", nil),
            ("{subnets: [10.1.0.0/16]}", "address 10.1.2.3 is in 10.1.0.0/16"),
            ("{subnets: [10.2.0.0/16, 192.168.0.0/24]}", nil), ("{subnets: [\"2001:db8::/32\"]}", nil),
            (
                "{hostname: web-*, trustDeviceFacts: true}", "host name Web-7.example.org is like web-*"
            ), ("{hostname: [db-*, \"web-?\"], trustDeviceFacts: true}", nil),
            (
                "{operatingSystem: [windows, debian*], trustDeviceFacts: true}",
                "system Debian GNU/Linux 12 is like debian*"
            ), ("{subnets: [10.1.0.0/16], hostname: db-*, trustDeviceFacts: true}", nil),
        ] as [(String, String?)])
    func `a rule holds when everything it says does, and tells what met it`(text: String, reason: String?) throws {
        #expect(try Self.rule(text).reason(Self.facts) == reason)
    }

    @Test func `nothing that is not known meets a rule`() throws {
        for text in [
            "{subnets: [0.0.0.0/0]}", "{hostname: \"*\", trustDeviceFacts: true}",
            "{operatingSystem: \"*\", trustDeviceFacts: true}",
        ] {
            #expect(try Self.rule(text).reason(PlacementFacts(address: "somewhere")) == nil)
        }
    }

    @Test func `the deepest group counts first, then the first name`() throws {
        let rule = try Self.rule("{labels: {site: north}}")
        let book = PlacementBook([
            .init(group: "a", depth: 1, rules: [rule]), .init(group: "z", depth: 2, rules: [rule]),
            .init(group: "y", depth: 2, rules: [rule]),
        ])
        #expect(book.place(Self.facts)?.group == "y")
        #expect(book.place(PlacementFacts()) == nil)
    }

    @Test func `a new rule moves who meets it, says so before, and its end brings them back`() async throws {
        try await TestServer.run { server in
            let (north, other) = (try await server.addDevice(), try await server.addDevice())
            try await server.apply(Self.device(north, labels: "{site: north}"))
            let files = Self.group("sites") + Self.group("north", parent: "sites", "{labels: {site: north}}")
            let expected = DeviceMove(
                device: north, hostname: "", from: "root", to: "north", reason: "label site=north")
            let preview = try await server.apply(files, dryRun: true)
            #expect(preview.moves == [expected] && preview.moved == 1 && preview.devices == 1)
            #expect(try await server.queries.device(north).record.group == "root")
            server.notifier.clear()
            #expect(try await server.apply(files).moves == [expected])
            #expect(server.notifier.all == [north])
            let record = try await server.queries.device(north).record
            #expect(
                record.group == "north" && record.placement == .rule && record.placementReason == "label site=north")
            #expect(try await server.queries.device(other).record.placement == .enrollment)
            #expect(try await server.apply(files).moves.isEmpty)

            let back = try await server.apply(Self.group("north", parent: "sites"))
            #expect(back.moves.map(\.to) == ["root"] && back.moves.map(\.reason) == [""])
            #expect(try await server.queries.device(north).record.placement == .enrollment)
        }
    }

    @Test func `where an operator put a device it stays, until it is given back to the rules`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            let labels = "{site: north}"
            try await server.apply(
                Self.group("lab") + Self.group("north", "{labels: \(labels)}")
                    + Self.device(uid, labels: labels, spec: "{group: lab}"))
            var record = try await server.queries.device(uid).record
            #expect(record.group == "lab" && record.placement == .manual)
            #expect(record.specJSON["group"] == "lab")
            #expect(
                try await server.apply(Self.group("north", "{labels: \(labels)}", "{subnets: [0.0.0.0/0]}")).moves
                    .isEmpty)
            let result = try await server.apply(Self.device(uid, labels: labels))
            #expect(result.moves.map(\.to) == ["north"] && result.devices == 1)
            record = try await server.queries.device(uid).record
            #expect(record.placement == .rule && record.specJSON["group"] == nil)
            #expect(try await server.apply(Self.device(uid)).moves.map(\.to) == ["root"])
        }
    }

    @Test func `what a device says moves it at once, and its next document is the new group's`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(
                Self.group("web", "{hostname: web-*, trustDeviceFacts: true}")
                    + """
                    ---
                    apiVersion: martlet/v1
                    kind: Policy
                    metadata: {name: p}
                    spec: {application: martlet.clamav, group: web, settings: {engine: b}}

                    """)
            var device = TestDevice(server, uid)
            let answer = try await device.report()
            let entry = answer.message.remoteConfig.config.configMap["martlet.clamav"]?.body
            #expect(entry.map { String(decoding: $0, as: UTF8.self) } == #"{"settings":{"engine":"b"}}"#)
            let record = try await server.queries.device(uid).record
            #expect(record.group == "web" && record.placementReason == "host name web-1 is like web-*")
        }
    }

    @Test func `another address is another place`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.group("office", "{subnets: [10.1.0.0/16]}"))
            var device = TestDevice(server, uid)
            _ = try await device.exchange()
            #expect(try await server.queries.device(uid).record.group == "office")
            device.peer.address = "192.0.2.1"
            _ = try await device.exchange()
            #expect(try await server.queries.device(uid).record.group == "root")
        }
    }

    @Test func `a device that holds a connection is placed by the address of the new one`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.group("office", "{subnets: [10.1.0.0/16]}"))
            var device = TestDevice(server, uid, connection: 1, transport: .webSocket)
            await server.sync.connected(device.peer)
            _ = try await device.report()
            #expect(try await server.queries.device(uid).record.group == "office")
            device.peer = DevicePeer(uid: uid, address: "192.0.2.1", transport: .webSocket, connection: 2)
            await server.sync.connected(device.peer)
            _ = try await device.exchange()
            let record = try await server.queries.device(uid).record
            #expect(record.group == "root" && record.address == "192.0.2.1")
        }
    }

    @Test func `a device is told where it belongs when it does not know, and at once when that changes`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            var device = TestDevice(server, uid, transport: .webSocket)
            await server.sync.connected(device.peer)
            let first = try await device.report().frame.place
            #expect(DevicePlace(first) == DevicePlace(group: "root", placedBy: "enrollment", because: ""))
            #expect(try await !device.exchange().frame.hasPlace, "it was told on this connection")
            try await server.apply(Self.group("office", "{labels: {site: a}}") + Self.device(uid, labels: "{site: a}"))
            let pushed = try #require(
                try await server.sync.due(for: uid, peer: device.peer, admission: device.admission))
            let frame = try WireServerFrame(serializedBytes: pushed.customMessage.data)
            let place = DevicePlace(frame.place)
            #expect(place.group == "root/office" && place.placedBy == "rule" && place.because.contains("site=a"))
            // One that knows it is told nothing.
            device.peer = DevicePeer(uid: uid, address: "10.1.2.3", transport: .http, connection: 9)
            let known = try await device.exchange { _, frame in
                frame.startCounter = 1
                frame.startID = Data(repeating: 3, count: 16)
                frame.placeDigest = Data(place.digest)
            }
            #expect(!known.frame.hasPlace)
        }
    }

    @Test func `documents for certain labels are measured for the devices that have them`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.device(uid, labels: "{role: a}"))
            func task(_ name: String, _ role: String) -> String {
                let path = String(repeating: "x", count: 900_000)
                return
                    "---\napiVersion: martlet/v1\nkind: Task\nmetadata: {name: \(name)}\nspec: {application: martlet.clamav, "
                    + "task: scan, parameters: {paths: [\(path)]}, scope: {group: root, labels: {role: \(role)}}}\n"
            }
            for role in ["a", "b", "c", "d"] { try await server.apply(task("for-\(role)", role)) }
            for name in ["second", "third"] { try await server.apply(task(name, "a")) }
            let error = await #expect(throws: CoreError.self) { try await server.apply(task("fourth", "a")) }
            #expect(error?.message.hasPrefix("the document of devices in group root would have") == true)
        }
    }

    @Test func `a group whose own rules hold its devices can be deleted, and they go where they belong without it`()
        async throws
    {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(
                Self.group("north", "{labels: {site: north}}") + Self.device(uid, labels: "{site: north}"))
            #expect(try await server.queries.device(uid).record.group == "north")
            try await server.declarations.delete(.group, name: "north", by: TestServer.admin)
            #expect(try await server.queries.device(uid).record.group == "root")
        }
    }

    @Test func `a device whose first group is gone comes back to that group's parent`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("old") + Self.group("lab"))
            let uid = try await server.addDevice(group: "old")
            try await server.apply(Self.device(uid, spec: "{group: lab}"))
            try await server.declarations.delete(.group, name: "old", by: TestServer.admin)
            try await server.apply(Self.device(uid))
            #expect(try await server.queries.device(uid).record.group == "root")
        }
    }

    @Test func `a manifest with more rules or patterns than a group may have is refused`() throws {
        let many = (0...PlacementRuleSpec.most).map { "{labels: {n: \"\($0)\"}}" }.joined(separator: ", ")
        let hosts = (0...PlacementRuleSpec.mostAlternatives).map { "h\($0)" }.joined(separator: ", ")
        let nets = (0...PlacementRuleSpec.mostAlternatives).map { "10.0.\($0).0/24" }.joined(separator: ", ")
        let long = String(repeating: "h", count: PlacementRuleSpec.longestPattern + 1)
        for (rules, path) in [
            (many, "spec.placement"), ("{hostname: [\(hosts)], trustDeviceFacts: true}", "spec.placement.0.hostname"),
            ("{subnets: [\(nets)]}", "spec.placement.0.subnets"),
            ("{hostname: \(long), trustDeviceFacts: true}", "spec.placement.0.hostname"),
        ] {
            let error = #expect(throws: ManifestError.self) {
                try ManifestDecoder.decode(Self.group("g", rules), file: nil)
            }
            #expect(error?.problems.map(\.path).contains(path) == true)
        }
    }
}
