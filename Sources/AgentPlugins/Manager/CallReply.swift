internal import PluginLink

/// What a host answered to a call, or why it did not.
struct CallReply: Sendable, Hashable {
    /// A value of `martlet_status`.
    var status: Int64
    var message = ""
    var pointer = ""
    var isRetryable = false
    var document: [UInt8] = []

    static let unavailable: Int64 = 14
    static let deadlineExceeded: Int64 = 4
    static let unimplemented: Int64 = 12

    init(_ frame: LinkFrame) {
        status = frame.number(PL_STATUS) ?? 2
        message = LogText.escape(frame.text(PL_MESSAGE))
        pointer = frame.text(PL_POINTER)
        isRetryable = (frame.number(PL_ERROR_FLAGS) ?? 0) & 1 != 0
        document = frame.bytes(PL_DOCUMENT)
    }

    init(status: Int64, message: String, isRetryable: Bool = true) {
        self.status = status
        self.message = message
        self.isRetryable = isRetryable
    }

    var isDone: Bool { status == 0 }

    /// A sentence also when the plugin gave none.
    var reason: String { message.isEmpty ? "the plugin answered with status \(status)" : message }

    var outcome: CallOutcome { isDone ? .done : .failed(reason: reason, isRetryable: isRetryable) }
}
