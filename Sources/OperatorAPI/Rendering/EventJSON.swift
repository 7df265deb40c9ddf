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
                    "stream": .string(event.stream == 1 ? "urgent" : "normal"), "number": .integer(event.number),
                ]))
    }
}
