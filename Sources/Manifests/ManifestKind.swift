/// What a manifest declares, in the order in which they depend on each other.
package enum ManifestKind: String, Sendable, CaseIterable {
    case group = "Group"
    case secret = "Secret"
    case policy = "Policy"
    case task = "Task"
    case remoteConfig = "RemoteConfig"
    case trustDocument = "TrustDocument"
    case pluginPackage = "PluginPackage"
    case enrollmentToken = "EnrollmentToken"
    case device = "Device"
    case applicationSettings = "ApplicationSettings"

    /// Where the REST interface keeps them.
    package var collection: String {
        switch self {
        case .group: "groups"
        case .secret: "secrets"
        case .policy: "policies"
        case .task: "tasks"
        case .remoteConfig: "remote-configs"
        case .trustDocument: "trust-documents"
        case .pluginPackage: "plugin-packages"
        case .enrollmentToken: "tokens"
        case .device: "devices"
        case .applicationSettings: "application-settings"
        }
    }
}
