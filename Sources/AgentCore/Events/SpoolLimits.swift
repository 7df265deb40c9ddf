/// How much the spool keeps before the oldest of the least severe goes.
package struct SpoolLimits: Sendable {
    package var bytes: Int64 = 64 << 20
    package var events: Int64 = 200_000
    /// Event ids remembered per plugin, so that a retry after a crash of its host does not double.
    package var rememberedIDs: Int64 = 4_096

    package init() {}
}
