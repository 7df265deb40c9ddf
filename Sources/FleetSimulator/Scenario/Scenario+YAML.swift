import DesiredState
import DurableFiles
package import PluginPackage

extension Scenario {
    /// Reads a scenario. Errors name file, line, field, what was expected and what is there.
    package static func read(_ path: String) throws -> Scenario {
        try parse(FileBytes.required(path, limit: Limits.fileBytes), file: path)
    }

    package static func parse(_ bytes: [UInt8], file: String) throws(YAMLError) -> Scenario {
        let root = try YAMLDocument.parse(bytes, file: file).members([
            "name", "devices", "arrive", "software", "wake", "troubles", "steps",
        ])
        var scenario = Scenario(name: try root.required("name").text())
        if let node = root["devices"] { scenario.devices = Int(try node.integer(in: 1...Int64(Limits.devices))) }
        if let node = root["arrive"] { scenario.arrive = try duration(node) }
        if let node = root["software"] { scenario.software = Int(try node.integer(in: 0...Int64(Limits.software))) }
        if let node = root["wake"] { scenario.wake = try node.boolean() }
        if let node = root["troubles"] { scenario.troubles = try troubles(node) }
        for node in try root.required("steps").elements() { scenario.steps.append(try step(node)) }
        return scenario
    }

    private static func troubles(_ node: YAMLNode) throws(YAMLError) -> Troubles {
        let members = try node.members(["clones", "skewedClocks", "stalled", "slow"])
        let most = Int64(Limits.devices)
        var troubles = Troubles()
        if let node = members["clones"] { troubles.clones = Int(try node.integer(in: 0...most)) }
        if let node = members["stalled"] { troubles.stalled = Int(try node.integer(in: 0...most)) }
        if let node = members["slow"] { troubles.slow = Int(try node.integer(in: 0...most)) }
        if let node = members["skewedClocks"] {
            let clocks = try node.members(["share", "by"])
            troubles.skewed = try share(clocks.required("share"))
            troubles.skew = try duration(clocks.required("by"))
        }
        return troubles
    }

    private static let stepNames = ["wait", "rest", "emit", "operate", "cut", "pause"]

    private static func step(_ node: YAMLNode) throws(YAMLError) -> Step {
        let members = try node.members(stepNames + ["atMost"])
        let named = stepNames.filter { members[$0] != nil }
        let expected = "one of \(stepNames.joined(separator: ", "))"
        guard named.count == 1, let name = named.first, let what = members[name] else {
            throw node.error(expected: expected, got: named.isEmpty ? "none" : named.joined(separator: " and "))
        }
        switch name {
        case "wait":
            let words = Goal.allCases.map(\.rawValue).joined(separator: ", ")
            guard let goal = Goal(rawValue: try what.text("one of \(words)")) else {
                throw what.error(expected: "one of \(words)")
            }
            return .wait(goal, atMost: try members["atMost"].map(duration) ?? 300_000_000)
        case "rest": return .rest(try duration(what))
        case "emit": return .emit(try emission(what))
        case "operate": return .operate(try what.texts())
        case "cut": return .cut(try share(what))
        default: return .pause(try what.text())
        }
    }

    private static func emission(_ node: YAMLNode) throws(YAMLError) -> Emission {
        let members = try node.members(["count", "perSecond", "bytes", "severity"])
        var emission = Emission(count: Int(try members.required("count").integer(in: 1...Int64(Limits.events))))
        if let node = members["perSecond"] { emission.perSecond = Int(try node.integer(in: 1...1_000_000)) }
        if let node = members["bytes"] { emission.bytes = Int(try node.integer(in: 0...Int64(Limits.eventBytes))) }
        if let node = members["severity"] { emission.severity = Int(try node.integer(in: 1...4)) }
        return emission
    }

    /// µs of a number with s, m or h.
    private static func duration(_ node: YAMLNode) throws(YAMLError) -> Int64 {
        let expected = "a duration like 30s, 5m or 1h"
        let text = try node.text(expected)
        let units: [Character: Int64] = ["s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
            (0...100_000).contains(number)
        else { throw node.error(expected: expected) }
        return number * unit
    }

    private static func share(_ node: YAMLNode) throws(YAMLError) -> Double {
        let expected = "a share from 0 to 1"
        guard let share = Double(try node.text(expected)), (0...1).contains(share) else {
            throw node.error(expected: expected)
        }
        return share
    }
}
