/// Where a setting came from.
package enum SettingsSource: Sendable, Hashable, CustomStringConvertible {
    /// The plugin's manifest.
    case standard
    case policy(String)
    case profile(String, policy: String)
    case applicationSettings(String)
    /// The device's own user.
    case local

    /// In words for people.
    package var description: String {
        switch self {
        case .standard: "default"
        case .policy(let name): "policy \(name)"
        case .profile(let name, let policy): "profile \(name) of policy \(policy)"
        case .applicationSettings(let name): "application settings \(name)"
        case .local: "local user"
        }
    }
}
