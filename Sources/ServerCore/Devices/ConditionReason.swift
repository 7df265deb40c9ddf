/// One thing about a device that an operator has to see to.
package struct ConditionReason: Sendable, Equatable {
    package var code: Code
    /// What it is, of what, and what to do.
    package var text: String
    package var level: ConditionLevel { code.level }

    package init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// Stable: scripts compare it. More may come.
    package enum Code: String, Sendable, CaseIterable {
        case silent
        case held
        case certificateExpired = "certificate.expired"
        case entryFailed = "configuration.entry.failed"
        case configurationFailed = "configuration.failed"
        case applicationFailed = "application.failed"
        case pluginFailed = "plugin.failed"
        case agentUnhealthy = "agent.unhealthy"
        case revoked
        case pending
        case neverReported = "never.reported"
        case restored
        case certificateCloses = "certificate.closes"
        case applicationUnhealthy = "application.unhealthy"
        case applicationStopped = "application.stopped"
        case settingsProblem = "settings.problem"
        case keepConnectionRefused = "keep-connection.refused"
        case addressFailed = "address.failed"

        package var level: ConditionLevel {
            switch self {
            case .silent, .held, .certificateExpired, .entryFailed, .configurationFailed, .applicationFailed,
                .pluginFailed, .agentUnhealthy:
                .critical
            case .revoked, .pending, .neverReported, .restored, .certificateCloses, .applicationUnhealthy,
                .applicationStopped, .settingsProblem, .keepConnectionRefused, .addressFailed:
                .warning
            }
        }
    }
}
