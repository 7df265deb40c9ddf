internal import MartletABI

/// Why something could not be done, in either direction.
public struct PluginFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One of the interface's codes; later versions may have more.
    public struct Code: Sendable, Hashable {
        let status: Int32

        public static let cancelled = Code(status: Int32(MARTLET_CANCELLED))
        public static let unknown = Code(status: Int32(MARTLET_UNKNOWN))
        public static let invalidArgument = Code(status: Int32(MARTLET_INVALID_ARGUMENT))
        public static let deadlineExceeded = Code(status: Int32(MARTLET_DEADLINE_EXCEEDED))
        public static let notFound = Code(status: Int32(MARTLET_NOT_FOUND))
        public static let permissionDenied = Code(status: Int32(MARTLET_PERMISSION_DENIED))
        public static let resourceExhausted = Code(status: Int32(MARTLET_RESOURCE_EXHAUSTED))
        public static let failedPrecondition = Code(status: Int32(MARTLET_FAILED_PRECONDITION))
        public static let unimplemented = Code(status: Int32(MARTLET_UNIMPLEMENTED))
        public static let internalError = Code(status: Int32(MARTLET_INTERNAL))
        public static let unavailable = Code(status: Int32(MARTLET_UNAVAILABLE))
    }

    public var code: Code
    /// English, one sentence, for an operator.
    public var message: String
    /// JSON pointer to the part of the settings that is wrong.
    public var pointer: String
    /// The same may succeed later without any change.
    public var isRetryable: Bool

    public init(_ code: Code, _ message: String, pointer: String = "", isRetryable: Bool = false) {
        self.code = code
        self.message = message
        self.pointer = pointer
        self.isRetryable = isRetryable
    }

    public var description: String { message }

    /// Any error as one that can cross the interface.
    init(_ error: any Error) {
        switch error {
        case let failure as PluginFailure: self = failure
        case is CancellationError: self.init(.cancelled, "cancelled")
        case let error as DecodingError: self = PluginFailure.decoding(error)
        default: self.init(.internalError, "\(error)")
        }
    }

    private static func decoding(_ error: DecodingError) -> PluginFailure {
        switch error {
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            PluginFailure(.invalidArgument, context.debugDescription, pointer: pointer(context.codingPath))
        case .keyNotFound(let key, let context):
            PluginFailure(.invalidArgument, "a value is missing", pointer: pointer(context.codingPath + [key]))
        @unknown default: PluginFailure(.invalidArgument, "\(error)")
        }
    }

    private static func pointer(_ path: [any CodingKey]) -> String {
        path.map { "/" + ($0.intValue.map { "\($0)" } ?? $0.stringValue) }.joined()
    }
}
