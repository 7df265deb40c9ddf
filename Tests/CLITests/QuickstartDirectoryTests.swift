import Foundation
import Testing

@testable import CLI

@Suite struct QuickstartDirectoryTests {
    @Test("a lock that is held names its process, and one that is not held nobody")
    func user() throws {
        try withTemporaryDirectory { directory in
            let lock = directory.appending(path: "server.lock").path
            #expect(QuickstartDirectory.user(of: lock) == nil)
            try Data("4711\n".utf8).write(to: URL(filePath: lock))
            #expect(QuickstartDirectory.user(of: lock) == nil)
            let descriptor = open(lock, O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            #expect(QuickstartDirectory.user(of: lock) == "4711")
        }
    }

    @Test("the reason alone is told, not the log around it")
    func reason() {
        let log = "10:00 info server ready\nmartlet-server: 127.0.0.1, port 1, is in use\n"
        #expect(QuickstartProcess.reason(in: log, of: "martlet-server") == "127.0.0.1, port 1, is in use")
        #expect(QuickstartProcess.reason(in: "a\nb\n", of: "martlet-server") == "a\nb")
        #expect(
            QuickstartPorts.namingOptions(
                "in use; say another agents.port or agents.host in server.yaml", file: "/q/server.yaml")
                == "in use; say another agents.port or agents.host in /q/server.yaml, or --agent-port (0: any that is free) with another --dir"
        )
    }
}
