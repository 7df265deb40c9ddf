import Foundation
import ServerCore
import ServerPKI

/// What `init` makes has to be there before anything else is tried.
enum Initialized {
    /// Throws `notFound` with what to do.
    static func check(_ configuration: ServerConfiguration) throws(CoreError) {
        let file = configuration.pkiDirectory + "/" + CertificateAuthority.FileName.intermediateCertificate
        guard access(file, F_OK) != 0, errno == ENOENT || errno == ENOTDIR else { return }
        throw CoreError(
            .notFound,
            "there is no server in \(configuration.dataDirectory) (dataDirectory); run \"martlet-server init\" first")
    }
}
