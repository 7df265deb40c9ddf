import DeviceProtocol
import OpAMP
import SwiftProtobuf

/// Whose a connection is, as the gateway's `DeviceSession` and `SessionTable` find out.
extension Fleet {
    static let probeTime: Int64 = .seconds(5)

    /// Whether another agent under the same identity holds a living connection; nil while an older connection is asked
    /// whether it lives: then the message comes again.
    func contested(_ message: OpAMPAgentToServer, on link: Link) -> Bool? {
        guard link.standing == .new, !message.hasAgentDisconnect,
            let frame = try? WireAgentFrame(serializedBytes: message.customMessage.data), frame.startCounter > 0
        else { return link.standing == .contested }
        let device = hosts[link.host].device
        let start = Array(frame.startID)
        links[link.number]?.startID = start
        let held = server.sessions[device]?.link
        let isAnother =
            link.kind == .persistent
            ? held != nil : held.flatMap { links[$0]?.startID }.map { $0 != start } ?? false
        if let held, isAnother {
            if answers(held), link.kind == .persistent, !answers(link.number) {
                // It was overtaken, and is closed without an answer.
                later(Self.probeTime, .serverSeesEnd(link: link.number))
                return nil
            }
            if answers(held) {
                noteArrival(on: link)
                links[link.number]?.standing = .contested
                return true
            }
            if !link.hasProbed {
                links[link.number]?.hasProbed = true
                later(Self.probeTime, .request(link: link.number, message))
                return nil
            }
        }
        noteArrival(on: link)
        links[link.number]?.standing = .own
        if link.kind == .persistent, let old = server.connected(device, link: link.number) {
            links[old]?.isOpenAtServer = false
            later(latency(), .deviceSeesEnd(link: old, clean: false))
        }
        return false
    }

    /// Whether somebody at the other end of a connection answers a ping.
    private func answers(_ number: Int) -> Bool {
        guard let link = links[number], link.isOpenAtServer, link.isOpenAtDevice, !link.isOverAtDevice, !link.isDead
        else { return false }
        let host = hosts[link.host]
        return !isCut(host) && host.agent != nil && host.boots == link.boot
    }

    /// A server that cannot store learns nothing of who came.
    private func noteArrival(on link: Link) {
        if !server.isUnavailable { judge.arrived(hosts[link.host]) }
    }
}
