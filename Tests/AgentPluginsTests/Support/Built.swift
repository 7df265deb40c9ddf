import AgentPlugins
import Glibc

/// What was built beside the test bundle.
enum Built {
    static let directory: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }()

    static var host: String { directory + "/martlet-plugin-host" }
    static var fixture: String { directory + "/libmartlet-plugin-fixture.so" }

    /// The root of the sources, from the place of this file.
    static let sources: String = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
}
