/// One member of a mapping, in the order of the file.
package struct YAMLEntry: Sendable, Hashable {
    package let key: String
    package let value: YAMLNode
    /// Where the key stands.
    package let line: Int
    package let column: Int
}
