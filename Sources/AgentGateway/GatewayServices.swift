import Logging
import ServerCore
import ServerPKI

/// What the handlers of a connection work with.
struct GatewayServices: Sendable {
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
}
