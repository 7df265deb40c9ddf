import DurableFiles
import Glibc
import PluginTestBench
import Testing

@testable import AgentPlugins

/// What the number that a service wrote names.
@Suite(.tags(.R18)) struct RunningServiceTests {
    @Test("a number that names another program, or nobody, is no service, and its descriptor is closed once")
    func closesOnce() throws {
        let directory = try TemporaryDirectory()
        for pid in [getpid(), Int32.max] {
            let unit = DirectUnit(start: ["/usr/sbin/nginx"], pidFile: "\(directory.path)/pid")
            try FileBytes.replace(unit.pidFile, with: Array("\(pid)\n".utf8), mode: 0o600)
            errno = 0
            let service = RunningService(unit)
            // What is closed twice may be another's by then.
            let failure = errno
            #expect(service == nil && failure != EBADF, "\(pid)")
        }
    }
}
