import DeviceProtocol
import Foundation
import Manifests
import SwiftProtobuf
import Testing

@testable import ServerCore
@testable import ServerStore

/// Lists of installed software that several devices have alike.
@Suite struct SoftwareListTests {
    private static func software(_ name: String, _ version: String) -> WireSoftware {
        .with {
            $0.name = name; $0.version = version; $0.architecture = "amd64"; $0.source = "deb"
        }
    }

    private static let image = [software("a", "1"), software("b", "1"), software("c", "1")]

    /// Says the whole list, or what is other than in the list `base`, under a hash that is the device's own word.
    private static func say(
        _ added: [WireSoftware], removed: [WireSoftware] = [], hash: UInt8, from base: UInt8? = nil,
        by device: inout TestDevice
    ) async throws {
        let answer = try await device.exchange { _, frame in
            frame.inventoryHash = Data([hash])
            frame.inventory = .with {
                $0.baseHash = base.map { Data([$0]) } ?? Data()
                ($0.hash, $0.added, $0.removed) = (Data([hash]), added, removed)
            }
        }
        #expect(!answer.frame.inventoryWanted && answer.frame.inventoryKnown == Data([hash]))
    }

    private static func names(_ server: TestServer, of device: DeviceUID) async throws -> [String] {
        try await server.queries.software(device: device, page: PageRequest()).items.map { "\($0.name) \($0.version)" }
    }

    @Test("devices with equal lists share one, and a change of one is not the other's", .tags(.R11))
    func shared() async throws {
        try await TestServer.run { server in
            let uids = [try await server.addDevice(), try await server.addDevice()]
            var (one, two) = (TestDevice(server, uids[0]), TestDevice(server, uids[1]))
            try await Self.say(Self.image, hash: 1, by: &one)
            try await Self.say(Self.image.reversed(), hash: 2, by: &two)
            #expect(try await server.count("software_lists") == 1)
            #expect(try await server.count("listed_software") == 3)

            try await Self.say(
                [Self.software("a", "2")], removed: [Self.software("a", "1")], hash: 3, from: 1, by: &one)
            #expect(try await Self.names(server, of: uids[0]) == ["a 2", "b 1", "c 1"])
            #expect(try await Self.names(server, of: uids[1]) == ["a 1", "b 1", "c 1"])
            #expect(try await server.count("listed_software") == 6)

            // The other one is upgraded alike: its former list has nobody any more.
            try await Self.say(
                [Self.software("a", "2")], removed: [Self.software("a", "1")], hash: 3, from: 2, by: &two)
            #expect(try await Self.names(server, of: uids[1]) == ["a 2", "b 1", "c 1"])
            #expect(try await server.count("software_lists") == 1)
            #expect(try await server.count("listed_software") == 3)
        }
    }

    @Test(
        "the list that a device alone has is changed in its place, by a change and by a list that is said as a whole",
        .tags(.R11))
    func inPlace() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            var device = TestDevice(server, uid)
            try await Self.say(Self.image, hash: 1, by: &device)
            let list = try await server.store.read { try $0.first("SELECT id FROM software_lists")?.integer("id") }
            try await Self.say(
                [Self.software("d", "1")], removed: [Self.software("a", "1")], hash: 2, from: 1, by: &device)
            #expect(try await Self.names(server, of: uid) == ["b 1", "c 1", "d 1"])
            try await Self.say([Self.software("b", "1"), Self.software("e", "1")], hash: 3, by: &device)
            #expect(try await Self.names(server, of: uid) == ["b 1", "e 1"])
            let after = try await server.store.read { try $0.first("SELECT id FROM software_lists")?.integer("id") }
            #expect(list != nil && after == list)
            try await Self.say([], hash: 4, by: &device)
            #expect(try await Self.names(server, of: uid).isEmpty)
            #expect(try await server.count("listed_software") == 0)
        }
    }

    @Test("what a device says of its list's hash is no other device's", .tags(.R11))
    func lying() async throws {
        try await TestServer.run { server in
            let uids = [try await server.addDevice(), try await server.addDevice()]
            var (honest, lying) = (TestDevice(server, uids[0]), TestDevice(server, uids[1]))
            try await Self.say([Self.software("malware", "1")], hash: 1, by: &lying)
            try await Self.say(Self.image, hash: 1, by: &honest)
            #expect(try await Self.names(server, of: uids[0]) == ["a 1", "b 1", "c 1"])
            #expect(try await Self.names(server, of: uids[1]) == ["malware 1"])
        }
    }

    @Test("names that differ in their bytes are different, however they look", .tags(.R11))
    func bytes() async throws {
        try await TestServer.run { server in
            let uids = [try await server.addDevice(), try await server.addDevice()]
            var (honest, hostile) = (TestDevice(server, uids[0]), TestDevice(server, uids[1]))
            // A kelvin sign, which to Swift is a K; then it claims to have put the K in its place.
            let (kelvin, plain) = (Self.software("Pac\u{212A}age", "1"), Self.software("PacKage", "1"))
            try await Self.say([kelvin, Self.image[0]], hash: 1, by: &hostile)
            try await Self.say([plain], removed: [kelvin], hash: 2, from: 1, by: &hostile)
            try await Self.say([plain, Self.image[0]], hash: 1, by: &honest)
            for uid in uids {
                let names = try await server.queries.software(device: uid, page: PageRequest()).items.map {
                    Array($0.name.utf8)
                }
                #expect(names == [Array("PacKage".utf8), Array("a".utf8)])
            }
            let both = [Self.software("caf\u{E9}", "1"), Self.software("cafe\u{301}", "1")]
            try await Self.say(both, hash: 3, by: &honest)
            #expect(try await Self.names(server, of: uids[0]).count == 2)
        }
    }

    @Test("lists that an earlier server kept for each device become one when they change alike", .tags(.R11))
    func migrated() async throws {
        try await TestServer.run { server in
            let uids = [try await server.addDevice(), try await server.addDevice()]
            var devices = uids.map { TestDevice(server, $0) }
            // As the migration leaves them: equal, and without a digest.
            for (number, uid) in uids.enumerated() {
                try await server.store.write { transaction in
                    try transaction.execute(
                        "INSERT INTO software_lists (id) VALUES ($1)", [.integer(Int64(number) + 1)])
                    try transaction.execute(
                        "INSERT INTO listed_software (list, name, architecture, source, version) VALUES ($1, 'a', 'amd64', 'deb', '1')",
                        [.integer(Int64(number) + 1)])
                    try transaction.execute(
                        "UPDATE devices SET software_list = $2, inventory_hash = $3 WHERE uid = $1",
                        [.blob(uid.bytes), .integer(Int64(number) + 1), .blob([9])])
                }
            }
            for index in devices.indices {
                try await Self.say([Self.software("b", "1")], hash: 1, from: 9, by: &devices[index])
                #expect(try await Self.names(server, of: uids[index]) == ["a 1", "b 1"])
            }
            #expect(try await server.count("software_lists") == 1)
            #expect(try await server.count("listed_software") == 2)
        }
    }

    @Test("a list that grows beyond its limit is refused, and the device keeps the one that it had", .tags(.R11))
    func limit() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.store.write { transaction in
                let keeper = SoftwareListKeeper(device: uid, transaction: transaction)
                let most = (0..<DeviceLimits.softwareList).map { ListedSoftware(Self.software("\($0)", "1")) }
                try keeper.replace(by: most)
            }
            await #expect(throws: CoreError.self) {
                try await server.store.write { transaction in
                    try SoftwareListKeeper(device: uid, transaction: transaction).change(
                        removing: [], adding: [ListedSoftware(Self.software("more", "1"))])
                }
            }
            #expect(try await server.count("listed_software") == Int64(DeviceLimits.softwareList))
        }
    }

    @Test("a page of those who have a package is read in the order of devices, without sorting them", .tags(.R11))
    func plan() async throws {
        try await TestServer.run { server in
            for after in [nil, [.blob([0]), .text("a"), .text(""), .text(""), .text("")]] as [[SQLValue]?] {
                let statement = FleetQueries.softwareStatement(device: nil, name: "a", after: after, limit: 1)
                let plan = try await server.store.read { reader in
                    try reader.query("EXPLAIN QUERY PLAN " + statement.sql, statement.arguments).map {
                        try $0.text("detail")
                    }
                }
                #expect(plan.contains { $0.contains("devices USING COVERING INDEX devices_software") }, "\(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(plan)")
            }
        }
    }

    @Test("a device that is deleted takes its list with it, unless another has it", .tags(.R11))
    func deleted() async throws {
        try await TestServer.run { server in
            let uids = [try await server.addDevice(), try await server.addDevice()]
            for uid in uids {
                var device = TestDevice(server, uid)
                try await Self.say(Self.image, hash: 1, by: &device)
            }
            try await server.declarations.delete(.device, name: "\(uids[0])", by: TestServer.admin)
            #expect(try await Self.names(server, of: uids[1]) == ["a 1", "b 1", "c 1"])
            try await server.declarations.delete(.device, name: "\(uids[1])", by: TestServer.admin)
            #expect(try await server.count("software_lists") == 0)
            #expect(try await server.count("listed_software") == 0)
        }
    }

    @Test("who has a package is listed by device, page by page", .tags(.R11))
    func byName() async throws {
        try await TestServer.run { server in
            var expected: [String] = []
            for number in 0..<7 {
                let uid = try await server.addDevice()
                var device = TestDevice(server, uid)
                let own = [Self.software("own", "\(number)"), Self.software("b", "0")]
                try await Self.say(number == 3 ? own : Self.image + own, hash: 1, by: &device)
                expected += number == 3 ? ["\(uid) b 0"] : ["\(uid) b 0", "\(uid) b 1"]
            }
            var (found, key): ([String], [String]) = ([], [])
            repeat {
                let page = try await server.queries.software(name: "b", page: PageRequest(limit: 3, after: key))
                #expect(page.items.count <= 3)
                found += page.items.map { "\($0.device) \($0.name) \($0.version)" }
                key = page.last ?? []
            } while !key.isEmpty
            #expect(found == expected.sorted())
            let other = try await server.queries.software(name: "own", page: PageRequest(limit: 3)).items
            #expect(other.count == 3 && Set(other.map(\.device)).count == 3)
        }
    }
}
