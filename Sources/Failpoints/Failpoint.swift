/// A place in the code at which a test has the process kill itself, as a power cut or the kernel would: no clean-up runs.
/// A passage compiles to nothing unless DEBUG.
@frozen
@usableFromInline
package enum Failpoint: String, Sendable {
    /// A plugin's events have their rows, their transaction is not committed.
    case spoolBeforeCommit = "spool-before-commit"
    /// The events are in the spool, the plugin was not told.
    case spoolCommitted = "spool-committed"
    /// A device's events have their rows, the batch is not committed.
    case serverBeforeCommit = "server-before-commit"
    /// The events are in the store, the device has no receipt.
    case serverCommitted = "server-committed"
    /// Key and uid of a new certificate are on the device's disk, nothing was sent.
    case keyMade = "key-made"
    /// The certificate has come, it is not on the disk.
    case certificateReceived = "certificate-received"
    /// The certificate is on the disk, nobody has used it.
    case certificateKept = "certificate-kept"
    /// A renewed identity takes the place of the old one: the key has, the certificate has not.
    case keyPromoted = "key-promoted"
    /// What operators want is committed, documents are not compiled.
    case declared
    /// Documents are compiled, the devices were not told.
    case documentsCompiled = "documents-compiled"
    /// A document has come, the device has not kept it.
    case documentReceived = "document-received"
    /// The device has kept its document, nothing of it is applied.
    case documentKept = "document-kept"
    /// A plugin has applied settings, the agent has not noted that.
    case settingsApplied = "settings-applied"
    /// A secret's value is on the device's disk, the settings that name it were not applied again.
    case secretKept = "secret-kept"
    /// The server has a piece of an artifact, the next one is not sent.
    case artifactPieceStored = "artifact-piece-stored"
    /// A plugin's new version is recorded as the one to try; the old one still runs.
    case packageSwitched = "package-switched"
    /// The server has issued a certificate, its transaction is not committed.
    case certificateBeforeCommit = "certificate-before-commit"
    /// The certificate is in the store, the device does not have it.
    case certificateCommitted = "certificate-committed"

    @inlinable @inline(__always)
    package func pass() {
        #if DEBUG
            ArmedFailpoint.process?.passed(self)
        #endif
    }
}
