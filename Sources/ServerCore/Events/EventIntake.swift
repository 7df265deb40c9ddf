import DesiredState
package import DeviceProtocol
import Foundation
import SwiftProtobuf

/// What becomes of one batch of events, decided from the batch and what the server holds, without any effect.
///
/// Numbers at or below the mark are repetitions and are only receipted. A hole is legal. An event that can never be
/// stored is refused singly. A base or a repetition that differs from what is stored means another history.
package struct EventIntake: Sendable, Equatable {
    /// The device's history parted from the stored one after `agreed`: events through it are stored, later ones are not.
    package struct OtherHistory: Error, Equatable {
        package var agreed: StreamMark
    }

    /// What the server holds of the stream, as far as the batch touches it.
    package struct Held {
        package var mark = StreamMark(through: 0, digest: [])
        /// Digests of events below the mark, as far as their rows are still there.
        package var digests: [UInt64: [UInt8]] = [:]
        /// Ids of events that are stored under another epoch of the stream: renumbered ones may be among them.
        package var ids: Set<[UInt8]> = []

        package init(
            mark: StreamMark = .none, digests: [UInt64: [UInt8]] = [:], ids: Set<[UInt8]> = []
        ) {
            self.mark = mark
            self.digests = digests
            self.ids = ids
        }
    }

    package var accepted: [WireEvent] = []
    package var refused: [WireRefusedEvent] = []
    package var mark: StreamMark
    /// What the batch is receipted through: never more than it held.
    package var receipt: StreamMark

    package static func judge(_ batch: WireEventBatch, held: Held) -> Result<EventIntake, OtherHistory> {
        var known = held.digests
        known[held.mark.through] = held.mark.digest
        guard batch.baseNumber <= held.mark.through else { return .failure(OtherHistory(agreed: held.mark)) }
        let base = StreamMark(through: batch.baseNumber, digest: Array(batch.baseDigest))
        let repeated = batch.events.prefix { $0.number <= held.mark.through }
        // A digest covers all before it: the last one that agrees proves the rest.
        let proof = repeated.lastIndex { known[$0.number] == Array($0.digest) }
        let agreed = proof.map { StreamMark(repeated[$0]) } ?? (agrees(base, with: known) ? base : .none)
        let unproven = repeated[(proof.map { $0 + 1 } ?? repeated.startIndex)...]
        // What lies below the mark and is not proven was not among what is stored: a hole that an overflow left may have
        // been given to another event since, by a device that was set back. (An event that was refused and is cut off
        // from its followers gets here, too: it is refused again, and the ids of the followers are known.)
        guard proof != nil || agrees(base, with: known), unproven.isEmpty else {
            return .failure(OtherHistory(agreed: agreed))
        }
        var intake = EventIntake(mark: held.mark, receipt: base)
        for event in batch.events {
            if event.number > held.mark.through { intake.take(event, isStored: held.ids.contains(Array(event.id))) }
            if event.number > intake.receipt.through { intake.receipt = StreamMark(event) }
        }
        return .success(intake)
    }

    private static func agrees(_ base: StreamMark, with known: [UInt64: [UInt8]]) -> Bool {
        guard base.through > 0, let held = known[base.through] else { return true }
        return held == base.digest
    }

    private mutating func take(_ event: WireEvent, isStored: Bool) {
        if let reason = Self.problem(with: event, after: mark.through) {
            refused.append(.with(number: event.number, reason: reason))
        } else if !isStored {
            accepted.append(event)
        }
        guard event.number > mark.through, event.digest.count == EventChain.digestSize else { return }
        mark = StreamMark(through: event.number, digest: Array(event.digest))
    }

    private static func problem(with event: WireEvent, after through: UInt64) -> String? {
        if event.number <= through { return "expected a number above \(through)" }
        if event.digest.count != EventChain.digestSize { return "expected a digest of \(EventChain.digestSize) bytes" }
        if event.id.count != Identifier.size { return "expected an id of \(Identifier.size) bytes" }
        if EventSeverity(event.severity) == nil { return "unknown severity \(event.severity.rawValue)" }
        if event.type.isEmpty { return "expected a type" }
        if event.application.isEmpty { return "expected an application" }
        if event.application == ServerEvent.application {
            return "application \(ServerEvent.application) is the server's own"
        }
        guard isSmall(event) else { return "larger than \(DeviceLimits.eventBytes) bytes" }
        return problem(withData: event.data)
    }

    /// Beside texts and data an event has fields of known size, which come to less than `frame` bytes.
    private static func isSmall(_ event: WireEvent) -> Bool {
        let frame = 256
        let texts = event.application.utf8.count + event.instance.utf8.count + event.type.utf8.count
        if texts + event.text.utf8.count + event.data.count + event.unknownFields.data.count + frame
            <= DeviceLimits.eventBytes
        {
            return true
        }
        guard let encoded: [UInt8] = try? event.serializedBytes() else { return false }
        return encoded.count <= DeviceLimits.eventBytes
    }

    private static func problem(withData data: Data) -> String? {
        if data.isEmpty || data.withUnsafeBytes(JSONGlance.isPlainObject) { return nil }
        guard String(validating: data, as: UTF8.self) != nil else { return "data is not UTF-8" }
        do {
            guard case .object = try JSONValue(parsing: data) else { return "data: expected a JSON object" }
            return nil
        } catch {
            return "data: \(error)"
        }
    }
}

extension WireRefusedEvent {
    package static func with(number: UInt64, reason: String) -> WireRefusedEvent {
        var refused = WireRefusedEvent()
        refused.number = number
        refused.reason = reason
        return refused
    }
}
