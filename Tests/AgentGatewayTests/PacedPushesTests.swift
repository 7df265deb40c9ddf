import Synchronization
import Testing

@testable import AgentGateway

@Suite struct PacedPushesTests {
    private let most = PushPace<Int>.atOnce

    @Test func `all are pushed, those that are gone are passed over`() {
        let pushed = Mutex<[Int]>([])
        PacedPushes<Int>(longest: .seconds(600)).add(Array(0..<most * 3)) { key, done in
            guard key % 2 == 0 else { return false }
            pushed.withLock { $0.append(key) }
            done()
            return true
        }
        #expect(Set(pushed.withLock { $0 }) == Set((0..<most * 3).filter { $0 % 2 == 0 }))
        #expect(pushed.withLock { $0.count } == most * 3 / 2)
    }

    @Test func `devices that do not read keep nobody else waiting for long`() async {
        let paced = PacedPushes<Int>(longest: .milliseconds(5))
        let (pushed, told) = AsyncStream.makeStream(of: Int.self)
        // Twice as many as have a turn, and none is ever done.
        paced.add(Array(0..<most * 2)) { key, _ in
            told.yield(key)
            return true
        }
        var seen: [Int] = []
        for await key in pushed {
            seen.append(key)
            if seen.count == most * 2 { break }
        }
        #expect(seen == Array(0..<most * 2))
    }
}
