import Testing

@testable import OperatorAPI

@Suite struct TimestampTests {
    @Test("every millisecond is shown as it is")
    func milliseconds() {
        for millisecond in Int64(0)..<1_000 {
            let text = Timestamp.text(1_790_000_000_000_000 + millisecond * 1_000 + 999)
            #expect(Int64(text.dropLast().suffix(3)) == millisecond)
        }
        #expect(Timestamp.text(1_790_000_000_001_000) == "2026-09-21T14:13:20.001Z")
        #expect(Timestamp.text(-1) == "1969-12-31T23:59:59.999Z")
    }
}
