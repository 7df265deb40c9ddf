/// A file of a package.
package struct PackageEntry: Sendable, Hashable {
    package let name: PackageEntryName
    /// Where its bytes begin.
    package let offset: Int64
    package let size: Int64
}
