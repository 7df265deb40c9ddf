internal import Dispatch
internal import MartletABI
internal import Synchronization

/// The agent, as a plugin sees it. Everything here may be called from anywhere, at any time between `prepare` and the end of
/// `deactivate`; outside of that it fails with `failedPrecondition`.
public final class Host: Sendable {
    private struct State {
        nonisolated(unsafe) let pointer: UnsafePointer<martlet_host>
        var isOpen = true
    }

    private let state: Mutex<State>
    /// Calls of the plugin that are under way.
    private let inside = DispatchGroup()
    /// Where calls wait for the agent, so that they do not block Swift's few threads.
    private let waiting = DispatchQueue(label: "martlet.host", attributes: .concurrent)

    init(_ pointer: UnsafePointer<martlet_host>) { state = Mutex(State(pointer: pointer)) }

    /// After this no thread of the plugin is inside the host, nor comes there.
    func close() {
        state.withLock { $0.isOpen = false }
        inside.wait()
    }

    /// Runs `body` with the host and one of its extensions.
    func with<Extension, Result>(
        _ id: String, _ type: Extension.Type,
        _ body: (UnsafePointer<martlet_host>, Extension) throws(PluginFailure) -> Result
    ) throws(PluginFailure) -> Result {
        guard let pointer = enter() else { throw PluginFailure(.failedPrecondition, "the plugin is not at work") }
        defer { inside.leave() }
        let side = CString.borrow(id) { name in
            withUnsafePointer(to: name) { pointer.pointee.get_extension?(pointer, $0) }
        }
        guard let side else { throw PluginFailure(.unimplemented, "this agent does not offer \(id)") }
        return try body(pointer, Self.copy(side, as: type))
    }

    /// The host's side as far as both know it; what an older host does not have reads as not offered.
    private static func copy<Extension>(_ side: UnsafeRawPointer, as type: Extension.Type) -> Extension {
        let size = MemoryLayout<Extension>.size
        let ours = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<Extension>.alignment)
        defer { ours.deallocate() }
        ours.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        ours.copyMemory(from: side, byteCount: min(size, Int(side.load(as: UInt32.self))))
        return ours.load(as: type)
    }

    /// The same beside Swift's threads, for calls that wait.
    func waiting<Result: Sendable>(
        _ body: @escaping @Sendable () throws(PluginFailure) -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            waiting.async {
                do throws(PluginFailure) {
                    continuation.resume(returning: try body())
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func enter() -> UnsafePointer<martlet_host>? {
        state.withLock { state in
            guard state.isOpen else { return nil }
            inside.enter()
            return state.pointer
        }
    }
}
