/// The parts of a device's state that travel only when they changed.
enum StatePart: CaseIterable, Sendable {
    case description, health, effectiveConfig, configStatus, applied
}
