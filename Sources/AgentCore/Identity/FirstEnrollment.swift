package import Logging
import NIOCore
import NIOPosix

/// Joins by itself, with the token that was left for the device, however long the server cannot be reached.
package struct FirstEnrollment: Sendable {
    /// Between two attempts; each is half of it to all of it, by chance, so that a fleet that was installed at once does not
    /// come at once.
    static let firstPause = Duration.seconds(2)
    static let longestPause = Duration.seconds(300)

    private let configuration: AgentConfiguration
    private let file: EnrollmentTokenFile
    private let logger: Logger

    package init(configuration: AgentConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        file = EnrollmentTokenFile(configuration.enrollmentTokenFile)
    }

    /// The token to join with; nil when the device is enrolled. Throws when there is no usable one.
    package func token() throws -> String? {
        try IdentityFiles(dataDirectory: configuration.dataDirectory).isEnrolled ? nil : file.required()
    }

    /// Returns once the device is enrolled, and the token is gone. Throws `LinkError` when the server refuses it.
    package func join(with token: String?) async throws {
        guard let token else { return eraseToken() }
        try await enroll(with: token)
        eraseToken()
    }

    /// As `join`, and leaves the token where it is.
    package func enroll(with token: String) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await enroll(token, group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func enroll(_ token: String, _ group: MultiThreadedEventLoopGroup) async throws {
        var pause = Self.firstPause
        while true {
            do {
                let uid = try await Enroller(configuration: configuration).enroll(token: token, group: group)
                return logger.notice("device enrolled", metadata: ["device": "\(uid)"])
            } catch let error as LinkError where error.code != .refused || error.isTemporary {
                let wait = max(pause / 2 + pause / 2 * Double.random(in: 0...1), .microseconds(error.retryAfter ?? 0))
                logger.warning(
                    "enrolment failed; it will be tried again",
                    metadata: ["error": "\(error)", "in": "\(wait.components.seconds) s"])
                try await Task.sleep(for: wait)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// Also when the device was enrolled before: a token that lies about is of use to others only.
    package func eraseToken() {
        do {
            if try file.erase() { logger.notice("enrolment token erased", metadata: ["file": "\(file.path)"]) }
        } catch {
            logger.warning(
                "the enrolment token could not be erased; remove it by hand", metadata: ["error": "\(error)"])
        }
    }
}
