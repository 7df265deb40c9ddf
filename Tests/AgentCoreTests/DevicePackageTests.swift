import AgentCore
import DesiredState
import Testing

@Suite struct DevicePackageTests {
    private static func offer(_ number: UInt8, held: Bool = false) -> PackageOffer {
        PackageOffer(version: "\(number)", digest: [UInt8](repeating: number, count: 32), isHeld: held)
    }

    private func package(has: UInt8? = nil, offered: PackageOffer?) -> DevicePackage {
        var package = DevicePackage(plugin: "com.example.cache")
        package.has = has.map { .init(version: "\($0)", digest: [UInt8](repeating: $0, count: 32)) }
        package.take(offered, signature: [1])
        return package
    }

    @Test func `what is offered and not there is installed, what is there stays`() {
        #expect(package(offered: Self.offer(1)).next == .install(Self.offer(1)))
        #expect(package(has: 1, offered: Self.offer(1)).next == .nothing)
        #expect(package(has: 1, offered: Self.offer(2)).next == .install(Self.offer(2)))
        #expect(package(has: 1, offered: nil).next == .remove)
        #expect(package(offered: nil).next == .nothing)
    }

    @Test func `a held offer is not begun, and keeps what is there`() {
        #expect(package(offered: Self.offer(1, held: true)).next == .nothing)
        #expect(package(has: 1, offered: Self.offer(2, held: true)).next == .nothing)
        var trying = package(has: 1, offered: Self.offer(2))
        trying.phase = .trying
        trying.take(Self.offer(2, held: true), signature: [])
        #expect(trying.next == .tryOn(Self.offer(2, held: true)), "what was begun is brought to its end")
    }

    @Test func `what failed is not tried again, another package is, and so is a refused one once others are trusted`() {
        var failed = package(has: 1, offered: Self.offer(2))
        failed.fail(Self.offer(2).digest, "it crashed")
        #expect(failed.next == .nothing && failed.isFailed)
        failed.take(Self.offer(3), signature: [])
        #expect(failed.next == .install(Self.offer(3)) && !failed.isFailed)
        failed.take(Self.offer(2), signature: [])
        #expect(failed.next == .nothing, "it is remembered")
        failed.forgive()
        #expect(failed.next == .install(Self.offer(2)))
    }

    @Test func `what was refused is looked at again under another signature, and what failed is not`() {
        var refused = package(has: 1, offered: Self.offer(2))
        refused.fail(Self.offer(2).digest, "its signer is revoked", until: .trust)
        refused.take(Self.offer(2), signature: [1])
        #expect(refused.next == .nothing, "the same signature is no news")
        refused.take(Self.offer(2), signature: [2])
        #expect(refused.next == .install(Self.offer(2)) && refused.signature == [2])
        var failed = package(has: 1, offered: Self.offer(2))
        failed.fail(Self.offer(2).digest, "it crashed")
        failed.take(Self.offer(2), signature: [2])
        #expect(failed.next == .nothing)
    }

    @Test func `tries are counted until there is a verdict, another offer, or a reason that is none of the version's`()
    {
        var trying = package(has: 1, offered: Self.offer(2))
        trying.tryOnce()
        trying.tryOnce()
        #expect(trying.tries == 2 && trying.next == .tryOn(Self.offer(2)))
        var (settled, failed, other, postponed) = (trying, trying, trying, trying)
        settled.settle(Self.offer(2))
        failed.fail(Self.offer(2).digest, "it crashed")
        other.take(Self.offer(3), signature: [])
        postponed.postpone("no memory")
        #expect([settled, failed, other, postponed].allSatisfy { $0.tries == 0 && $0.phase == .idle })
        #expect(postponed.next == .install(Self.offer(2)) && postponed.reason == "no memory" && !postponed.isFailed)
    }

    private static let hour: Int64 = 3_600_000_000

    @Test func `what came wrong is fetched again soon at first, and then after hours that double up to a day`() {
        var package = package(has: 1, offered: Self.offer(2))
        for _ in 1..<DevicePackage.mostSpoiled {
            package.spoil("rotten", now: 0, random: 0)
            #expect(package.wait(at: 0) == nil && !package.isFailed && package.next == .install(Self.offer(2)))
        }
        for hours in [2, 4, 8, 12, 12] as [Int64] {
            package.spoil("rotten", now: 7, random: 0)
            #expect(package.wait(at: 7) == hours * Self.hour)
        }
        package.spoil("rotten", now: 7, random: 1)
        #expect(package.wait(at: 7) == 24 * Self.hour && package.wait(at: 7 + 24 * Self.hour) == nil)
        #expect(package.isFailed && package.reason == "rotten", "it is told")
        #expect(package.wait(at: -24 * Self.hour) == nil, "a clock that was set back makes nobody wait longer")
        package.take(Self.offer(2), signature: [1])
        #expect(package.isFailed && package.wait(at: 7) != nil, "the same offer once more is no news")
    }

    @Test func `who waits begins afresh with another offer, one that was brought anew, or one that is held no longer`()
    {
        var waiting = package(has: 1, offered: Self.offer(2))
        for _ in 1...DevicePackage.mostSpoiled { waiting.spoil("rotten", now: 0, random: 0) }
        var (other, renewed, held) = (waiting, waiting, waiting)
        other.take(Self.offer(3), signature: [])
        var again = Self.offer(2)
        again.renewed = 5
        renewed.take(again, signature: [1])
        #expect([other, renewed].allSatisfy { $0.wait(at: 0) == nil && $0.spoiled == 0 && !$0.isFailed })
        #expect(renewed.next == .install(again) && renewed.reason.isEmpty)
        held.take(Self.offer(2, held: true), signature: [])
        #expect(held.isFailed && held.wait(at: 0) != nil, "a rollout that halts because of it changes nothing")
        held.take(Self.offer(2), signature: [])
        #expect(!held.isFailed && held.next == .install(Self.offer(2)))
    }

    @Test
    func `what the device lacks during a try is not the version's, and is no reason to try as fast as can be either`() {
        var package = package(has: 1, offered: Self.offer(2))
        package.tryOnce()
        for _ in 1..<DevicePackage.mostLost {
            package.tryOnce()
            package.lose("the helper ended", now: 0, random: 0)
            #expect(package.tries == 1 && package.phase == .idle && package.wait(at: 0) == nil)
        }
        package.tryOnce()
        package.lose("the helper ended", now: 0, random: 0)
        #expect(package.wait(at: 0) == Self.hour / 4)
        for _ in 1...9 { package.lose("the helper ended", now: 0, random: 0) }
        #expect(package.wait(at: 0) == 12 * Self.hour)
        #expect(!package.isFailed && package.next == .install(Self.offer(2)) && package.reason == "the helper ended")
    }

    @Test func `what came whole at last is damaged no more, whatever becomes of it next`() {
        var package = package(has: 1, offered: Self.offer(2))
        for _ in 1...DevicePackage.mostSpoiled { package.spoil("rotten", now: 0, random: 0) }
        package.cameWhole()
        #expect(!package.isFailed && package.wait(at: 0) == nil && package.reason.isEmpty)
        package.postpone("no room on the disk")
        #expect(!package.isFailed && package.reason == "no room on the disk")
    }

    @Test func `another offer ends an attempt`() {
        var trying = package(has: 1, offered: Self.offer(2))
        trying.phase = .trying
        trying.take(Self.offer(1), signature: [])
        #expect(trying.phase == .idle && trying.next == .nothing)
    }

    @Test func `the highest version that was well is remembered after a removal and a return`() {
        var package = package(offered: Self.offer(2))
        package.settle(Self.offer(2))
        #expect(package.highest == "2" && package.next == .nothing)
        package.take(Self.offer(1), signature: [])
        package.settle(Self.offer(1))
        #expect(package.highest == "2")
        package.take(nil, signature: [])
        package.has = nil
        #expect(!package.isPresent && package.highest == "2")
    }
}
