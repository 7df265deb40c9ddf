import MartletPluginKit
import NginxManagement
import Testing

/// Answers recorded from nginx 1.22.1.
struct RecordedAnswerTests {
    @Test("stub_status gives its seven figures")
    func stubStatus() throws {
        let text =
            "Active connections: 4 \nserver accepts handled requests\n 27 26 96 \nReading: 1 Writing: 2 Waiting: 3 \n"
        let status = try #require(StubStatus(answer: text))
        #expect(status.active == 4 && status.accepted == 27 && status.handled == 26 && status.requests == 96)
        #expect(status.reading == 1 && status.writing == 2 && status.waiting == 3)
    }

    @Test(
        "what is no answer of stub_status gives none",
        arguments: [
            "", "<html>404</html>", "Active connections: 4 \nserver accepts handled requests\n 27 26 \nReading: 1\n",
            "Active connections: x \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n",
        ])
    func notStubStatus(text: String) { #expect(StubStatus(answer: text) == nil) }

    @Test("a refused configuration is told in nginx's words, without time and process")
    func refusal() {
        let logged = Command.Outcome(
            exitCode: 1,
            lines: [
                "2026/11/25 18:39:58 [emerg] 11981#11981: unknown directive \"bogus\" in /etc/nginx/conf.d/martlet.conf:2",
                "nginx: configuration file /etc/nginx/nginx.conf test failed",
            ])
        let reason = "unknown directive \"bogus\" in /etc/nginx/conf.d/martlet.conf:2"
        #expect(ConfigurationVerdict(logged, readsSnippet: false) == .bad(reason: reason))
        let printed = Command.Outcome(
            exitCode: 1, lines: ["nginx: [emerg] open() \"/n.conf\" failed (2: No such file or directory)"])
        #expect(
            ConfigurationVerdict(printed, readsSnippet: false)
                == .bad(reason: "open() \"/n.conf\" failed (2: No such file or directory)"))
        #expect(
            ConfigurationVerdict(Command.Outcome(exitCode: 143, lines: []), readsSnippet: false)
                == .bad(reason: "nginx ended with 143 and said nothing"))
    }

    @Test("a configuration that passes is good, and says whether it includes the plugin's file")
    func acceptance() {
        let outcome = Command.Outcome(
            exitCode: 0, lines: ["nginx: configuration file /etc/nginx/nginx.conf test is successful"])
        #expect(ConfigurationVerdict(outcome, readsSnippet: true) == .good(readsSnippet: true))
        #expect(ConfigurationVerdict(outcome, readsSnippet: false) == .good(readsSnippet: false))
    }

    @Test("masters, workers and workers that only finish are told apart by their titles")
    func titles() {
        #expect(MasterProcess.isMaster(title: "nginx: master process /usr/sbin/nginx -c /etc/nginx/nginx.conf"))
        #expect(!MasterProcess.isMaster(title: "/usr/sbin/nginx\0-t"))
        #expect(MasterProcess.isWorker(title: "nginx: worker process"))
        #expect(!MasterProcess.isWorker(title: "nginx: worker process is shutting down"))
        #expect(!MasterProcess.isWorker(title: "nginx: cache manager process"))
    }

    @Test("only a change is an event, and the first look is none")
    func changes() {
        var watch = NginxWatch()
        #expect(watch.take(isRunning: true, version: "1.22.1", isRequested: false) == nil)
        #expect(watch.take(isRunning: true, version: "1.22.1", isRequested: false) == nil)
        let stop = watch.take(isRunning: false, version: "1.22.1", isRequested: false)
        #expect(stop?.type == "server.stopped" && stop?.severity == .failure)
        #expect(watch.take(isRunning: true, version: "1.22.1", isRequested: true)?.type == "server.started")
        #expect(watch.take(isRunning: false, version: "1.22.1", isRequested: true)?.severity == .info)
    }
}
