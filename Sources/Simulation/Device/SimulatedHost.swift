import AgentCore
import DeviceProtocol

/// A machine with an agent on it: what is durable, its clock, and the agent while it runs.
final class SimulatedHost {
    /// Index in the fleet; a clone is a host of its own.
    let number: Int
    /// Index of the device whose identity it has.
    let device: Int
    let uid: DeviceUID
    let clock: DeviceClock
    var chance: Chance
    /// What the disk held when the agent last ended.
    var image: [UInt8]
    var agent: RunningAgent?
    /// Counts starts, so that what was meant for an earlier one is not done to a later.
    var boots = 0
    /// No network before this.
    var cutUntil: Int64 = 0
    /// A copy of the disk to go back to.
    var snapshot: [UInt8]?
    /// What a plugin has to say once more, since it does not know that the agent has it.
    var unsaid: [SpooledEvent] = []
    var retired = false

    init(number: Int, device: Int, uid: DeviceUID, clock: DeviceClock, chance: Chance, image: [UInt8]) {
        self.number = number
        self.device = device
        self.uid = uid
        self.clock = clock
        self.chance = chance
        self.image = image
    }
}
