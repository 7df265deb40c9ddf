import Glibc

/// What was built beside the test program.
package enum Built {
    package static let directory: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }()

    package static var host: String { directory + "/martlet-plugin-host" }

    package static func library(_ plugin: String) -> String { "\(directory)/libmartlet-plugin-\(plugin).so" }

    /// The root of the sources, from the place of this file.
    package static let sources: String = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}
