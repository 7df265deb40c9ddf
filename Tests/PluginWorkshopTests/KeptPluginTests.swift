#if arch(x86_64)
    import DesiredState
    import DurableFiles
    import PluginTestBench
    import PluginWorkshop
    import Testing

    /// Plugins that were built once, for each released minor of the interface, on the host of today (`Interface/plugins`).
    @Suite struct KeptPluginTests {
        @Test("a plugin built for an earlier minor keeps every rule and does its work", arguments: ["abi-1.0"])
        func works(release: String) async throws {
            let (directory, data, news) = (try TemporaryDirectory(), try TemporaryDirectory(), NewsRecorder())
            let folder = directory.path + "/com.example.greeter"
            try FileBytes.makeDirectory(folder)
            let kept = "\(Built.sources)/Interface/plugins/\(release)"
            for (name, file) in [("plugin.yaml", "plugin.yaml"), ("plugin-x86_64.so", "plugin.so")] {
                try FileBytes.replace("\(folder)/\(file)", with: try PluginBench.read("\(kept)/\(name)"), mode: 0o644)
            }
            let request = ConformanceRequest(folder: folder, probe: Built.directory + "/martlet-plugin-probe")
            let broken = try ConformanceKit.check(request).filter { $0.outcome == .broken }
            #expect(broken.isEmpty, "\(broken.map { "\($0.check.id): \($0.findings)" })")
            let bench = Workbench(
                WorkbenchOptions(folder: folder, host: Built.host, dataDirectory: data.path), tell: news.tell)
            try await bench.start()
            let succeeded = try await bench.run("greet", .object([:]))
            #expect(succeeded)
            #expect(await bench.state()?.text.contains("running 1.0.0") == true)
            await bench.stop()
        }
    }
#endif
