import Foundation
import Glibc
import MartletABI
import PluginLink
import TestStage
import Testing

/// What a core that was taken over asks of martlet-privileged, and does not get.
@Suite(.tags(.R23), .enabled(if: geteuid() == 0, "the helper needs root")) struct HostileCoreTests {
    /// O_PATH, which Glibc's module leaves out.
    private static let path: Int32 = 0o10_000_000

    private let stage: Stage
    private let granted: String

    init() throws {
        stage = try Stage()
        granted = stage.path("granted")
        try FileManager.default.createDirectory(atPath: granted, withIntermediateDirectories: true)
    }

    private func peer(shell: String? = nil) throws -> PrivilegedPeer {
        // In the place of martlet-agent, what says as what it was started.
        try stage.write("agent.sh", "#!/bin/sh\necho \"$@\" >>\(stage.path("carried-out"))\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: stage.path("agent.sh"))
        return try PrivilegedPeer(
            orders: [
                ["agent", stage.path("agent.sh")], ["configuration", "/etc/agent.yaml"],
                ["host", Products.executable("martlet-plugin-host").path], ["data", stage.path("data")],
                ["services", "manager"], ["unit", "one", "shop"], ["path", "one", granted],
                ["socket", stage.path("socket")],
            ], shell: shell)
    }

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func content(_ text: String) -> Int32 {
        let file = pl_memory_file("content")
        _ = text.withCString { write(file, $0, strlen($0)) }
        return file
    }

    private func host(_ user: UInt64, plugin: String = "one") -> [(Int, [UInt8])] {
        [(PP_PLUGIN, text(plugin)), (PP_USER, PrivilegedPeer.number(user))]
    }

    private let permissionDenied = UInt64(MARTLET_PERMISSION_DENIED)
    private let invalid = UInt64(MARTLET_INVALID_ARGUMENT)

    @Test func `no process is started as root or as anybody who is no plugin's user, and none but the plugin host`()
        async throws
    {
        let peer = try peer()
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let four = [Int32](repeating: nothing, count: 4)
        for user in [0, 1, 65_534, 0x6FFF_FFFF, 0x7FFE_0000, 1 << 32, UInt64.max] {
            let answer = try peer.ask(PP_START_HOST, host(user), four)
            #expect(answer.numbers[PP_ERRNO] == UInt64(EPERM) && answer.descriptors.isEmpty, "\(user)")
        }
        for plugin in ["", "../../etc", "a/b", String(repeating: "x", count: 300)] {
            let answer = try peer.ask(PP_START_HOST, host(0x7000_0001, plugin: plugin), four)
            #expect(answer.numbers[PP_ERRNO] == UInt64(EINVAL), "\(plugin)")
        }
        #expect(try peer.ask(PP_START_HOST, host(0x7000_0001), []).numbers[PP_STATUS] == invalid)
        // There is no word for a program: one that is sent along is not looked at, and what runs is the plugin host.
        // With its library and two sockets that are held it waits until it is ended.
        let more = host(0x7000_0001, plugin: "martlet.fixture") + [(PP_NAME, text("/bin/sh")), (99, text("/bin/sh"))]
        let (control, events) = (try SocketPair(), try SocketPair())
        let library = open(Products.library("martlet-plugin-fixture").path, O_RDONLY | O_CLOEXEC)
        defer { close(library) }
        let answer = try peer.ask(PP_START_HOST, more, [nothing, control.theirs, events.theirs, library])
        let pid = try #require(answer.numbers[PP_PID])
        #expect(
            try readlinkTarget("/proc/\(pid)/exe")
                == Products.executable("martlet-plugin-host").resolvingSymlinksInPath().path)
        _ = peer.send(PrivilegedPeer.frame(PP_KILL_HOST, 1000, [(PP_HOST, PrivilegedPeer.number(answer.correlation))]))
        #expect(try peer.ask(PP_END_HOST, [(PP_HOST, PrivilegedPeer.number(77))]).numbers[PP_ERRNO] == UInt64(ESRCH))
    }

    @Test func `no process is started as the user of another plugin's process, whatever the core says`() async throws {
        let peer = try peer()
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let four = [Int32](repeating: nothing, count: 4)
        let first = try peer.ask(PP_START_HOST, host(0x7000_0001), four)
        #expect(first.numbers[PP_ERRNO] == 0)
        let second = try peer.ask(PP_START_HOST, host(0x7000_0001, plugin: "two"), four)
        #expect(second.numbers[PP_ERRNO] == UInt64(EEXIST) && second.descriptors.isEmpty)
        #expect(second.message.contains("another id"), "\(second.message)")
        #expect(try peer.ask(PP_START_HOST, host(0x7000_0002, plugin: "two"), four).numbers[PP_ERRNO] == 0)
        #expect(try peer.ask(PP_START_HOST, host(0x7000_0001), four).numbers[PP_ERRNO] == 0, "its own next process")
    }

    private func readlinkTarget(_ path: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    @Test func `no unit and no file is touched that was not granted`() async throws {
        let peer = try peer()
        let now = PrivilegedPeer.number(UInt64(pl_now()) + 30_000_000_000)
        func service(_ plugin: String, _ unit: String, _ action: UInt64 = 3) throws -> UInt64? {
            try peer.ask(
                PP_SERVICE,
                [
                    (PP_PLUGIN, text(plugin)), (PP_NAME, text(unit)), (PP_ACTION, PrivilegedPeer.number(action)),
                    (PP_DEADLINE, now),
                ]
            ).numbers[PP_STATUS]
        }
        for (plugin, unit) in [
            ("one", "books"), ("two", "shop"), ("one", ""), ("one", "shop\0"), ("one", "shop shop"), ("one", "*"),
            ("one", "--force"), ("one", granted),
        ] {
            #expect(try service(plugin, unit) == permissionDenied, "\(plugin) \(unit)")
        }
        #expect(try service("one", "shop", 5) == invalid)
        #expect(!FileManager.default.fileExists(atPath: stage.path("carried-out")))
        #expect(try service("one", "shop") == 0)
        let carried = try String(contentsOfFile: stage.path("carried-out"), encoding: .utf8)
        #expect(carried.hasPrefix("carry-out --config /etc/agent.yaml service restart shop "))

        let file = content("hello")
        defer { close(file) }
        func write(_ plugin: String, _ path: String, mode: UInt64 = 0o644) throws -> PrivilegedPeer.Answer {
            try peer.ask(
                PP_FILE,
                [(PP_PLUGIN, text(plugin)), (PP_NAME, text(path)), (PP_MODE, PrivilegedPeer.number(mode))], [file])
        }
        for (plugin, path) in [
            ("two", granted + "/x"), ("one", granted + "x"), ("one", granted + "/../x"), ("one", granted + "/./x"),
            ("one", granted + "//x"), ("one", granted + "/"), ("one", "/etc/martlet-was-here"), ("one", "granted/x"),
            ("one", stage.path("x")), ("one", granted + "/x\0y"),
        ] {
            #expect(try write(plugin, path).numbers[PP_STATUS] == permissionDenied, "\(plugin) \(path)")
        }
        #expect(try write("one", granted + "/x", mode: 0o4755).numbers[PP_STATUS] == invalid)
        #expect(symlink("/etc", granted + "/link") == 0)
        #expect(symlink("/etc/martlet-was-here", granted + "/file") == 0)
        for name in ["link/martlet-was-here", "file", "nothing/x"] {
            #expect(try write("one", granted + "/" + name).numbers[PP_STATUS] != 0, "\(name)")
        }
        #expect(access("/etc/martlet-was-here", F_OK) != 0)
        #expect(try write("one", granted + "/x").numbers[PP_STATUS] == 0)
        #expect(try String(contentsOfFile: granted + "/x", encoding: .utf8) == "hello")
        // What is too long is not taken, and what was there stays.
        let long = content(String(repeating: "x", count: 1 << 20) + "x")
        defer { close(long) }
        let tooLong = try peer.ask(
            PP_FILE, [(PP_PLUGIN, text("one")), (PP_NAME, text(granted + "/x"))], [long])
        #expect(tooLong.numbers[PP_STATUS] != 0)
        #expect(try String(contentsOfFile: granted + "/x", encoding: .utf8) == "hello")
    }

    @Test func `a statement of trust that is not verified grants nothing`() async throws {
        let peer = try peer()
        try "#!/bin/sh\necho 'not signed'; exit 9\n".write(
            toFile: stage.path("agent.sh"), atomically: false, encoding: .utf8)
        let file = content("signed-unit\tone\tbooks\n")
        defer { close(file) }
        let answer = try peer.ask(PP_TRUST, [], [file])
        #expect(answer.numbers[PP_STATUS] == 9 && answer.message == "not signed\n")
        let service = try peer.ask(
            PP_SERVICE, [(PP_PLUGIN, text("one")), (PP_NAME, text("books")), (PP_ACTION, PrivilegedPeer.number(1))])
        #expect(service.numbers[PP_STATUS] == permissionDenied)
    }

    @Test func `what the core may not read itself is not read for it`() async throws {
        let peer = try peer()
        try "#!/bin/sh\ncat /dev/stdin; touch \(stage.path("carried-out"))\n".write(
            toFile: stage.path("agent.sh"), atomically: false, encoding: .utf8)
        try stage.write("secret", "a secret")
        // As anybody may open a path without a right to the file; and a pipe, which keeps who opens it waiting.
        #expect(mkfifo(stage.path("pipe"), 0o600) == 0)
        let paths = ["secret", "pipe", "agent.sh"].map { open(stage.path($0), Self.path | O_CLOEXEC) }
        let writing = open("/proc/self/fd/\(content("x"))", O_WRONLY | O_CLOEXEC)
        defer { for file in paths + [writing] { close(file) } }
        for file in paths + [writing] {
            let trust = try peer.ask(PP_TRUST, [], [file])
            #expect(trust.numbers[PP_STATUS] == invalid && !trust.message.contains("secret"))
            let copied = try peer.ask(
                PP_FILE,
                [(PP_PLUGIN, text("one")), (PP_NAME, text(granted + "/x")), (PP_MODE, PrivilegedPeer.number(0o644))],
                [file])
            #expect(copied.numbers[PP_STATUS] != 0)
        }
        #expect(access(stage.path("carried-out"), F_OK) != 0 && access(granted + "/x", F_OK) != 0)
        let statement = content("a statement")
        defer { close(statement) }
        #expect(try peer.ask(PP_TRUST, [], [statement]).numbers[PP_STATUS] != invalid)
        #expect(access(stage.path("carried-out"), F_OK) == 0)
    }

    /// A listening socket, as an agent has bound it.
    private func bound(_ path: String) throws -> Int32 {
        unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound && listen(descriptor, 1) == 0)
        return descriptor
    }

    @Test(arguments: [false, true])
    func `the helper ends with the agent, whoever has the link by then, and removes its socket but no other's`(
        isAnothers: Bool
    ) async throws {
        let path = stage.path("socket")
        let mine = try bound(path)
        defer { close(mine) }
        // The shell is the agent; we have its end of the link, as a process would to which it left that.
        let peer = try peer(
            shell: "\"$0\" & echo $! >\(stage.path("new")); mv \(stage.path("new")) \(stage.path("pid")); wait")
        let helper = try await eventually("the helper is started") {
            try? pid_t(
                String(contentsOfFile: stage.path("pid"), encoding: .utf8).trimmingCharacters(in: .newlines))
        }
        #expect(try peer.ask(4_711, []).numbers[PP_STATUS] == UInt64(MARTLET_UNIMPLEMENTED))
        let others = isAnothers ? try bound(path) : -1
        kill(peer.pid, SIGKILL)
        try await eventually("the helper ends", within: 30) { ProcessState.isOver(helper) }
        #expect((access(path, F_OK) == 0) == isAnothers)
        close(others)
    }

    @Test func `messages that are too long, cut off or no messages are refused, and the helper goes on`() async throws {
        let peer = try peer()
        #expect(peer.sendPlainly([UInt8](repeating: 0x41, count: 60_000)))
        #expect(try peer.answer().numbers[PP_STATUS] == invalid)
        #expect(peer.sendPlainly([1, 2, 3]))
        #expect(try peer.answer().numbers[PP_STATUS] == invalid)
        let whole: [(Int, [UInt8])] = [(PP_PLUGIN, text("one")), (PP_NAME, text("shop"))]
        for cut in 1...20 {
            #expect(peer.sendPlainly(PrivilegedPeer.frame(PP_SERVICE, 5, whole, cut: cut)), "\(cut)")
            #expect(try peer.answer().numbers[PP_STATUS] == invalid, "\(cut)")
        }
        // A field that says it is longer than the message.
        var lying = PrivilegedPeer.frame(PP_SERVICE, 5, whole)
        lying[Int(PL_HEADER_SIZE) + 4] = 0xFF
        #expect(peer.sendPlainly(lying))
        #expect(try peer.answer().numbers[PP_STATUS] == invalid)
        #expect(peer.sendPlainly(PrivilegedPeer.frame(PP_SERVICE, 0, whole)), "no number")
        #expect(try peer.answer().numbers[PP_STATUS] == invalid)
        let unknown = try peer.ask(4_711, [])
        #expect(unknown.numbers[PP_STATUS] == UInt64(MARTLET_UNIMPLEMENTED))
        #expect(!ProcessState.isOver(peer.pid))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255) }
            // Never a request that would be carried out: its number is 0.
            #expect(peer.sendPlainly(bytes.enumerated().map { (8..<16).contains($0.offset) ? 0 : $0.element }))
            _ = try peer.answer()
        }
        #expect(!ProcessState.isOver(peer.pid))
    }

    @Test func `a statement that the helper has no descriptor to copy to may come again`() async throws {
        let peer = try peer()
        _ = try peer.ask(PP_END_HOST, [(PP_HOST, PrivilegedPeer.number(77))])
        // What comes takes the last that there is.
        try await DescriptorLimit(peer.pid).exhaust(but: 1)
        let statement = content("{}")
        defer { close(statement) }
        let refused = try peer.ask(PP_TRUST, [], [statement])
        #expect(refused.numbers[PP_STATUS] == UInt64(MARTLET_RESOURCE_EXHAUSTED), "\(refused.message)")
    }
}
