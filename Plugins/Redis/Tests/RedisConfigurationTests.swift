import AgentPlugins
import DesiredState
import DurableFiles
import PluginTestBench
import Testing

/// Parameters that the plugin sets at run time, and the rules of the interface.
@Suite(.serialized, .enabled(if: RedisLibrary.cargo != nil, "no cargo here"))
struct RedisConfigurationTests {
    @Test("parameters are set at run time, and read back from Redis", .tags(.R22))
    func setsParameters() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            let wanted = try servers.settings(
                configuration: """
                    {"maxmemory": 104857600, "maxmemory-policy": "volatile-ttl", "save": "900 1 300 10",
                     "appendonly": true, "slowlog-log-slower-than": -1}
                    """)
            try await servers.apply(wanted)
            for (name, value) in [
                ("maxmemory", "104857600"), ("maxmemory-policy", "volatile-ttl"), ("save", "900 1 300 10"),
                ("appendonly", "yes"), ("slowlog-log-slower-than", "-1"),
            ] {
                #expect(try servers.ask("CONFIG", "GET", name) == "\(name)\n\(value)")
            }
            #expect(try #require(await manager.settingsDrift(of: RedisBench.id)).isEmpty)
            // Behind the plugin's back.
            try servers.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
            let drift = try #require(await manager.settingsDrift(of: RedisBench.id))
            #expect(drift.count == 1 && "\(drift)".contains("maxmemory-policy"), "\(drift)")
            #expect(await manager.applyAgain(to: RedisBench.id) == .applied)
            #expect(try servers.ask("CONFIG", "GET", "maxmemory-policy") == "maxmemory-policy\nvolatile-ttl")
        }
    }

    @Test("a value that Redis refuses fails with its words and its place, and all is as before", .tags(.R22))
    func refusesParameter() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            try await servers.apply(servers.settings(configuration: #"{"timeout": 30}"#))
            // `save` comes before `timeout`, `maxclients` before both.
            let bad = try servers.settings(configuration: #"{"maxclients": 500, "save": "soon", "timeout": 60}"#)
            guard case .failed(let problem) = await manager.apply(bad, to: RedisBench.id) else {
                Issue.record("it was applied")
                return
            }
            #expect(problem.reason.contains("Invalid save parameters"), "\(problem)")
            #expect(problem.pointer == "/servers/0/configuration/save")
            #expect(try servers.ask("CONFIG", "GET", "maxclients") == "maxclients\n10000", "it is put back")
            #expect(try servers.ask("CONFIG", "GET", "timeout") == "timeout\n30")
        }
    }

    @Test("parameters of a server that is stopped are set when it is started", .tags(.R18, .R22))
    func setsLater() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            #expect(await manager.control(RedisBench.id, instance: "primary", .stop) == .done)
            try await servers.apply(servers.settings(configuration: #"{"tcp-keepalive": 123}"#))
            #expect(await manager.control(RedisBench.id, instance: "primary", .start) == .done)
            #expect(try servers.ask("CONFIG", "GET", "tcp-keepalive") == "tcp-keepalive\n123")
            #expect(await manager.control(RedisBench.id, instance: "primary", .restart) == .done)
            #expect(try servers.ask("CONFIG", "GET", "tcp-keepalive") == "tcp-keepalive\n123")
        }
    }

    @Test("the plugin keeps every rule of the interface with a real server, and can be packed", .tags(.R22))
    func keepsRules() async throws {
        let servers = try await RedisBench()
        try await servers.run { _ in
            let folder = "\(servers.root)/plugins/\(RedisBench.id)"
            // The probe has secrets of its own.
            try servers.ask("CONFIG", "SET", "requirepass", "")
            let settings =
                #"{"servers": [{"name": "primary", "port": \#(servers.port), "configuration": {"timeout": 9}}]}"#
            let parameters = #"{"server": "primary"}"#
            let text = try await Patient.run([
                "\(Built.directory)/martlet", "plugin", "check", folder, "--settings", settings, "--task",
                "save=\(parameters)",
            ])
            #expect(text.contains(", 0 broken,"), "\(text.suffix(4_000))")
            let defaults = try await Patient.run(["\(Built.directory)/martlet", "plugin", "check", folder])
            #expect(defaults.contains(", 0 broken,"), "\(defaults.suffix(4_000))")
            for text in [text, defaults] { print("plugin check of Redis: \(text.split(separator: "\n").last ?? "")") }
            let package = "\(servers.root)/redis.mpkg"
            _ = try await Patient.run(["\(Built.directory)/martlet", "plugin", "pack", folder, "--file", package])
            #expect(try FileBytes.read(package, limit: 64 << 20)?.isEmpty == false)
        }
    }
}
