@testable import AgentPlugins
import Testing

struct NewsQueueTests {
    @Test("a newer progress takes the place of one that waits, the end does too, and nothing comes after the end")
    func coalesces() {
        var queue = NewsQueue()
        queue.add(.run(update(1, .running(percent: 1, message: ""))))
        queue.add(.run(update(2, .running(percent: 5, message: ""))))
        queue.add(.run(update(1, .running(percent: 2, message: ""))))
        queue.add(.run(update(1, .succeeded)))
        #expect(queue.take() == .run(update(1, .succeeded)))
        #expect(queue.take() == .run(update(2, .running(percent: 5, message: ""))))
        #expect(queue.take() == nil)
    }

    @Test("a change of state is said once while it waits")
    func saysOnce() {
        var queue = NewsQueue()
        for _ in 0..<1000 { queue.add(.stateChanged) }
        #expect(queue.count == 1)
    }

    @Test("ends are all kept, in order")
    func keepsEnds() {
        var queue = NewsQueue()
        queue.add(.ended(HostEnd(cause: .exited(1))))
        queue.add(.ended(HostEnd(cause: .exited(2))))
        #expect(queue.take() == .ended(HostEnd(cause: .exited(1))))
        #expect(queue.take() == .ended(HostEnd(cause: .exited(2))))
    }

    private func update(_ run: UInt8, _ state: PluginRunUpdate.State) -> PluginRunUpdate {
        PluginRunUpdate(runID: [run], application: "a", task: "t", state: state, result: [])
    }
}
