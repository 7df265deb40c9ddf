import DesiredState
import ServerCore

/// What devices report, and what became of orders and runs.
enum ReportSchemas {
    static let components: [String: JSONValue] = [
        "Run": run, "Launch": launch, "Order": order, "Event": event, "Software": software, "Statistic": statistic,
        "AuditEntry": audit, "Artifact": artifact,
    ]

    private static let audit = ObjectSchemas.shown(
        "AuditEntry",
        spec: Schema.object(
            [
                "operator": Schema.text, "action": Schema.text, "kind": Schema.text, "name": Schema.text, "detail": [:],
                "before": [:],
            ], required: ["operator", "action", "kind", "name"]), status: Schema.object(["at": Schema.time]))

    private static let launch = ObjectSchemas.shown(
        "Launch",
        spec: Schema.object(["task": Schema.text, "operator": Schema.text, "devices": Schema.count]),
        status: Schema.object(
            [
                "final": Schema.bool, "waiting": Schema.count, "leftOut": Schema.count,
                "runs": Schema.texts(Schema.count),
                "created": Schema.time, "stopped": Schema.time,
            ], required: ["final", "waiting", "leftOut", "runs", "created"]))
    private static let run = ObjectSchemas.shown(
        "Run",
        spec: Schema.object(
            [
                "device": Schema.uid, "taskName": Schema.text, "application": Schema.text, "task": Schema.text,
                "parameters": [:], "trigger": Schema.choice(["operator", "schedule", "event", "task", "start"]),
                "attempt": Schema.count, "operator": Schema.text, "launch": Schema.uid,
            ], required: ["device", "taskName", "application", "task", "trigger"]),
        status: Schema.object(
            [
                "state": Schema.choice(RunState.allCases.map(\.name)), "final": Schema.bool,
                "percent": Schema.integer(0...100), "message": Schema.text, "result": [:], "note": Schema.text,
                "created": Schema.time, "started": Schema.time, "finished": Schema.time, "updated": Schema.time,
            ], required: ["state", "final", "percent", "message", "created", "updated"]))

    private static let artifact = Schema.object(
        [
            "name": Schema.filled, "run": Schema.uid, "device": Schema.uid, "size": Schema.count,
            "sha256": Schema.hash, "created": Schema.time,
        ], required: ["name", "run", "device", "size", "sha256", "created"])

    private static let order = ObjectSchemas.shown(
        "Order",
        spec: Schema.object(
            ["device": Schema.uid, "order": Schema.text, "subject": Schema.text, "operator": Schema.text],
            required: ["device", "order"]),
        status: Schema.object(
            [
                "state": Schema.choice(["pending", "done", "failed", "accepted", "expired"]), "final": Schema.bool,
                "message": Schema.text, "note": Schema.text, "created": Schema.time, "expires": Schema.time,
                "replied": Schema.time,
            ], required: ["state", "final", "message", "created", "expires"]))

    private static let event = ObjectSchemas.shown(
        "Event",
        spec: Schema.object(
            [
                "device": Schema.uid, "hostname": Schema.text, "application": Schema.text, "instance": Schema.text,
                "severity": Schema.choice(EventSeverity.allCases.map(\.name)), "type": Schema.text,
                "text": Schema.text, "data": [:],
            ], required: ["device", "hostname", "application", "severity", "type", "text"]),
        status: Schema.object(
            [
                "received": Schema.time, "deviceTime": Schema.time, "correctedTime": Schema.time,
                "epoch": Schema.uid, "stream": Schema.choice(EventJSON.streams), "number": Schema.count,
            ], required: ["received", "epoch", "stream", "number"]))

    private static let software = ObjectSchemas.shown(
        "Software",
        spec: Schema.object([
            "device": Schema.uid, "name": Schema.text, "version": Schema.text, "architecture": Schema.text,
            "source": Schema.text,
        ]))

    private static let statistic = ObjectSchemas.shown(
        "Statistic",
        spec: Schema.object(
            [
                "device": Schema.uid, "application": Schema.text, "instance": Schema.text, "name": Schema.text,
                "unit": Schema.text, "kind": Schema.choice(["counter", "gauge"]),
            ], required: ["device", "application", "name", "unit", "kind"]),
        status: Schema.object(
            ["value": ["type": "number"], "since": Schema.time, "time": Schema.time], required: ["value", "time"]))
}
