import ArgumentParser

/// `martlet get`
struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "List objects.",
        discussion: """
            EXAMPLES
              martlet get devices
              martlet get events -o json
            """,
        subcommands: [
            GetDevices.self, GetGroups.self, GetSecrets.self, GetPolicies.self, GetTasks.self, GetRemoteConfigs.self,
            GetPackages.self, GetPluginPackages.self, GetTrustDocuments.self,
            GetApplicationSettings.self, GetRuns.self, GetArtifacts.self,
            GetEvents.self,
            GetSoftware.self, GetStatistics.self, GetTokens.self, GetReadmissions.self, GetAudit.self,
        ])
}
