import MartletABI
import MartletPluginKit
import Testing

/// A Swift plugin behind the C interface, driven as a host drives it.
@Suite(.tags(.R22, .R25))
struct ApplicationPluginTests {
    private let driver = PluginDriver()

    @Test("the module says who the plugin is")
    func describesItself() async {
        let identity = await driver.identity
        #expect(identity.magic == MARTLET_MODULE_MAGIC && identity.major == 1)
        #expect(identity.id == "com.example.sample" && identity.version == "2.1")
    }

    @Test("an error of the initialiser is that of create")
    func failsToCreate() async {
        let answer = await driver.create(local: "{}")
        #expect(answer.status == MARTLET_FAILED_PRECONDITION && answer.message == "no place")
    }

    @Test("settings are decoded into the vendor's type, and read back")
    func decodesSettings() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.apply(#"{"level":2,"names":[]}"#).status == 0)
        #expect(await driver.readSettings().document == #"{"level":2,"names":[]}"#)
        #expect(driver.host.heard.files.map(\.path) == ["/etc/sample/conf"])
        #expect(driver.host.heard.files.map(\.content) == ["level=2"])
        #expect(driver.host.heard.services.map(\.unit) == ["sample"])
        #expect(driver.host.heard.services.map(\.action) == [Int32(MARTLET_SERVICE_RESTART)])
    }

    @Test("settings of another shape are invalid, with a pointer to the place")
    func refusesShape() async {
        #expect(await driver.begin() == [0, 0, 0])
        let answer = await driver.validate(#"{"level":1,"names":["a",5]}"#)
        #expect(answer.status == MARTLET_INVALID_ARGUMENT && answer.pointer.hasPrefix("/names/1"))
        #expect(await driver.validate(#"{"names":[]}"#).pointer == "/level")
        #expect(await driver.validate("{").status == MARTLET_INVALID_ARGUMENT)
    }

    @Test("a failure keeps its code, pointer and whether it may be tried again")
    func carriesFailure() async {
        #expect(await driver.begin() == [0, 0, 0])
        let answer = await driver.validate(#"{"level":10,"names":[]}"#)
        #expect(answer.status == MARTLET_INVALID_ARGUMENT && answer.message == "too high")
        #expect(answer.pointer == "/level" && answer.isRetryable)
        #expect(await driver.control(Int32(MARTLET_CONTROL_STOP)).status == MARTLET_PERMISSION_DENIED)
        #expect(await driver.control(Int32(MARTLET_CONTROL_START)).status == 0)
        #expect(await driver.control(99).status == MARTLET_UNIMPLEMENTED)
    }

    @Test("a call returns at its deadline although the vendor's function does not")
    func respectsDeadline() async {
        #expect(await driver.begin() == [0, 0, 0])
        // The vendor's function sleeps for ten minutes: that the call returns at all is the proof.
        let answer = await driver.apply(#"{"level":7,"names":[]}"#, within: .milliseconds(200))
        #expect(answer.status == MARTLET_CANCELLED)
        #expect(await driver.readSettings().document == #"{"level":1,"names":["a"]}"#, "nothing was applied")
    }

    @Test("state and statistics are the documents of the interface")
    func writesDocuments() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(
            await driver.readState().document
                == #"{"instances":[{"details":{"ok":true,"place":"/etc/sample"},"instance":"main","state":"running","version":"9"}]}"#
        )
        #expect(
            await driver.readStatistics().document
                == #"{"instances":[{"instance":"","values":[{"name":"done","startTime":11,"value":3},{"name":"depth{a}","value":1.5}]}]}"#
        )
    }

    @Test("a task runs beside the call that starts it, reports and gives a typed result")
    func runsTask() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("sum", #"{"count":4}"#).status == 0)
        #expect(await driver.wait { $0.finished.count == 1 })
        let heard = driver.host.heard
        #expect(heard.finished.map(\.status) == [0] && heard.finished.map(\.result) == [#"{"sum":10}"#])
        #expect(heard.progress.map(\.percent) == [25, 50, 75, 100])
    }

    @Test("parameters of another shape fail the run, an unknown task the start")
    func refusesTask() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("sum", #"{"count":"x"}"#).status == 0)
        #expect(await driver.wait { $0.finished.count == 1 })
        #expect(driver.host.heard.finished.map(\.status) == [Int32(MARTLET_INVALID_ARGUMENT)])
        #expect(await driver.start("other").status == MARTLET_NOT_FOUND)
    }

    @Test("a cancelled run finishes as cancelled, and so does one that is under way at deactivate")
    func cancelsRuns() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("wait", run: 1).status == 0)
        await driver.cancel(run: 1)
        #expect(await driver.wait { $0.finished.count == 1 })
        #expect(await driver.start("wait", run: 2).status == 0)
        #expect(await driver.deactivate().status == 0)
        #expect(driver.host.heard.finished.map(\.status) == [1, 1], "told before deactivate returned")
    }

    @Test("an event is emitted with its id, time and arguments, and flushed")
    func emitsEvent() async throws {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("emit").status == 0)
        #expect(await driver.wait { $0.finished.count == 1 })
        let event = try #require(driver.host.heard.events.first)
        #expect(event.type == "thing.happened" && event.severity == MARTLET_SEVERITY_FAILURE && event.time == 5)
        #expect(event.data == #"{"n":1}"# && event.id.count == 16)
        #expect(driver.host.heard.flushes == 1)
    }

    @Test("a stored value comes back, one that is not there is nil")
    func storesValue() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("store").status == 0)
        #expect(await driver.wait { $0.finished.count == 1 })
        #expect(driver.host.heard.finished.map(\.result) == [#""kept""#])
    }

    @Test("after destroy nothing of the plugin calls the host")
    func endsCleanly() async {
        #expect(await driver.begin() == [0, 0, 0])
        #expect(await driver.start("wait").status == 0)
        #expect(await driver.deactivate().status == 0)
        await driver.destroy()
        #expect(driver.host.heard.finished.count == 1)
    }

    @Test("ids that name an occurrence are the same for the same text, and differ for another")
    func namesOccurrences() async {
        #expect(EventID(naming: "a") == EventID(naming: "a"))
        #expect(EventID(naming: "a") != EventID(naming: "b"))
        #expect(EventID() != EventID())
    }
}
