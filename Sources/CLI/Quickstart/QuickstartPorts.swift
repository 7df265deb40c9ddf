/// As asked for; 0 is any that is free.
struct QuickstartPorts: Sendable {
    var agents: Int
    var operators: Int
    var wake: Int
}
