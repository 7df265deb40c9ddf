package import DeviceProtocol
import Foundation
import Manifests
package import ServerStore

/// What operators do to devices: each becomes an order, is told to a connected device at once, and wakes another.
package struct DeviceActions: Sendable {
    /// Devices that one call may start a task on.
    package static let mostDevices = 1_000

    let writer: GroupedWriter
    let sync: DeviceSync
    let notifier: any DeviceNotifier
    let wakes: WakeDesk
    let clock: ServerClock

    package init(
        writer: GroupedWriter, sync: DeviceSync, notifier: any DeviceNotifier, wakes: WakeDesk,
        clock: ServerClock = .system
    ) {
        self.writer = writer
        self.sync = sync
        self.notifier = notifier
        self.wakes = wakes
        self.clock = clock
    }

    /// The device reports everything anew. Returns the order.
    package func sync(_ device: DeviceUID, by identity: OperatorIdentity) async throws -> Identifier {
        try await order(.sync, device, subject: "", action: .syncNow(WireSyncNow()), by: identity)
    }

    package func control(
        _ application: String, instance: String = "", _ action: ApplicationAction, on device: DeviceUID,
        by identity: OperatorIdentity
    ) async throws -> Identifier {
        var control = WireControlApplication()
        control.application = application
        control.instance = instance
        control.action = action.wire
        return try await order(
            .controlApplication, device, subject: "\(action.rawValue) \(application)",
            action: .controlApplication(control),
            by: identity)
    }

    /// Throws `conflict` when the run is over.
    package func cancel(_ run: RunID, by identity: OperatorIdentity) async throws -> Identifier {
        let now = clock.now()
        let (device, id) = try await writer.submit { transaction in
            guard let record = try RunRecord.find(run, in: transaction) else {
                throw CoreError(.notFound, "no run \(run)")
            }
            guard !record.state.isFinal else { throw CoreError(.conflict, "run \(run) is over: \(record.state.name)") }
            var cancel = WireCancelRun()
            cancel.runID = Data(run.bytes)
            let orders = OrderWriter(identity: identity, now: now, transaction: transaction)
            let id = try orders.queue(.cancelRun, for: record.device, subject: "\(run)", action: .cancelRun(cancel))
            return (record.device, id)
        }
        await dispatch([Dispatch(device: device, order: id, run: nil)])
        return id
    }

    /// Starts a stored task. Without devices: on every device in its scope.
    package func run(
        _ task: String, on devices: [DeviceUID], by identity: OperatorIdentity
    ) async throws -> [StartedRun] {
        let now = clock.now()
        let started = try await writer.submit(rows: max(1, devices.count) * 3) { transaction in
            try TaskStarter(identity: identity, now: now, transaction: transaction).start(task, on: devices)
        }
        await dispatch(started.map { Dispatch(device: $0.device, order: $0.order, run: $0.run) })
        return started
    }

    private func order(
        _ kind: OrderKind, _ device: DeviceUID, subject: String, action: WireOrder.OneOf_Action,
        by identity: OperatorIdentity
    ) async throws -> Identifier {
        let now = clock.now()
        let id = try await writer.submit(rows: 2) { transaction in
            try OrderWriter(identity: identity, now: now, transaction: transaction)
                .queue(kind, for: device, subject: subject, action: action)
        }
        await dispatch([Dispatch(device: device, order: id, run: nil)])
        return id
    }

    private struct Dispatch {
        var device: DeviceUID
        var order: Identifier
        var run: RunID?
    }

    private func dispatch(_ orders: [Dispatch]) async {
        let devices = Set(orders.map(\.device))
        sync.invalidate(devices)
        sync.reportFeed.signal()
        await notifier.changed(devices)
        for order in orders where !sync.isConnected(order.device) {
            wakes.request(WakeRequest(device: order.device, order: order.order, run: order.run))
        }
    }
}
