import DesiredState
import ServerCore

/// A device that waits to be readmitted, as REST shows it.
enum ReadmissionJSON {
    static func make(_ record: ReadmissionRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "Readmission", name: "\(record.device)", uid: "\(record.device)",
            status: .object(
                fields: [
                    "reason": .string(record.reason.rawValue), "address": .string(record.address),
                    "serial": .string(record.serial), "notAfter": .time(record.notAfter),
                    "first": .time(record.firstAt), "last": .time(record.lastAt),
                ]))
    }
}
