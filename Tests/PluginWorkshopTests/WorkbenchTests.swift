import DesiredState
import DurableFiles
import PluginTestBench
import PluginWorkshop
import TestStage
import Testing

/// A real plugin under a real host, without a server.
@Suite struct WorkbenchTests {
    @Test("a plugin is tried: runs, settings, state, statistics, events")
    func tries() async throws {
        try await withBench(GreeterBuild()) { bench, news in
            #expect(await bench.tasks == ["greet"])
            #expect(try await bench.run("greet", .object([:])))
            // Events have a lane of their own.
            try await eventually("the event is told") { news.texts(.event) == ["info greeted: somebody was greeted"] }
            #expect(news.texts(.run).last == "greet succeeded")
            #expect(await bench.statistics()?.text == "greetings=1")
            try await bench.apply(["greeting": "good day"])
            #expect(await bench.settings()?.text == #"{"greeting":"good day"}"#)
            #expect(await bench.state()?.text.contains("running 1.0.0") == true)
        }
    }

    @Test("what does not fit is refused with the reason, and the plugin goes on")
    func refuses() async throws {
        try await withBench(GreeterBuild()) { bench, _ in
            let settings = await #expect(throws: WorkshopError.self) { try await bench.apply(["greeting": 5]) }
            #expect(settings?.description.contains("/greeting") == true)
            let task = await #expect(throws: WorkshopError.self) { try await bench.run("nothing", .object([:])) }
            #expect(task?.description.contains("greet") == true)
            await #expect(throws: WorkshopError.self) { try await bench.control("restart") }
            let goesOn = try await bench.run("greet", .object([:]))
            #expect(goesOn)
        }
    }

    @Test("a run that was begun can be cancelled")
    func cancels() async throws {
        let build = try GreeterBuild(source: [
            ("#define STEP_NANOSECONDS 20000000", "#define STEP_NANOSECONDS 900000000")
        ])
        try await withBench(build) { bench, news in
            async let ended = bench.run("greet", .object([:]))
            // Asked again and again, since it is not known when it has begun.
            try await eventually("the run is cancelled") {
                try await bench.cancelRuns()
                return news.texts(.run).contains { $0.contains("cancelled") }
            }
            let hasSucceeded = try await ended
            #expect(!hasSucceeded)
        }
    }

    @Test("a plugin that does not come up is told with what its host said")
    func doesNotComeUp() async throws {
        let build = try GreeterBuild(source: [(".abi_major = MARTLET_ABI_MAJOR", ".abi_major = 7")])
        let data = try TemporaryDirectory()
        let bench = Workbench(options(build, data)) { _ in }
        let error = await #expect(throws: WorkshopError.self) { try await bench.start() }
        #expect(error?.description.contains("interface version 7") == true, "\(error?.description ?? "")")
        await bench.stop()
    }

    @Test("a plugin that was built anew is taken as it is now")
    func reloads() async throws {
        let (build, changed) = (try GreeterBuild(), try GreeterBuild(source: [(#"\"1.0.0\""#, #"\"2.0.0\""#)]))
        try await withBench(build) { bench, _ in
            let library = try PluginBench.read("\(changed.folder)/plugin.so")
            try FileBytes.replace("\(build.folder)/plugin.so", with: library, mode: 0o644)
            await bench.stop()
            try await bench.start()
            #expect(await bench.state()?.text.contains("running 2.0.0") == true)
        }
    }

    @Test("a file that the plugin would write is written below the data directory")
    func writesAside() async throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path + "/martlet.fixture"
        try FileBytes.makeDirectory(folder)
        let manifest = try PluginBench.read("\(Built.sources)/Plugins/Fixture/plugin.yaml")
        try FileBytes.replace("\(folder)/plugin.yaml", with: manifest, mode: 0o644)
        try FileBytes.replace("\(folder)/plugin.so", with: try PluginBench.read(Built.library("fixture")), mode: 0o644)
        let (data, news) = (try TemporaryDirectory(), NewsRecorder())
        let bench = Workbench(
            WorkbenchOptions(folder: folder, host: Built.host, dataDirectory: data.path), tell: news.tell)
        try await bench.start()
        let path = "/var/lib/martlet-fixture/a/b.txt"
        #expect(try await bench.run("write", ["path": .string(path), "content": "hello"]))
        #expect(try PluginBench.read("\(data.path)/files\(path)") == Array("hello".utf8))
        #expect(news.texts(.action).contains { $0.contains(path) })
        await bench.stop()
    }

    private func options(_ build: GreeterBuild, _ data: TemporaryDirectory) -> WorkbenchOptions {
        WorkbenchOptions(folder: build.folder, host: Built.host, dataDirectory: data.path)
    }

    private func withBench(
        _ build: GreeterBuild, _ body: (Workbench, NewsRecorder) async throws -> Void
    ) async throws {
        let (data, news) = (try TemporaryDirectory(), NewsRecorder())
        let bench = Workbench(options(build, data), tell: news.tell)
        try await bench.start()
        do { try await body(bench, news) } catch {
            await bench.stop()
            throw error
        }
        await bench.stop()
    }
}
