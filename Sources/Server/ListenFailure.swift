import Foundation
import ServerCore

/// Says which address could not be had, and which setting names it.
enum ListenFailure {
    /// Any other error is given back as it is.
    static func named(
        _ error: any Error, _ listener: ServerConfiguration.Listener, setting: String
    ) -> any Error {
        // NIO: "bind(descriptor:ptr:bytes:): Address already in use (errno: 98)"
        let text = "\(error)"
        guard let place = text.range(of: "bind(") else { return error }
        let reasons: [(number: Int32, words: String)] = [
            (EADDRINUSE, "is in use by another program"), (EACCES, "may not be used by this user"),
            (EADDRNOTAVAIL, "is not an address of this machine"),
        ]
        let tail = text[place.upperBound...]
        let reason = reasons.first { tail.contains("errno: \($0.number)") }?.words ?? "cannot be had: \(text)"
        let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
        return CoreError(
            .unavailable,
            "\(host), port \(listener.port), \(reason); say another \(setting).port or \(setting).host in server.yaml")
    }
}
