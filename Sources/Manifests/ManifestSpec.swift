package import DesiredState

/// The declaration itself.
package enum ManifestSpec: Sendable, Equatable {
    case group(GroupSpec)
    case secret(SecretSpec)
    case policy(PolicySpec)
    case task(TaskSpec)
    case remoteConfig(RemoteConfigSpec)
    case trustDocument(TrustDocumentSpec)
    case pluginPackage(PluginPackageSpec)
    case enrollmentToken(EnrollmentTokenSpec)
    case device(DeviceSpec)
    case applicationSettings(ApplicationSettingsSpec)

    package var kind: ManifestKind {
        switch self {
        case .group: .group
        case .secret: .secret
        case .policy: .policy
        case .task: .task
        case .remoteConfig: .remoteConfig
        case .trustDocument: .trustDocument
        case .pluginPackage: .pluginPackage
        case .enrollmentToken: .enrollmentToken
        case .device: .device
        case .applicationSettings: .applicationSettings
        }
    }

    /// As a manifest writes it; reading it back gives an equal value, except that a secret's value is left out.
    package var json: JSONValue {
        switch self {
        case .group(let spec): spec.json
        case .secret(let spec): spec.json
        case .policy(let spec): spec.json
        case .task(let spec): spec.json
        case .remoteConfig(let spec): spec.json
        case .trustDocument(let spec): spec.json
        case .pluginPackage(let spec): spec.json
        case .enrollmentToken(let spec): spec.json
        case .device(let spec): spec.json
        case .applicationSettings(let spec): spec.json
        }
    }

    static func read(_ kind: ManifestKind, _ fields: ManifestFields) -> ManifestSpec? {
        switch kind {
        case .group: .group(GroupSpec(fields))
        case .secret: SecretSpec(fields).map { .secret($0) }
        case .policy: PolicySpec(fields).map { .policy($0) }
        case .task: TaskSpec(fields).map { .task($0) }
        case .remoteConfig: RemoteConfigSpec(fields).map { .remoteConfig($0) }
        case .trustDocument: TrustDocumentSpec(fields).map { .trustDocument($0) }
        case .pluginPackage: PluginPackageSpec(fields).map { .pluginPackage($0) }
        case .enrollmentToken: EnrollmentTokenSpec(fields).map { .enrollmentToken($0) }
        case .device: .device(DeviceSpec(fields))
        case .applicationSettings: ApplicationSettingsSpec(fields).map { .applicationSettings($0) }
        }
    }

    /// Reads a spec that came without a manifest: from the store, or a merged patch. Paths begin with `spec`.
    package init(_ kind: ManifestKind, json: JSONValue) throws(ManifestError) {
        let problems = ManifestProblems()
        let fields = ManifestFields(ManifestNode(json), path: "spec", file: nil, problems: problems)
        guard let spec = Self.read(kind, fields), problems.found.isEmpty else { throw ManifestError(problems.found) }
        self = spec
    }
}
