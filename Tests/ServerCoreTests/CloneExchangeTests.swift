import DeviceProtocol
import Foundation
import Testing

@testable import ServerCore

@Suite struct CloneExchangeTests {
    private func id(_ byte: UInt8) -> Data { Data(repeating: byte, count: 8) }

    @Test func `two alternating starts are held, and the newcomer is told to ask for an identity of its own`()
        async throws
    {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            let administration = DeviceAdministration(store: server.store, clock: server.clock.clock)
            func meet(_ byte: UInt8, connection: UInt64) async throws -> WireServerFrame {
                var device = TestDevice(server, uid, connection: connection)
                return try await device.exchange { _, frame in
                    frame.startCounter = 2
                    frame.startID = id(byte)
                }.frame
            }
            #expect(try await meet(1, connection: 1).session.hold.isEmpty)
            #expect(try await meet(2, connection: 2).session.hold.isEmpty)
            #expect(try await meet(1, connection: 3).session.hold.isEmpty)
            #expect(try await meet(2, connection: 4).session.hold.isEmpty)
            #expect(try await meet(1, connection: 5).session.hold.isEmpty)
            #expect(try await meet(2, connection: 6).session.hold.isEmpty)
            #expect(try await meet(1, connection: 7).session.hold.contains("two agents"))
            #expect(try await meet(1, connection: 5).session.newIdentity == false)
            try await administration.split(uid, by: TestServer.admin)
            server.sync.invalidate([uid])
            #expect(try await meet(1, connection: 6).session.newIdentity == false)
            #expect(try await meet(2, connection: 7).session.newIdentity)
            try await administration.release(uid, by: TestServer.admin)
            server.sync.invalidate([uid])
            #expect(try await meet(1, connection: 8).session.hold.isEmpty)
        }
    }

    @Test func `whichever of two held agents is started anew, the other one's return shows who it is`() {
        var hold = DeviceHold(reason: "two", since: 0, keeper: [1], newcomer: [2], split: true)
        #expect(hold.isNewcomer([2]) && !hold.isNewcomer([1]) && !hold.isNewcomer([9]))
        // The keeper restarts as 3; the newcomer comes again.
        _ = hold.observe([3], contested: false)
        #expect(!hold.isNewcomer([3]))
        _ = hold.observe([2], contested: false)
        #expect(hold.keeper == [3] && hold.isNewcomer([2]))
        // The newcomer restarts as 4; the keeper comes again.
        _ = hold.observe([4], contested: false)
        _ = hold.observe([3], contested: false)
        #expect(hold.keeper == [3] && hold.isNewcomer([4]) && !hold.isNewcomer([2]))
        // Whom the keeper's living connection contests is the newcomer.
        _ = hold.observe([5], contested: true)
        #expect(hold.isNewcomer([5]))
    }

    @Test func `restarts and a restore from a snapshot are no copies`() {
        var starts = DeviceStarts()
        #expect(starts.arrive(counter: 1, id: [1]) == .newStart)
        #expect(starts.arrive(counter: 1, id: [1]) == .same)
        #expect(starts.arrive(counter: 2, id: [2]) == .newStart)
        #expect(starts.arrive(counter: 1, id: [3]) == .restored)
        #expect(starts.arrive(counter: 2, id: [4]) == .newStart)
    }

    @Test func `messages that were overtaken are no copy, however often their successor comes then`() {
        var starts = DeviceStarts()
        _ = starts.arrive(counter: 1, id: [1])
        _ = starts.arrive(counter: 2, id: [2])
        var found = [starts.arrive(counter: 1, id: [1]), starts.arrive(counter: 1, id: [1])]
        for _ in 0..<5 { found.append(starts.arrive(counter: 2, id: [2])) }
        #expect(!found.contains(.clone))
        #expect(found.last == .same)
        #expect(starts.counter == 2)
    }

    @Test func `an overtaken message is no copy while its successor holds a connection, one that keeps coming is`() {
        var starts = DeviceStarts(counter: 3, id: [3])
        #expect(starts.arrive(counter: 2, id: [2], contested: true) == .returned)
        #expect(starts.id == [3])
        #expect(starts.arrive(counter: 2, id: [2], contested: true) == .returned)
        #expect(starts.arrive(counter: 2, id: [2], contested: true) == .clone)
    }

    @Test func `two earlier starts that alternate are copies, though the last one is gone`() {
        var starts = DeviceStarts()
        for id in 1...3 as ClosedRange<UInt8> { _ = starts.arrive(counter: UInt64(id), id: [id]) }
        var found: [DeviceStarts.Arrival] = []
        for _ in 0..<3 { found += [starts.arrive(counter: 1, id: [1]), starts.arrive(counter: 2, id: [2])] }
        #expect(found.contains(.clone))
    }

    @Test func `a start that keeps returning is a copy, also over restarts of the server`() {
        var starts = DeviceStarts()
        _ = starts.arrive(counter: 1, id: [1])
        _ = starts.arrive(counter: 2, id: [2])
        var found: [DeviceStarts.Arrival] = []
        for _ in 0..<3 {
            found += [starts.arrive(counter: 1, id: [1]), starts.arrive(counter: 2, id: [2])]
            starts = DeviceStarts(counter: starts.counter, id: starts.id, history: starts.history)
        }
        #expect(found == [.returned, .same, .returned, .same, .clone, .same])
    }

    @Test func `more than two copies are found`() {
        var starts = DeviceStarts()
        var found: [DeviceStarts.Arrival] = []
        for round in 0..<3 {
            for copy in 1...5 as ClosedRange<UInt8> {
                found.append(starts.arrive(counter: UInt64(5 + round), id: [copy]))
            }
        }
        #expect(found.contains(.clone))
    }

    @Test func `a connection that is contested is a copy, whatever it says`() {
        var starts = DeviceStarts(counter: 3, id: [1])
        #expect(starts.arrive(counter: 9, id: [2], contested: true) == .clone)
        #expect(starts.id == [1])
    }
}
