import DesiredState
import Testing

@testable import AgentPlugins

struct RunLogTests {
    @Test func `the tail is what came since the mark, and of much the end`() {
        let log = RunLog()
        log.add("before")
        let mark = log.mark
        #expect(log.tail(since: mark).isEmpty)
        log.add("one")
        log.add("two")
        #expect(log.tail(since: mark) == "one\ntwo")
        for number in 0..<10_000 { log.add("line \(number)") }
        let tail = log.tail(since: mark)
        #expect(tail.hasSuffix("line 9998\nline 9999"))
        #expect(tail.utf8.count <= RunLog.mostBytes && tail.utf8.count > RunLog.mostBytes / 2)
        #expect(!tail.contains("two"))
        log.add(String(repeating: "x", count: 1_000_000))
        #expect(log.tail(since: mark).utf8.count <= RunLog.mostBytes)
    }

    @Test func `the tail joins the result, whatever that is`() throws {
        func joined(_ result: String) throws -> JSONValue {
            try JSONValue(parsing: RunLog.adding("said", to: Array(result.utf8)))
        }
        #expect(try joined("") == ["logTail": "said"])
        #expect(try joined(#"{"a":1}"#) == ["a": 1, "logTail": "said"])
        #expect(try joined("[1]") == ["result": [1], "logTail": "said"])
        #expect(RunLog.adding("", to: [1, 2]) == [1, 2])
    }
}
