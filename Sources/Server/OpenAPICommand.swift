import ArgumentParser
import Foundation
import OperatorAPI

struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 document of the operators' interface.",
        discussion: """
            EXAMPLES
              martlet-server openapi > openapi.json
            """)

    func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(OpenAPIDocument.json), as: UTF8.self))
    }
}
