/// Figures of one instance. Units and kinds are in the manifest.
public struct InstanceStatistics: Sendable, Hashable, Encodable {
    public struct Value: Sendable, Hashable, Encodable {
        /// A name of the manifest; with a label in braces when there are several: `disk.used{/var}`.
        public let name: String
        public let value: Double
        /// Counters: since when they count, UTC microseconds.
        public let startTime: Int64?

        public static func counter(_ name: String, _ value: Double, since startTime: Int64) -> Value {
            Value(name: name, value: value, startTime: startTime)
        }

        public static func gauge(_ name: String, _ value: Double) -> Value {
            Value(name: name, value: value, startTime: nil)
        }
    }

    /// Empty for an application that is one.
    public var instance: String
    public var values: [Value]

    public init(instance: String = "", values: [Value]) {
        self.instance = instance
        self.values = values
    }
}
