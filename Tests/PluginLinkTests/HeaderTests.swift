import Glibc
import Testing

/// The interface's headers as a vendor's compiler sees them. layout.h proves that no released layout changed.
@Suite(.tags(.R25))
struct HeaderTests {
    @Test(
        "every header compiles alone, without a warning",
        arguments: ["-x c -std=c11", "-x c++ -std=c++17"])
    func compiles(language: String) throws {
        let headers = [
            "base", "call", "error", "host", "module", "sink", "martlet", "layout", "ext/control", "ext/events",
            "ext/file",
            "ext/log", "ext/secret", "ext/service", "ext/settings", "ext/state", "ext/statistics", "ext/storage",
            "ext/tasks",
        ]
        let include =
            #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Sources/MartletABI/include"
        for header in headers {
            let command =
                "echo '#include <martlet/\(header).h>' | clang \(language) -Wall -Wextra -Wpedantic -Werror"
                + " -I '\(include)' -fsyntax-only - 2>&1"
            let pipe = try #require(popen(command, "r"))
            var said: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { said += buffer[..<count] }
            #expect(pclose(pipe) == 0, "\(header): \(String(decoding: said, as: UTF8.self))")
        }
    }
}
