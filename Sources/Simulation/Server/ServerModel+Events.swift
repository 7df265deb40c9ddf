import DeviceProtocol
import Foundation
import OpAMP
import ServerCore

extension ServerModel {
    /// All batches of a message in one commit, as the product's writer does it.
    mutating func storeEvents(
        _ report: AgentReport, of device: Int, _ stored: (WireEvent) -> Void
    ) throws -> [WireStreamReceipt] {
        guard let frame = report.frame, !frame.events.isEmpty else { return [] }
        let sabotage = sabotage
        var receipts: [WireStreamReceipt] = []
        var accepted: [WireEvent] = []
        try commit(device) { row in
            for var batch in frame.events {
                sabotage.judged(&batch)
                var receipt = Self.store(batch, in: &row, &accepted, sabotage)
                sabotage.receipted(&receipt)
                receipts.append(receipt)
            }
        }
        for event in accepted { stored(event) }
        return receipts
    }

    private static func store(
        _ batch: WireEventBatch, in row: inout DeviceRow, _ accepted: inout [WireEvent], _ sabotage: any Sabotage
    ) -> WireStreamReceipt {
        var receipt = WireStreamReceipt()
        receipt.stream = batch.stream
        receipt.epoch = batch.epoch
        guard let epoch = Identifier(batch.epoch) else { return receipt }
        let key = StreamKey(epoch: epoch, stream: batch.stream.rawValue)
        // Only at the beginning of a later epoch are ids looked for, as the product's writer does.
        let isLater = row.marks.keys.contains { $0.stream == key.stream && $0.epoch != key.epoch }
        var held = EventIntake.Held(
            mark: row.marks[key] ?? .none, digests: row.digests[key] ?? [:], ids: isLater ? row.ids : [])
        sabotage.knows(&held, of: batch)
        switch EventIntake.judge(batch, held: held) {
        case .failure(let other):
            receipt.newEpoch = true
            receipt.storedThrough = other.agreed.through
            receipt.digest = Data(other.agreed.digest)
        case .success(let intake):
            for event in intake.accepted {
                row.digests[key, default: [:]][event.number] = Array(event.digest)
                row.ids.insert(Array(event.id))
            }
            accepted += intake.accepted
            row.marks[key] = intake.mark
            receipt.storedThrough = intake.receipt.through
            receipt.digest = Data(intake.receipt.digest)
            receipt.refused = intake.refused
        }
        return receipt
    }
}
