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
        let message = "127.0.0.1, port 1, is in use; say another agents.port or agents.host in server.yaml"
        #expect(
            QuickstartPorts.namingOptions(message)
                == "127.0.0.1, port 1, is in use; say another --agent-port (0: any that is free)")
    }

    @Test("a port that is asked for replaces the one of an earlier start, and nothing else is changed")
    func ports() {
        let text = "a: 1\nagents: {host: 127.0.0.1, port: 13000}\noperators: {host: 127.0.0.1, port: 13299}\n"
        let none = QuickstartPorts(agents: nil, operators: nil, wake: 0)
        #expect(none.written(in: text) == text)
        let some = QuickstartPorts(agents: 0, operators: nil, wake: 0)
        #expect(some.written(in: text) == text.replacing("13000", with: "0"))
    }
}
