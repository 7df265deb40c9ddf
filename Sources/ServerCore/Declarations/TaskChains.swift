/// Which task starts after which, over all that is declared. Pure.
struct TaskChains {
    /// Task to the one whose end starts it.
    let predecessors: [String: String]
    let names: Set<String>

    /// Why a task cannot wait for another; nil when it can, or waits for none.
    func problem(of name: String) -> (expected: String, got: String)? {
        guard let first = predecessors[name] else { return nil }
        guard names.contains(first) else { return ("an existing task", "no task \"\(first)\"") }
        var path = [name]
        var next: String? = first
        while let task = next, path.count <= predecessors.count {
            path.append(task)
            if task == name {
                return ("a task that does not wait for this one", "a circle: \(path.joined(separator: " → "))")
            }
            next = predecessors[task]
        }
        return nil
    }
}
