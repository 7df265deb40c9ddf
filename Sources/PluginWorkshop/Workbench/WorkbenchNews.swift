package import DesiredState

/// Something that happened on the workbench.
package struct WorkbenchNews: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Process and application, when either changed.
        case state
        case event
        /// A run of a task: progress and end.
        case run
        case statistics
        case settings
        /// What the plugin printed and logged, and what was refused of what it said.
        case log
        /// What it asked the host's owner to do, and whether that was done.
        case action
        /// The process ended without being asked to.
        case ended
    }

    package let kind: Kind
    package let object: JSONValue
    /// One line for people.
    package let text: String

    init(_ kind: Kind, _ text: String, _ object: [String: JSONValue]) {
        self.kind = kind
        self.text = text
        var object = object
        object["news"] = .string(kind.rawValue)
        self.object = .object(object)
    }
}
