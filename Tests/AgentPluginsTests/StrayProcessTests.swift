import AgentPlugins
import DurableFiles
import Glibc
import PluginTestBench
import Testing

@testable import AgentPlugins

/// Whatever a plugin started is gone with its host, however it detached itself.
@Suite(.serialized, .tags(.R21, .R23))
struct StrayProcessTests {
    @Test("children are ended with a host that is killed", arguments: ["fork", "daemon"])
    func endsChildren(how: String) async throws {
        try await expectNoChild(how, killHost)
    }

    @Test(
        "a child that forgets its environment is found by its control group",
        .enabled(
            if: HostGroup.own().map { access($0, W_OK) == 0 } ?? false, "needs a control group that can be written"))
    func endsForgetfulChild() async throws {
        try await expectNoChild("forget", killHost)
    }

    @Test("children are ended with a host that crashes, also without control groups", arguments: ["fork", "daemon"])
    func endsChildrenWithoutGroups(how: String) async throws {
        try await expectNoChild(how, configure: { $0.controlGroup = nil }) { _ = try await $0.perform("crash") }
    }

    @Test("children are ended at the shutdown", arguments: ["fork", "daemon"])
    func endsChildrenAtShutdown(how: String) async throws {
        try await expectNoChild(how) { await $0.manager.shutdown() }
    }

    @Test("what a former agent left behind is ended by the next one")
    func endsFormerChildren() async throws {
        let directory = try TemporaryDirectory()
        let mark = Stray.mark(dataDirectory: "\(directory.path)/data", host: "1:martlet.fixture:1")
        let start = ProcessStart(
            executable: "/bin/sleep", arguments: ["1000"], environment: [mark], descriptors: [-1, -1, -1])
        let left = try start.run()
        defer { close(left.pidfd) }
        let bench = try PluginBench.fixture(directory: directory)
        try await bench.run { _ in #expect(Process.isOver(left.pid)) }
        // It was started by this program, which is the one to collect it.
        #expect(waitpid(left.pid, nil, 0) == left.pid)
    }

    @Test("the mark is a whole variable, or the beginning of one")
    func comparesMarks() {
        let mark = Stray.mark(dataDirectory: "/var/lib/a", host: "12:martlet.linux:1")
        let environment = Array("PATH=/bin\0\(mark)\0".utf8)
        #expect(Stray.carries(mark, false, environment: environment))
        #expect(Stray.carries(Stray.anyMark(dataDirectory: "/var/lib/a"), true, environment: environment))
        #expect(!Stray.carries(Stray.anyMark(dataDirectory: "/var/lib/b"), true, environment: environment))
        #expect(!Stray.carries(mark, false, environment: Array("\(mark)0\0".utf8)), "another host's")
        #expect(!Stray.carries(mark, false, environment: []))
    }

    @Test("the control group is that of the v2 hierarchy, wherever it is mounted")
    func findsGroup() {
        let mounts = """
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
            """
        #expect(
            HostGroup.own(mounts: mounts, groups: "1:cpu:/x\n0::/a.slice/b.service\n")
                == "/sys/fs/cgroup/unified/a.slice/b.service")
        #expect(HostGroup.own(mounts: mounts, groups: "0::/\n") == "/sys/fs/cgroup/unified")
        #expect(
            HostGroup.own(mounts: "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw\n", groups: "0::/\n") == nil)
        #expect(HostGroup.own(mounts: mounts, groups: "1:cpu:/\n") == nil)
        #expect(HostGroup.agent(of: "martlet-host-412-martlet.linux-3") == 412)
        #expect(HostGroup.agent(of: "user.slice") == nil)
    }

    private func killHost(_ bench: PluginBench) async throws {
        let pid = try #require(try await bench.report.health.pid)
        #expect(Process.kill(pid) == 0)
    }

    private func expectNoChild(
        _ how: String, configure: (inout PluginManagerConfiguration) -> Void = { _ in },
        _ end: (PluginBench) async throws -> Void
    ) async throws {
        let bench = try PluginBench.fixture(configure: {
            impatient(&$0)
            configure(&$0)
        })
        let file = "\(bench.directory.path)/files/children"
        try await bench.run { _ in
            try await bench.waitUntil(.running)
            #expect(try await bench.perform("child", #"{"how": "\#(how)", "path": "\#(file)"}"#).state == .succeeded)
            try await bench.recorder.poll("the child has said its number") { FileBytes.lines(file).count == 1 }
            let child = try #require(FileBytes.lines(file).first.flatMap { Int32($0) })
            #expect(!Process.isOver(child), "it runs before")
            try await end(bench)
            try await bench.recorder.poll("child \(child) is ended") { Process.isOver(child) }
        }
    }
}
