import Testing

@testable import CLI

@Suite struct ServerSentEventsTests {
    @Test("events are whole however their bytes come")
    func anyCut() {
        let bytes = Array(
            ": hello\n\nid: 1\nevent: event\ndata: {\"a\":\"é\"}\n\n:\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\n".utf8)
        let expected = [ServerSentEvents.Event(id: "1", data: "{\"a\":\"é\"}"), .init(id: "2", data: "x\ny")]
        for size in 1...bytes.count {
            var reader = ServerSentEvents()
            var events: [ServerSentEvents.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += reader.feed(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(events == expected, "cut every \(size) bytes")
        }
    }
}
