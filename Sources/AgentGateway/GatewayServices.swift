import Logging
import ServerCore
import ServerPKI

/// What the handlers of a connection work with. One object for all of them: each connection has it in several places.
final class GatewayServices: Sendable {
    let sync: DeviceSync
    let enrollment: Enrollment
    let readmissions: Readmissions
    let artifacts: ArtifactStore
    let packages: PackageStore
    let verifier: DeviceCertificateVerifier
    let sessions: SessionTable
    let contacts: ContactBoard
    let connections: ConnectionNumbers
    let devices = DeviceConnections()
    let logger: Logger

    init(
        sync: DeviceSync, enrollment: Enrollment, readmissions: Readmissions, artifacts: ArtifactStore,
        packages: PackageStore, verifier: DeviceCertificateVerifier, sessions: SessionTable, contacts: ContactBoard,
        connections: ConnectionNumbers, logger: Logger
    ) {
        self.sync = sync
        self.enrollment = enrollment
        self.readmissions = readmissions
        self.artifacts = artifacts
        self.packages = packages
        self.verifier = verifier
        self.sessions = sessions
        self.contacts = contacts
        self.connections = connections
        self.logger = logger
    }
}
