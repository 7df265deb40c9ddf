import DesiredState
import Testing

@testable import AgentCore

/// What is told of drift, and when a repair is tried.
struct DriftJudgeTests {
    private static let minute: Int64 = 60_000_000

    private static func drift(_ pointers: String...) -> [SettingsDrift] {
        pointers.compactMap { SettingsPath(pointer: $0) }.map { SettingsDrift(path: $0, expected: 1, found: 2) }
    }

    @Test func `a first drift is told and repaired at once`() {
        var judge = DriftJudge()
        let verdict = judge.found(Self.drift("/a"), now: 0)
        #expect(verdict == DriftJudge.Verdict(isNews: true, repair: .now))
        #expect(judge.settled(remaining: false, wasTried: true) == .repaired)
        #expect(judge.settled(remaining: false, wasTried: false) == .nothing)
    }

    @Test func `each further repair waits twice as long as the one before`() {
        var judge = DriftJudge()
        var now: Int64 = 0
        for pause: Int64 in [0, 1, 2, 4, 8, 16] {
            if pause > 0 {
                let early = judge.found(Self.drift("/a"), now: now + pause * Self.minute - 1)
                #expect(early.repair == .later(now + pause * Self.minute))
            }
            now += pause * Self.minute
            #expect(judge.found(Self.drift("/a"), now: now).repair == .now)
            #expect(judge.settled(remaining: false, wasTried: true) == .repaired)
        }
    }

    @Test func `two parties that fight over a file cost six repairs an hour, and that is told once`() {
        var judge = DriftJudge()
        var repairs: [Int64] = []
        var contested = 0
        var news = 0
        let seconds: Int64 = 3 * 3_600
        for second in 0..<seconds {
            let verdict = judge.found(Self.drift("/a"), now: second * 1_000_000)
            if verdict.isNews { news += 1 }
            if verdict.isContested { contested += 1 }
            if verdict.repair == .now {
                repairs.append(second)
                #expect(judge.settled(remaining: false, wasTried: true) == .repaired)
            }
        }
        for start in 0..<seconds {
            #expect(repairs.count { start <= $0 && $0 < start + 3_600 } <= DriftJudge.mostRepairs)
        }
        #expect(repairs.count >= 3 * DriftJudge.mostRepairs - 2)
        #expect(news <= repairs.count + 1)
        #expect((1...repairs.count).contains(contested))
        #expect(contested <= 9, "told when the budget ends, not at every look")
    }

    @Test func `drift that stays is told once, and again when it reaches another setting`() {
        var judge = DriftJudge()
        #expect(judge.found(Self.drift("/a"), now: 0).isNews)
        #expect(judge.settled(remaining: true, wasTried: true) == .failed)
        #expect(!judge.found(Self.drift("/a"), now: Self.minute).isNews)
        #expect(judge.settled(remaining: true, wasTried: true) == .nothing)
        #expect(judge.found(Self.drift("/a", "/b"), now: 2 * Self.minute).isNews)
    }

    @Test func `drift that somebody else mended is told as mended`() {
        var judge = DriftJudge()
        _ = judge.found(Self.drift("/a"), now: 0)
        #expect(judge.settled(remaining: true, wasTried: true) == .failed)
        #expect(judge.settled(remaining: false, wasTried: false) == .repaired)
    }

    @Test func `an application that refuses the repair is tried again until other settings are wanted`() {
        var judge = DriftJudge()
        _ = judge.found(Self.drift("/a"), now: 0)
        judge.refuses(Self.drift("/a"))
        #expect(judge.refused == Self.drift("/a"))
        #expect(judge.nextRepair == Self.minute)
        judge.appliedAnew()
        #expect(judge.refused == nil)
        #expect(
            judge.found(Self.drift("/a"), now: Self.minute - 1).repair == .later(Self.minute), "the budget stays used")
    }
}
