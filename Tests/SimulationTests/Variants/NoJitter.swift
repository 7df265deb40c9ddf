import DeviceProtocol
import Simulation

/// Waits for the middle of the reconnect window, as all others do.
struct NoJitter: Sabotage {
    var touchesFrames: Bool { true }

    func heard(_ frame: inout WireServerFrame) {
        if frame.session.reconnectSlot > 0 { frame.session.reconnectSlot = 32_768 }
    }
}
