/// What is said to whom. Pure, so that it can be tested by itself.
public struct Greeting: Sendable, Hashable {
    public let text: String

    public init(_ greeting: String, to name: String) {
        text = name.isEmpty ? greeting : "\(greeting), \(name)"
    }
}
