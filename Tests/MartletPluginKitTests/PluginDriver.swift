import Glibc
import MartletABI
import MartletPluginKit
import Synchronization

/// Drives a plugin through its C functions, as the host does, on a thread of its own.
actor PluginDriver {
    private nonisolated let thread = HostThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    struct Answer: Sendable {
        var status: Int32
        var message = ""
        var pointer = ""
        var isRetryable = false
        var document = ""
    }

    nonisolated let host = FakeHost()
    private let module = PluginModule.of(SamplePlugin.self).pointee
    private var plugin: OpaquePointer?

    func create(local: String = #"{"place":"/etc/sample"}"#) -> Answer {
        withError { error in
            borrow(local) { local in
                var info = martlet_create_info()
                info.struct_size = UInt32(MemoryLayout<martlet_create_info>.size)
                info.local = local.pointee
                return module.create(host.face, &info, &plugin, error)
            }
        }
    }

    var identity: (magic: UInt32, major: UInt16, id: String, version: String) {
        (
            module.magic, module.abi_major, withUnsafePointer(to: module.id) { FakeHost.text($0) },
            withUnsafePointer(to: module.version) { FakeHost.text($0) }
        )
    }

    /// Created, initialised and active.
    func begin() -> [Int32] {
        [
            create().status, call { module.ops.pointee.`init`($0, $1, $2) }.status,
            activate(#"{"level":1,"names":["a"]}"#).status,
        ]
    }

    func activate(_ settings: String) -> Answer {
        call { plugin, call, error in borrow(settings) { module.ops.pointee.activate(plugin, call, $0, error) } }
    }

    func validate(_ settings: String) -> Answer {
        let side = side(MARTLET_EXT_SETTINGS, martlet_plugin_settings.self)
        return call { plugin, call, error in borrow(settings) { side.validate(plugin, call, $0, error) } }
    }

    func apply(_ settings: String, within limit: Duration = .seconds(60)) -> Answer {
        let side = side(MARTLET_EXT_SETTINGS, martlet_plugin_settings.self)
        return call(within: limit) { plugin, call, error in borrow(settings) { side.apply(plugin, call, $0, error) } }
    }

    func readSettings() -> Answer {
        let side = side(MARTLET_EXT_SETTINGS, martlet_plugin_settings.self)
        return read { side.read($0, $1, $2, $3) }
    }

    func readState() -> Answer {
        let side = side(MARTLET_EXT_STATE, martlet_plugin_state.self)
        return read { side.read($0, $1, $2, $3) }
    }

    func readStatistics() -> Answer {
        let side = side(MARTLET_EXT_STATISTICS, martlet_plugin_statistics.self)
        return read { side.read($0, $1, $2, $3) }
    }

    func control(_ action: Int32) -> Answer {
        let side = side(MARTLET_EXT_CONTROL, martlet_plugin_control.self)
        var instance = martlet_string()
        return call { side.perform($0, $1, action, &instance, $2) }
    }

    func start(_ task: String, _ parameters: String = "{}", run: UInt8 = 1) -> Answer {
        let side = side(MARTLET_EXT_TASKS, martlet_plugin_tasks.self)
        return call { plugin, call, error in
            borrow(parameters) { parameters in
                withText(task) { side.start(plugin, call, [UInt8](repeating: run, count: 16), $0, parameters, error) }
            }
        }
    }

    func cancel(run: UInt8 = 1) {
        side(MARTLET_EXT_TASKS, martlet_plugin_tasks.self).cancel(plugin, [UInt8](repeating: run, count: 16))
    }

    func deactivate() -> Answer { call { module.ops.pointee.deactivate($0, $1, $2) } }

    func destroy() { module.ops.pointee.destroy(plugin) }

    /// Waits until what the host heard holds; false when it does not within ten seconds.
    func wait(_ look: @Sendable (FakeHost.Heard) -> Bool) -> Bool {
        for _ in 0..<2000 {
            if look(host.heard) { return true }
            usleep(5000)
        }
        return false
    }

    private func side<Side>(_ id: String, _ type: Side.Type) -> Side {
        withText(id) { id in
            // A plugin of the kit offers every extension; without one the test has nothing to do.
            guard let side = module.ops.pointee.get_extension(plugin, id) else { fatalError("not offered") }
            return side.load(as: type)
        }
    }

    private func call(
        within limit: Duration = .seconds(60),
        _ body: (OpaquePointer?, UnsafePointer<martlet_call>, UnsafeMutablePointer<martlet_error>) -> Int32
    ) -> Answer {
        var call = martlet_call()
        call.struct_size = UInt32(MemoryLayout<martlet_call>.size)
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        call.deadline = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) + Int64(limit / .nanoseconds(1))
        call.is_cancelled = { call in
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) >= call?.pointee.deadline ?? 0
        }
        return withError { body(plugin, &call, $0) }
    }

    private func read(
        _ body: (
            OpaquePointer?, UnsafePointer<martlet_call>, UnsafePointer<martlet_sink>,
            UnsafeMutablePointer<martlet_error>
        ) -> Int32
    ) -> Answer {
        var gathered = ""
        var answer = withUnsafeMutablePointer(to: &gathered) { target in
            var sink = martlet_sink()
            sink.struct_size = UInt32(MemoryLayout<martlet_sink>.size)
            sink.caller_data = UnsafeMutableRawPointer(target)
            sink.write = { sink, bytes in
                sink?.pointee.caller_data.assumingMemoryBound(to: String.self).pointee += FakeHost.text(bytes)
                return 0
            }
            return call { body($0, $1, &sink, $2) }
        }
        answer.document = gathered
        return answer
    }

    private func withError(_ body: (UnsafeMutablePointer<martlet_error>) -> Int32) -> Answer {
        var error = martlet_error()
        error.struct_size = UInt32(MemoryLayout<martlet_error>.size)
        let status = body(&error)
        func text<Buffer>(_ buffer: Buffer, _ length: UInt32) -> String {
            withUnsafeBytes(of: buffer) { String(decoding: $0.prefix(Int(length)), as: UTF8.self) }
        }
        return Answer(
            status: status, message: text(error.message, error.message_length),
            pointer: text(error.pointer, error.pointer_length), isRetryable: error.flags & 1 != 0)
    }

    private func borrow<Result>(_ text: String, _ body: (UnsafePointer<martlet_bytes>) -> Result) -> Result {
        Array(text.utf8).withUnsafeBufferPointer { buffer in
            withUnsafePointer(to: martlet_bytes(data: buffer.baseAddress, length: buffer.count)) { body($0) }
        }
    }

    private func withText<Result>(_ text: String, _ body: (UnsafePointer<martlet_string>) -> Result) -> Result {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { buffer in
                withUnsafePointer(to: martlet_string(data: buffer.baseAddress, length: buffer.count)) { body($0) }
            }
        }
    }
}
