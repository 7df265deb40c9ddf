import ArgumentParser
import Foundation
import ServerCore

/// Errors for people, on stderr, and their exit codes.
enum Failure {
    static func say(_ text: String) { FileHandle.standardError.write(Data("martlet-server: \(text)\n".utf8)) }

    /// Says what went wrong and ends with the code that fits.
    static func exit(_ error: any Error) -> ExitCode {
        if let code = error as? ExitCode { return code }
        say("\(error)")
        guard let error = error as? CoreError else { return ExitCode(1) }
        switch error.code {
        case .notFound: return ExitCode(3)
        case .conflict, .precondition: return ExitCode(4)
        case .invalid: return ExitCode(5)
        case .notAllowed: return ExitCode(6)
        default: return ExitCode(1)
        }
    }
}
