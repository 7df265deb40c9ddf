import DesiredState
import Foundation
import TestStage
import Testing

/// A device's clock, as a library shows it to the agent that answers for libc.
@Suite(.tags(.R07)) struct DeviceClockTests {
    private static let shim = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <sys/time.h>
        #include <time.h>

        int clock_gettime(clockid_t clock, struct timespec *time) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, time);
            const char *offset = getenv("CLOCK_OFFSET");
            if (!result && offset && clock == CLOCK_REALTIME) time->tv_sec += atoll(offset);
            return result;
        }
        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            int result = clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return result;
        }
        time_t time(time_t *where) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (where) *where = now.tv_sec;
            return now.tv_sec;
        }
        """

    /// The environment in which the clock stands at `start` (seconds since 1970) now.
    private func clock(at start: Int64, _ stage: Stage) async throws -> [String: String] {
        try stage.write("clock.c", Self.shim)
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/cc"),
            ["-shared", "-fPIC", "-o", stage.path("clock.so"), stage.path("clock.c"), "-ldl"]
        ).expect(0)
        let offset = start - Int64(Date().timeIntervalSince1970)
        return ["LD_PRELOAD": stage.path("clock.so"), "CLOCK_OFFSET": "\(offset)"]
    }

    @Test func `a clock that begins in 1970 keeps nobody out, and events keep both times`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        await agent.stop()
        let late = try await StageAgent.start(stage, name: "web1", environment: clock(at: 600, stage))
        try await eventually("connected\n\(late.process.text.suffix(1_500))", within: 60) {
            try await server.presence("web1") == "connected"
        }
        #expect(late.process.text.contains("1970-01-01T00:1"))
        // An event of the agent itself: the plugin's process has a clock of its own.
        let host = try #require(try await late.plugin("martlet.fixture")["pid"]?.integerValue)
        kill(pid_t(host), SIGKILL)
        let event: JSONValue = try await eventually("the event") {
            try await server.events(type: "plugin.failed").first
        }
        #expect(event["status"]?["deviceTime"]?.stringValue?.hasPrefix("1970-") == true)
        let corrected = try #require(event["status"]?["correctedTime"]?.stringValue)
        #expect(corrected.prefix(4) == event["status"]?["received"]?.stringValue?.prefix(4))
    }

    @Test func `a clock in 2045 is named as the reason why the server is not trusted`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await agent.stop()
        let early = try await StageAgent.start(stage, name: "web1", environment: clock(at: 2_366_841_600, stage))
        try await eventually("it says why\n\(early.process.text.suffix(1_500))") {
            try await early.status()["lastError"]?.stringValue?.contains("2045") == true
        }
        // With the clock set right it goes on at once: nothing waits for 2045.
        let right = try await early.restart()
        try await right.synchronised()
    }
}
