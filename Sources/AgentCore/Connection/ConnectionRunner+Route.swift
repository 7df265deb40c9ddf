import DeviceProtocol
import FoundationEssentials
import Logging
import OpAMP

// How the way to the server is looked after.
extension ConnectionRunner {
    /// Before a connection: nobody is connected, and the connector is asked for afterwards.
    func maintain() async throws {
        guard !maintaining, await route.isMaintenanceDue() else { return }
        maintaining = true
        defer { maintaining = false }
        if try await route.maintain() == .becameAnother { becameAnother() }
    }

    /// The connection that is open stays until something was tried and works; then it ends in order, for the new one.
    func maintainWhileConnected() async {
        guard !maintaining, persistent.link != nil, await route.isMaintenanceDue() else { return }
        maintaining = true
        defer { maintaining = false }
        do {
            // An offered address that does not answer at once gets its other chances now, not at the next connection.
            var change = ServerRoute.Change.none
            for attempt in 1...ConnectionOffer.mostAttempts where change == .none {
                if attempt > 1 { try await Task.sleep(for: .seconds(attempt)) }
                change = try await route.maintain()
                if change == .none, await !route.isMaintenanceDue() { break }
            }
            switch change {
            case .none: persistent.want(.change)
            case .replaced: await closePersistent()
            case .becameAnother: becameAnother()
            }
            await pump()
        } catch {
            logger.warning("not renewed", metadata: ["error": "\(error)"])
        }
    }
}
