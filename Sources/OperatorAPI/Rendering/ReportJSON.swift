import DesiredState
import DeviceProtocol
import ServerCore

/// Software, statistics and tokens as REST shows them.
enum ReportJSON {
    static func software(_ item: SoftwareItem) -> JSONValue {
        ObjectJSON.make(
            kind: "Software", name: item.name,
            spec: [
                "device": .string("\(item.device)"), "name": .string(item.name), "version": .string(item.version),
                "architecture": .string(item.architecture), "source": .string(item.source),
            ])
    }

    static func statistic(_ statistic: StatisticRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "Statistic", name: statistic.name,
            spec: .object(
                fields: [
                    "device": .string("\(statistic.device)"), "application": .string(statistic.application),
                    "instance": statistic.instance.isEmpty ? nil : .string(statistic.instance),
                    "name": .string(statistic.name), "unit": .string(statistic.unit), "kind": .string(statistic.kind),
                ]),
            status: .object(
                fields: [
                    "value": .number(statistic.value), "since": .time(statistic.startTime),
                    "time": .time(statistic.time),
                ]))
    }

    static func token(_ token: TokenRecord, now: Int64) -> JSONValue {
        ObjectJSON.make(
            kind: token.purpose == "operator" ? "OperatorToken" : "EnrollmentToken", name: token.name,
            spec: .object(
                fields: [
                    "role": .text(token.role), "group": .text(token.group), "uses": .number(token.uses),
                    "requireApproval": token.requireApproval ? true : nil,
                ]),
            status: .object(
                fields: [
                    "used": .number(token.used), "armed": .bool(token.armed), "expires": .time(token.expiresAt),
                    "expired": .bool(token.expiresAt <= now), "created": .time(token.createdAt),
                    "lastUsed": .time(token.lastUsedAt),
                ]))
    }
}
