import AgentCore
import ArgumentParser
import Glibc

/// Errors for people, on stderr.
enum Failure {
    static func say(_ text: String) { print("martlet-agent: \(text)") }

    static func print(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Reads what somebody has to set right when it fails: exit code 5.
    static func reading<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            say("\(error)")
            throw ExitCode(5)
        }
    }

    /// Says why the agent cannot begin, and ends with 1.
    static func starting<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let code as ExitCode {
            throw code
        } catch {
            say("\(error)")
            throw ExitCode(1)
        }
    }

    static func starting<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch {
            say("\(error)")
            throw ExitCode(1)
        }
    }

    /// Enrols; says why it failed, and ends with the exit code that fits.
    static func enrolling<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as LinkError {
            say("\(error)")
            throw ExitCode(error.code == .unreachable ? 7 : error.code == .refused ? 6 : 1)
        } catch {
            say("\(error)")
            throw ExitCode(1)
        }
    }
}
