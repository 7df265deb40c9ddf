/// What an action for a plugin gave.
package struct HostActionResult: Sendable, Hashable {
    /// Values of `martlet_status`.
    package enum Status: Int64, Sendable, Hashable {
        case done = 0
        case invalid = 3
        case deadlineExceeded = 4
        case notFound = 5
        case notPermitted = 7
        case exhausted = 8
        case failedPrecondition = 9
        case failed = 13
    }

    package var status: Status
    package var message: String
    package var document: [UInt8]

    package init(_ status: Status, message: String = "", document: [UInt8] = []) {
        self.status = status
        self.message = message
        self.document = document
    }

    package static let done = HostActionResult(.done)
}
