import DesiredState
import Foundation
import Manifests

/// Prints objects in the format that the operator asked for.
struct Printer {
    let format: OutputFormat

    /// `one`: a single object was asked for; JSON has it without a list around it.
    func list(_ items: [JSONValue], as table: Table, one: Bool = false) throws {
        switch format {
        case .json where one && items.count == 1: Terminal.print(try Self.pretty(items[0]))
        case .table where items.isEmpty: Terminal.say("nothing found")
        case .table: Terminal.print(table.text(items))
        case .json: Terminal.print(try Self.pretty(["items": .array(items)]))
        case .yaml: Terminal.print(try ManifestEncoder.yaml(items).trimmingNewline())
        }
    }

    func object(_ object: JSONValue, text: (JSONValue) -> String) throws {
        switch format {
        case .table: Terminal.print(text(object))
        case .json: Terminal.print(try Self.pretty(object))
        case .yaml: Terminal.print(try ManifestEncoder.yaml([object]).trimmingNewline())
        }
    }

    static func pretty(_ json: JSONValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(json), as: UTF8.self)
    }
}

extension String {
    fileprivate func trimmingNewline() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
