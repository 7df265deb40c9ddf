import DesiredState
import Foundation
import NIOHTTP1
import Testing

/// Every file of `BadManifests` is refused as its first lines say: `# expect: CODE LINE PATH`, with `-` where there is no
/// line or no path, and `# message: …` for what the first problem says in full. Nothing of it is stored.
@Suite(.tags(.R24)) struct BadManifestTests {
    private struct Case {
        let name: String
        let text: String
        var expected: String { value("expect") ?? "" }
        var message: String? { value("message") }

        private func value(_ key: String) -> String? {
            text.split(separator: "\n").first { $0.hasPrefix("# \(key): ") }.map { String($0.dropFirst(key.count + 4)) }
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "BadManifests")

    private static func cases() throws -> [Case] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            Case(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    private static let fleet = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: servers}
        spec: {parent: root}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: first}
        spec: {application: martlet.clamav, group: servers, settings: {engine: a}}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: kept}
        spec: {application: martlet.clamav, task: update, scope: {group: root}}
        """

    @Test
    func `each is refused with the code, the line and the field, ten with the whole message, and nothing is stored`()
        async throws
    {
        let cases = try Self.cases()
        #expect(cases.count >= 60 && cases.filter { $0.message != nil }.count >= 10)
        try await TestAPI.run { api in
            #expect(try await api.request(.POST, "/apply", body: Self.fleet).status == 200)
            let before = try await api.request(.GET, "/audit?limit=1000").json
            for bad in cases {
                let answer = try await api.request(.POST, "/apply?file=\(bad.name)", body: bad.text)
                let first = answer.json["errors"]?.arrayValue?.first
                let code = answer.json["type"]?.stringValue?.split(separator: ":").last.map(String.init) ?? "none"
                let line = first?["line"]?.integerValue.map { "\($0)" } ?? "-"
                let path = first?["path"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? "-"
                #expect("\(code) \(line) \(path)" == bad.expected, "\(bad.name)")
                guard let message = bad.message else { continue }
                let said =
                    first.map {
                        "expected \($0["expected"]?.stringValue ?? ""), got \($0["got"]?.stringValue ?? "")"
                    } ?? answer.json["detail"]?.stringValue
                #expect(said == message, "\(bad.name)")
            }
            #expect(try await api.request(.GET, "/audit?limit=1000").json == before)
        }
    }
}
