import DesiredState
import DeviceProtocol
import ServerCore

/// An event as REST and the event stream show it.
enum EventJSON {
    static func make(_ event: EventRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "Event", name: "\(event.id)", uid: "\(event.id)",
            spec: .object(
                fields: [
                    "device": .string("\(event.device)"), "hostname": .string(event.hostname),
                    "application": .string(event.application),
                    "instance": event.instance.isEmpty ? nil : .string(event.instance),
                    "severity": .string(event.severity.name), "type": .string(event.type), "text": .string(event.text),
                    "data": event.data,
                ]),
            status: .object(
                fields: [
                    "received": .time(event.receivedAt), "deviceTime": .time(event.deviceTime),
                    "correctedTime": .time(event.correctedTime), "epoch": .string("\(event.epoch)"),
                    "stream": .string(stream(event.stream)), "number": .integer(event.number),
                ]))
    }

    /// Names of `WireEventStream`; 0 is the server's own.
    static let streams = ["server", "urgent", "normal"]

    private static func stream(_ number: Int64) -> String {
        streams.indices.contains(Int(number)) ? streams[Int(number)] : "normal"
    }
}
