/// What makes a package that failed be looked at again, beside another package in its place.
package enum PackagePardon: Sendable, Hashable {
    /// Nothing.
    case none
    /// Others are trusted, it is signed anew, or the clock is right: nobody who was trusted vouched for it.
    case trust
    /// Another agent than this one, as `AgentVersion.interface` has it: it needs an interface that this one has not.
    case agent(String)

    /// Empty but of the last.
    var agent: String { if case .agent(let agent) = self { agent } else { "" } }
}
