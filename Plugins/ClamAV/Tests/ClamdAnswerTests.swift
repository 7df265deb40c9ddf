import ClamAVManagement
import MartletPluginKit
import Testing

/// Answers recorded from clamd 1.4.6, and what a look at the engine means.
struct ClamdAnswerTests {
    @Test("VERSION with an official database carries its number and time")
    func officialDatabase() throws {
        let version = try #require(EngineVersion(answer: "ClamAV 1.4.6/27831/Mon Nov 24 08:27:14 2026"))
        #expect(version.engine == "1.4.6" && version.database == 27831)
        #expect(version.databaseTime == 1_795_508_834)
        #expect(version.ageInDays(at: 1_795_508_834 + 5 * 86400) == 5)
    }

    @Test("VERSION with local databases only carries neither")
    func localDatabase() throws {
        let version = try #require(EngineVersion(answer: "ClamAV 1.4.6"))
        #expect(version.database == nil && version.databaseTime == nil)
        #expect(EngineVersion(answer: "UNKNOWN COMMAND") == nil)
    }

    @Test(
        "a time that is none is no time of a database", arguments: ["9223372036854775807:0:0", "24:00:00", "08:60:00"])
    func noTime(clock: String) throws {
        let version = try #require(EngineVersion(answer: "ClamAV 1.4.6/27831/Mon Nov 24 \(clock) 2026"))
        #expect(version.database == 27831 && version.databaseTime == nil)
    }

    @Test(
        "answers to SCAN",
        arguments: [
            ("/t/clean.txt: OK", ScanAnswer.clean),
            ("/t/clean.txt: Eicar-Test-Signature.UNOFFICIAL FOUND", .threat("Eicar-Test-Signature.UNOFFICIAL")),
            ("/t/clean.txt: Excluded", .excluded), ("/t/clean.txt: Empty file", .clean),
            (
                "/t/clean.txt: File path check failure: No such file or directory. ERROR",
                .failed("File path check failure: No such file or directory. ERROR")
            ), ("", .failed("clamd gave no answer")),
        ])
    func scanAnswers(answer: String, expected: ScanAnswer) {
        #expect(ScanAnswer(answer: answer, path: "/t/clean.txt") == expected)
    }

    @Test("only a change of the engine is an event, and the first look is none")
    func engineChanges() {
        var watch = EngineWatch()
        let up = EngineWatch.Look(version: EngineVersion(answer: "ClamAV 1.4.6"), time: 0)
        let down = EngineWatch.Look(version: nil, time: 0)
        #expect(watch.take(up, maximumAgeDays: 7).isEmpty)
        #expect(watch.take(down, maximumAgeDays: 7).map(\.type) == ["engine.stopped"])
        #expect(watch.take(down, maximumAgeDays: 7).isEmpty)
        #expect(watch.take(up, maximumAgeDays: 7).map(\.type) == ["engine.started"])
    }

    @Test("an outdated database is said once, with the same id by every process")
    func outdatedDatabase() {
        let version = EngineVersion(answer: "ClamAV 1.4.6/27831/Mon Nov 24 08:27:14 2026")
        let look = EngineWatch.Look(version: version, time: 1_795_508_834 + 9 * 86400)
        var watch = EngineWatch()
        var another = EngineWatch()
        let said = watch.take(look, maximumAgeDays: 7)
        #expect(said.map(\.type) == ["database.outdated"])
        #expect(watch.take(look, maximumAgeDays: 7).isEmpty)
        #expect(another.take(look, maximumAgeDays: 7).map(\.id) == said.map(\.id))
        #expect(another.take(look, maximumAgeDays: 0).isEmpty)
    }
}
