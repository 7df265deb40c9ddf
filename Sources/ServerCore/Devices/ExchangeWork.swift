import DeviceProtocol
import OpAMP

/// What of a message has to be stored, decided without any effect.
package struct ExchangeWork: Sendable {
    package var trust: StateTrust
    package var writesState = false
    package var writesFacts = false
    package var writesReports = false
    package var writesEvents = false
    /// Rows it touches, about.
    package var controlRows = 0
    package var eventRows = 0

    package init(_ report: AgentReport, facts: DeviceFacts, peer: DevicePeer) {
        trust = StateTrust.judge(
            report, stored: facts.stateDigest, sequence: facts.transport == nil ? nil : facts.sequence)
        writesState = trust == .full || trust == .delta
        writesFacts = Self.changesFacts(report, facts: facts, peer: peer)
        guard let frame = report.frame else {
            controlRows = writesControl ? 8 : 0
            return
        }
        let statistics = frame.statistics.reduce(0) { $0 + $1.values.count }
        let software = frame.inventory.added.count + frame.inventory.removed.count
        writesReports =
            report.message.hasPackageStatuses || frame.hasInventory || !frame.runs.isEmpty
            || !frame.orderReplies.isEmpty || !frame.statistics.isEmpty
        controlRows = writesControl ? 4 + frame.applied.count + frame.runs.count + statistics * 2 + software : 0
        isAwaited = (!frame.runs.isEmpty || !frame.orderReplies.isEmpty) && controlRows <= Self.mostAwaitedRows
        writesEvents = !frame.events.isEmpty
        eventRows = frame.events.reduce(0) { $0 + 1 + $1.events.count }
    }

    /// A run's news or replies to orders, and little beside: an operator may wait for it.
    package var isAwaited = false
    private static let mostAwaitedRows = 64

    package var writesControl: Bool { writesState || writesFacts || writesReports }
    package var isQuiet: Bool { !writesControl && !writesEvents }

    private static func changesFacts(_ report: AgentReport, facts: DeviceFacts, peer: DevicePeer) -> Bool {
        let message = report.message
        if message.capabilities != 0, message.capabilities != facts.capabilities { return true }
        if peer.address != facts.address || peer.transport.rawValue != facts.transport { return true }
        if message.hasRemoteConfigStatus, differs(message.remoteConfigStatus, from: facts) { return true }
        if let says = report.saysStranger, says != facts.isStranger { return true }
        guard let frame = report.frame else {
            let named = facts.isStranger ? Array(message.instanceUid) : facts.instanceUID
            return message.sequenceNum != facts.sequence || named != facts.instanceUID
        }
        if frame.udpPort != UInt32(facts.udpPort) || frame.udpKeyID != facts.udpKeyConfirmed { return true }
        guard message.hasConnectionSettingsStatus else { return false }
        let status = message.connectionSettingsStatus
        return Array(status.lastConnectionSettingsHash) != facts.connectionHash
            || ConfigOutcome(status.status).rawValue != facts.connectionStatus
    }

    private static func differs(_ status: OpAMPRemoteConfigStatus, from facts: DeviceFacts) -> Bool {
        Array(status.lastRemoteConfigHash) != facts.reportedHash
            || String(status.errorMessage.prefix(FactsWriter.longestText)) != facts.reportedError
            || ConfigOutcome(status.status).rawValue != facts.reportedStatus
    }
}
