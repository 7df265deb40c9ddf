/// The privileged helper has ended: the agent cannot go on without it, and will end, too.
struct HelperGone: Error, CustomStringConvertible {
    var description: String { "the privileged helper is gone" }
}
