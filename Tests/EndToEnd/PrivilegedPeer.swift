import Foundation
import Glibc
import PluginLink
import TestStage

/// martlet-privileged, spoken to directly, as a core that was taken over would.
final class PrivilegedPeer {
    struct Answer {
        var numbers: [Int: UInt64] = [:]
        var message = ""
        var correlation: UInt64
        var descriptors: [Int32] = []
    }

    /// The helper's, or that of a shell which is its parent.
    let pid: Int32
    private let link: Int32
    private let pidfd: Int32
    private var last: UInt64 = 0

    /// `shell`: commands in the place of the agent, which start "$0".
    init(orders: [[String]], shell: String? = nil) throws {
        let text = orders.map { $0.joined(separator: "\t") + "\n" }.joined()
        let file = pl_memory_file("orders")
        var ends: [Int32] = [-1, -1]
        guard file >= 0, pl_message_pair(&ends) == 0 else { throw NotInTime(description: "no descriptors") }
        _ = text.withCString { write(file, $0, strlen($0)) }
        var launch = pl_launch()
        launch.descriptors = (-1, -1, STDERR_FILENO, ends[1], file, -1, -1, -1)
        launch.descriptor_count = 5
        launch.dies_with_parent = true
        var launched = pl_launched(pid: -1, pidfd: -1)
        let nothing: [UnsafePointer<CChar>?] = [nil]
        let helper = Products.executable("martlet-privileged").path
        let words = shell.map { ["/bin/sh", "-c", $0, helper] } ?? [helper]
        let strings = words.map { strdup($0) }
        defer { for string in strings { free(string) } }
        let error = words[0].withCString { path in
            launch.executable = path
            let arguments: [UnsafePointer<CChar>?] = strings.map { UnsafePointer($0) } + [nil]
            return arguments.withUnsafeBufferPointer { arguments in
                nothing.withUnsafeBufferPointer { nothing in
                    launch.arguments = arguments.baseAddress
                    launch.environment = nothing.baseAddress
                    return pl_launch_run(&launch, &launched)
                }
            }
        }
        close(ends[1])
        close(file)
        guard error == 0 else { throw NotInTime(description: "martlet-privileged does not start: \(error)") }
        (link, pid, pidfd) = (ends[0], launched.pid, launched.pidfd)
    }

    deinit {
        kill(pid, SIGKILL)
        close(link)
        close(pidfd)
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8], _ descriptors: [Int32] = []) -> Int32 {
        pl_message_send(link, bytes, bytes.count, descriptors, Int32(descriptors.count))
    }

    /// Sends bytes past what the link's own functions take.
    func sendPlainly(_ bytes: [UInt8]) -> Bool { Glibc.send(link, bytes, bytes.count, 0) == bytes.count }

    static func frame(_ type: Int, _ correlation: UInt64, _ fields: [(Int, [UInt8])], cut: Int = 0) -> [UInt8] {
        var writer = pl_writer()
        for (tag, value) in fields { pl_put(&writer, UInt16(tag), value, value.count) }
        defer { pl_writer_free(&writer) }
        var header = pl_header(length: UInt32(writer.length), type: UInt16(type), flags: 0, correlation: correlation)
        var bytes = [UInt8](repeating: 0, count: Int(PL_HEADER_SIZE))
        pl_header_encode(&header, &bytes)
        bytes += Array(UnsafeBufferPointer(start: writer.data, count: writer.length))
        return Array(bytes.dropLast(cut))
    }

    static func number(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    /// Sends a request and waits for its answer.
    func ask(_ type: Int, _ fields: [(Int, [UInt8])], _ descriptors: [Int32] = []) throws -> Answer {
        last += 1
        guard send(Self.frame(type, last, fields), descriptors) == 0 else {
            throw NotInTime(description: "the helper does not listen")
        }
        return try answer()
    }

    /// The next answer.
    func answer() throws -> Answer {
        var message = pl_message()
        guard pl_message_receive(link, &message, 1) == 1 else { throw NotInTime(description: "the helper is gone") }
        let bytes = Array(UnsafeBufferPointer(start: pl_message_bytes(&message), count: message.length))
        var header = pl_header()
        pl_header_decode(bytes, &header)
        var answer = Answer(correlation: header.correlation)
        var (offset, field) = (0, pl_field())
        let payload = Array(bytes.dropFirst(Int(PL_HEADER_SIZE)))
        payload.withUnsafeBufferPointer { payload in
            while pl_next_field(payload.baseAddress, payload.count, &offset, &field) == 1 {
                let value = Array(UnsafeBufferPointer(start: field.value, count: field.length))
                if value.count == 8, Int(field.tag) != PP_MESSAGE {
                    answer.numbers[Int(field.tag)] = value.reversed().reduce(0) { $0 << 8 | UInt64($1) }
                } else {
                    answer.message = String(decoding: value, as: UTF8.self)
                }
            }
        }
        if message.descriptor_count > 0 { answer.descriptors = [message.descriptors.0] }
        return answer
    }
}
