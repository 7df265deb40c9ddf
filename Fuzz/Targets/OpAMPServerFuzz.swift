import DesiredState
import DeviceProtocol
import OpAMP

/// What the server sends to an agent: framing, the message, our frame in it, the desired state.
package enum OpAMPServerFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard let message: OpAMPServerToAgent = try? OpAMPFraming.decode(bytes, limit: OpAMPLimits.agentBytes) else {
            return
        }
        WireFuzz.repeats(message)
        ServerFrameFuzz.run(Array(message.customMessage.data))
        let entries = message.remoteConfig.config.configMap.mapValues { Array($0.body) }
        _ = DeviceDocument.hash(of: entries)
        for application in DeviceDocument.read(entries: entries).document.applications.values {
            let text = CanonicalJSON.encode(application.merged { $0.condition.holds(ConditionFacts()) }.value)
            guard let again = try? JSONValue(parsing: text) else {
                preconditionFailure("settings cannot be read again")
            }
            precondition(CanonicalJSON.encode(again) == text, "settings changed when they were written anew")
        }
    }
}
