import Logging
import ServiceLog
import Testing

@Suite struct LogLineTests {
    @Test func `text from elsewhere cannot begin a line of its own`() {
        let line = LogLine.text(
            time: 0, level: .info, area: "agent", message: "a\nb\u{1B}[2J", metadata: [("k", "v\nw"), ("n", "plain")])
        #expect(line == "1970-01-01T00:00:00.000Z info agent: a\\nb\\u001b[2J k=\"v\\nw\" n=plain\n")
    }

    @Test func `JSON lines stay JSON whatever they carry`() {
        let line = LogLine.json(
            time: 1_700_000_000_123_456, level: .error, area: "x", message: "say \"hi\"\\", metadata: [])
        #expect(
            line
                == "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"error\",\"area\":\"x\",\"message\":\"say \\\"hi\\\"\\\\\"}\n"
        )
    }

    @Test func `times before 1970 are written too`() { #expect(Timestamp.text(-1) == "1969-12-31T23:59:59.999Z") }
}
