import DesiredState
import DeviceProtocol
import Foundation
import SwiftProtobuf

/// What becomes of one batch of events, decided from the batch and what the server holds, without any effect.
///
/// Numbers at or below the mark are repetitions and are only receipted. A hole is legal. An event that can never be
/// stored is refused singly. A base or a repetition that differs from what is stored means another history.
struct EventIntake: Sendable, Equatable {
    enum Contradiction: Error, Equatable { case otherHistory }

    var accepted: [WireEvent] = []
    var refused: [WireRefusedEvent] = []
    var mark: StreamMark

    /// `stored` are digests that the server holds for numbers at or below the mark, as far as it still has the rows.
    static func judge(
        _ batch: WireEventBatch, mark: StreamMark?, stored: [UInt64: [UInt8]]
    ) -> Result<EventIntake, Contradiction> {
        let held = mark ?? StreamMark(through: 0, digest: [])
        var known = stored
        known[held.through] = held.digest
        guard batch.baseNumber <= held.through, agrees(batch.baseNumber, batch.baseDigest, with: known) else {
            return .failure(.otherHistory)
        }
        var intake = EventIntake(mark: held)
        for event in batch.events {
            if event.number <= held.through {
                guard agrees(event.number, event.digest, with: known) else { return .failure(.otherHistory) }
            } else {
                intake.take(event)
            }
        }
        return .success(intake)
    }

    /// A number without a stored row contradicts nothing.
    private static func agrees(_ number: UInt64, _ digest: Data, with known: [UInt64: [UInt8]]) -> Bool {
        guard number > 0, let digest = Optional(Array(digest)), let held = known[number] else { return true }
        return held == digest
    }

    private mutating func take(_ event: WireEvent) {
        if let reason = Self.problem(with: event, after: mark.through) {
            refused.append(.with(number: event.number, reason: reason))
        } else {
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
        guard let encoded: [UInt8] = try? event.serializedBytes(), encoded.count <= DeviceLimits.eventBytes else {
            return "larger than \(DeviceLimits.eventBytes) bytes"
        }
        return problem(withData: event.data)
    }

    private static func problem(withData data: Data) -> String? {
        if data.isEmpty { return nil }
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
    static func with(number: UInt64, reason: String) -> WireRefusedEvent {
        var refused = WireRefusedEvent()
        refused.number = number
        refused.reason = reason
        return refused
    }
}
