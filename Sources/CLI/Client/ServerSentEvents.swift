/// Reads the lines of a `text/event-stream`. Feed it bytes as they come.
struct ServerSentEvents {
    struct Event: Equatable {
        var id: String?
        var data: String
    }

    private var buffer: [UInt8] = []
    private var id: String?
    private var data: [String] = []

    /// The events that are complete with these bytes.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Event] {
        buffer += bytes
        var events: [Event] = []
        while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            var line = buffer[..<end]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            if let event = take(String(decoding: line, as: UTF8.self)) { events.append(event) }
            buffer.removeSubrange(...end)
        }
        return events
    }

    private mutating func take(_ line: String) -> Event? {
        guard !line.isEmpty else {
            defer { data = [] }
            return data.isEmpty ? nil : Event(id: id, data: data.joined(separator: "\n"))
        }
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
        var value = line[line.index(after: colon)...]
        if value.first == " " { value = value.dropFirst() }
        switch line[..<colon] {
        case "id": id = String(value)
        case "data": data.append(String(value))
        default: break
        }
        return nil
    }
}
