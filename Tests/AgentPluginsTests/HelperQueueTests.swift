import DurableFiles
import Glibc
import PluginLink
import PluginTestBench
import Testing

@testable import AgentPlugins

/// Requests to martlet-privileged, of which it carries out so many at once and refuses the rest: a peer in its place counts them.
@Suite(.tags(.R23), .timeLimit(.minutes(2))) struct HelperQueueTests {
    private let helper: PrivilegedHelper
    private let peer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pl_message_pair(&ends) == 0 else { throw Failure("no socket") }
        (helper, peer) = (PrivilegedHelper(link: ends[0]), ends[1])
    }

    /// Numbers of the requests that have come.
    private func received() -> [UInt64] {
        var numbers: [UInt64] = []
        var message = pl_message()
        while pl_message_receive(peer, &message, 0) > 0 {
            var header = pl_header()
            pl_header_decode(pl_message_bytes(&message), &header)
            numbers.append(header.correlation)
            pl_message_close(&message)
        }
        return numbers
    }

    private func answer(_ number: UInt64) {
        let bytes = LinkFrame(PP_ANSWER, correlation: number, LinkFields().adding(PP_STATUS, 0)).encoded
        _ = pl_message_send(peer, bytes, bytes.count, nil, 0)
    }

    private func begin(_ count: Int) -> [Task<HostActionResult, Never>] {
        (0..<count).map { number in
            Task { await helper.write(FileRequest(path: "/x/\(number)", content: [1], mode: 0o644), for: "one") }
        }
    }

    @Test("more than the helper does at once waits for its turn, and all of it is done")
    func waitsForItsTurn() async throws {
        let most = PrivilegedHelper.mostAtOnce
        let tasks = begin(100)
        var open: [UInt64] = []
        while open.count < most || helper.gate.waiting < 100 - most {
            open += received()
            try await Task.sleep(for: .milliseconds(5))
        }
        var (answered, longest) = (0, open.count)
        while answered < 100 {
            if let number = open.popLast() {
                answer(number)
                answered += 1
            }
            open += received()
            longest = max(longest, open.count)
            try await Task.sleep(for: .milliseconds(1))
        }
        for task in tasks { #expect(await task.value == .done) }
        #expect(longest == most)
        close(peer)
    }

    @Test(
        "a statement of trust stands behind nothing that plugins want, and may come again unless it is at fault itself")
    func trustIsFirst() async throws {
        let most = PrivilegedHelper.mostAtOnce
        let tasks = begin(most + 1)
        var open: [UInt64] = []
        while open.count < most || helper.gate.waiting < 1 {
            open += received()
            try await Task.sleep(for: .milliseconds(5))
        }
        for (status, isPassing) in [(8, true), (13, true), (9, false), (3, false)] as [(Int64, Bool)] {
            async let refusal = helper.take(trust: [1])
            var asked: [UInt64] = []
            while asked.isEmpty {
                asked = received()
                try await Task.sleep(for: .milliseconds(1))
            }
            let bytes = LinkFrame(
                PP_ANSWER, correlation: asked[0], LinkFields().adding(PP_STATUS, status).adding(PP_MESSAGE, "no")
            ).encoded
            _ = pl_message_send(peer, bytes, bytes.count, nil, 0)
            #expect(await refusal == TrustRefusal(reason: "no", isPassing: isPassing))
        }
        close(peer)
        for task in tasks { #expect(await task.value.status == .failed) }
        #expect(await helper.take(trust: [1])?.isPassing == true, "the next helper may take it")
    }

    @Test("beyond the limit of what waits a request is refused at once, and says that it may come again")
    func refusesBeyondLimit() async throws {
        let most = PrivilegedHelper.mostAtOnce + PrivilegedHelper.mostWaiting
        let tasks = begin(most)
        while helper.gate.waiting < PrivilegedHelper.mostWaiting { try await Task.sleep(for: .milliseconds(5)) }
        let refused = await helper.service(nil, on: "shop", deadline: MonotonicTime.now + .seconds(9), for: "one")
        #expect(refused.status == .exhausted && refused.message.contains("try again later"))
        // The end of the helper is the end of those that wait.
        close(peer)
        for task in tasks { #expect(await task.value.status == .failed) }
    }
}
