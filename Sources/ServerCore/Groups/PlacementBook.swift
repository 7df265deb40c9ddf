package import Manifests

/// The rules of all groups, in the order in which they count: the deepest group first, then by the groups' names.
package struct PlacementBook: Sendable, Equatable {
    package struct Shelf: Sendable, Equatable {
        package var group: String
        /// Groups on the way to the root, itself among them.
        package var depth: Int
        package var rules: [PlacementRuleSpec]

        package init(group: String, depth: Int, rules: [PlacementRuleSpec]) {
            self.group = group
            self.depth = depth
            self.rules = rules
        }
    }

    private let shelves: [Shelf]

    package init(_ shelves: [Shelf]) {
        self.shelves = shelves.sorted { ($1.depth, $0.group) < ($0.depth, $1.group) }
    }

    package var isEmpty: Bool { shelves.isEmpty }

    /// The group of the first rule that the device meets, and what met it.
    package func place(_ facts: PlacementFacts) -> (group: String, reason: String)? {
        for shelf in shelves {
            for rule in shelf.rules {
                if let reason = rule.reason(facts) { return (shelf.group, reason) }
            }
        }
        return nil
    }
}
