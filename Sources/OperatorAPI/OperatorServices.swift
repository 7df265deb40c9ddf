package import DeviceProtocol
package import ServerCore

/// What the operators' interface stands on.
package struct OperatorServices: Sendable {
    package var server: ServerDescription
    package var declarations: Declarations
    package var actions: DeviceActions
    package var administration: DeviceAdministration
    package var readmissions: Readmissions
    package var enrollment: Enrollment
    package var queries: FleetQueries
    package var artifacts: ArtifactStore
    package var packages: PackageStore
    package var operatorTokens: OperatorTokens
    package var enrollmentTokens: EnrollmentTokens
    package var eventFeed: ChangeFeed
    package var reportFeed: ChangeFeed
    package var storeEpoch: Identifier
    package var clock: ServerClock

    package init(
        server: ServerDescription, declarations: Declarations, actions: DeviceActions,
        administration: DeviceAdministration,
        readmissions: Readmissions, enrollment: Enrollment,
        queries: FleetQueries, artifacts: ArtifactStore, packages: PackageStore,
        operatorTokens: OperatorTokens, enrollmentTokens: EnrollmentTokens, eventFeed: ChangeFeed,
        reportFeed: ChangeFeed,
        storeEpoch: Identifier, clock: ServerClock = .system
    ) {
        self.server = server
        self.declarations = declarations
        self.actions = actions
        self.administration = administration
        self.readmissions = readmissions
        self.enrollment = enrollment
        self.queries = queries
        self.artifacts = artifacts
        self.packages = packages
        self.operatorTokens = operatorTokens
        self.enrollmentTokens = enrollmentTokens
        self.eventFeed = eventFeed
        self.reportFeed = reportFeed
        self.storeEpoch = storeEpoch
        self.clock = clock
    }
}
