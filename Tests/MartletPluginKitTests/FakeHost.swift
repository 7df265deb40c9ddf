import Glibc
import MartletABI
import Synchronization

/// The host's side of the interface in memory: what a plugin says is kept, what it asks is granted.
final class FakeHost: Sendable {
    struct Heard: Sendable {
        var progress: [(percent: UInt32, message: String)] = []
        var finished: [(status: Int32, message: String, result: String)] = []
        var events: [(id: [UInt8], severity: Int32, type: String, data: String, time: Int64)] = []
        var flushes = 0
        var services: [(action: Int32, unit: String)] = []
        var files: [(path: String, content: String)] = []
        var stored: [String: [UInt8]] = [:]
    }

    private let heard_ = Mutex(Heard())
    nonisolated(unsafe) let face: UnsafeMutablePointer<martlet_host>

    init() {
        face = .allocate(capacity: 1)
        face.initialize(to: martlet_host())
        face.pointee.struct_size = UInt32(MemoryLayout<martlet_host>.size)
        face.pointee.host_data = Unmanaged.passUnretained(self).toOpaque()
        face.pointee.get_extension = { _, id in FakeHost.sides[FakeHost.text(id)] ?? nil }
    }

    deinit { face.deallocate() }

    var heard: Heard { heard_.withLock { $0 } }

    fileprivate func note(_ change: (inout Heard) -> Void) { heard_.withLock { change(&$0) } }

    fileprivate static func of(_ face: UnsafePointer<martlet_host>?) -> FakeHost? {
        face?.pointee.host_data.map { Unmanaged<FakeHost>.fromOpaque($0).takeUnretainedValue() }
    }

    static func text(_ string: UnsafePointer<martlet_string>?) -> String {
        guard let string = string?.pointee, let data = string.data else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: data, count: string.length), as: UTF8.self)
    }

    static func text(_ bytes: UnsafePointer<martlet_bytes>?) -> String {
        guard let bytes = bytes?.pointee, let data = bytes.data else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: data, count: bytes.length), as: UTF8.self)
    }

    private static func keep<Side>(_ side: Side) -> UnsafeRawPointer {
        let memory = UnsafeMutablePointer<Side>.allocate(capacity: 1)
        memory.initialize(to: side)
        return UnsafeRawPointer(memory)
    }

    nonisolated(unsafe) private static let sides: [String: UnsafeRawPointer] = [
        MARTLET_EXT_TASKS: keep(
            martlet_host_tasks(struct_size: 24, reserved: 0, progress: hostProgress, finished: hostFinished)),
        MARTLET_EXT_EVENTS: keep(martlet_host_events(struct_size: 24, reserved: 0, emit: hostEmit, flush: hostFlush)),
        MARTLET_EXT_SERVICE: keep(martlet_host_service(struct_size: 16, reserved: 0, perform: hostService, state: nil)),
        MARTLET_EXT_FILE: keep(martlet_host_file(struct_size: 16, reserved: 0, write: hostWrite)),
        MARTLET_EXT_STORAGE: keep(martlet_host_storage(struct_size: 24, reserved: 0, get: hostGet, put: hostPut)),
    ]
}

private nonisolated func hostProgress(
    _ host: UnsafePointer<martlet_host>?, _ run: UnsafePointer<UInt8>?, _ percent: UInt32,
    _ message: UnsafePointer<martlet_string>?
) {
    FakeHost.of(host)?.note { $0.progress.append((percent, FakeHost.text(message))) }
}

private nonisolated func hostFinished(
    _ host: UnsafePointer<martlet_host>?, _ run: UnsafePointer<UInt8>?, _ status: Int32,
    _ message: UnsafePointer<martlet_string>?, _ result: UnsafePointer<martlet_bytes>?
) -> Int32 {
    FakeHost.of(host)?.note { $0.finished.append((status, FakeHost.text(message), FakeHost.text(result))) }
    return 0
}

private nonisolated func hostEmit(
    _ host: UnsafePointer<martlet_host>?, _ event: UnsafePointer<martlet_event>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    guard let event = event?.pointee else { return 3 }
    let id = withUnsafeBytes(of: event.id) { Array($0) }
    let (type, data) = (
        withUnsafePointer(to: event.type) { FakeHost.text($0) }, withUnsafePointer(to: event.data) { FakeHost.text($0) }
    )
    FakeHost.of(host)?.note { $0.events.append((id, event.severity, type, data, event.time)) }
    return 0
}

private nonisolated func hostFlush(
    _ host: UnsafePointer<martlet_host>?, _ deadline: Int64, _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    FakeHost.of(host)?.note { $0.flushes += 1 }
    return 0
}

private nonisolated func hostService(
    _ host: UnsafePointer<martlet_host>?, _ deadline: Int64, _ action: Int32, _ unit: UnsafePointer<martlet_string>?,
    _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    FakeHost.of(host)?.note { $0.services.append((action, FakeHost.text(unit))) }
    return 0
}

private nonisolated func hostWrite(
    _ host: UnsafePointer<martlet_host>?, _ deadline: Int64, _ path: UnsafePointer<martlet_string>?, _ mode: UInt32,
    _ content: UnsafePointer<martlet_bytes>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    FakeHost.of(host)?.note { $0.files.append((FakeHost.text(path), FakeHost.text(content))) }
    return 0
}

private nonisolated func hostGet(
    _ host: UnsafePointer<martlet_host>?, _ deadline: Int64, _ key: UnsafePointer<martlet_string>?,
    _ sink: UnsafePointer<martlet_sink>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    guard let value = FakeHost.of(host)?.heard.stored[FakeHost.text(key)] else { return Int32(MARTLET_NOT_FOUND) }
    return value.withUnsafeBufferPointer { buffer in
        withUnsafePointer(to: martlet_bytes(data: buffer.baseAddress, length: buffer.count)) {
            sink?.pointee.write?(sink, $0) ?? Int32(MARTLET_INTERNAL)
        }
    }
}

private nonisolated func hostPut(
    _ host: UnsafePointer<martlet_host>?, _ deadline: Int64, _ key: UnsafePointer<martlet_string>?,
    _ value: UnsafePointer<martlet_bytes>?, _ error: UnsafeMutablePointer<martlet_error>?
) -> Int32 {
    FakeHost.of(host)?.note { $0.stored[FakeHost.text(key)] = Array(FakeHost.text(value).utf8) }
    return 0
}
