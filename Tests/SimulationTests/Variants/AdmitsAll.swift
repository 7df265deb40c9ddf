import Simulation

/// The server takes connections as they come.
struct AdmitsAll: Sabotage {
    var admitsAll: Bool { true }
}
