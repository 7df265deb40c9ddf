import Foundation
import PluginTestBench
import PluginWorkshop
import Testing

@Suite struct CatalogueTests {
    @Test("every check has an id of its own, a rule and what helps")
    func isWhole() {
        let checks = ConformanceCatalogue.all
        #expect(checks.count >= 60)
        #expect(Set(checks.map(\.id)).count == checks.count)
        for check in checks {
            #expect(check.id.wholeMatch(of: /[a-z0-9]+\.[a-z0-9-]+/) != nil, "\(check.id)")
            #expect(check.rule.count > 5 && check.remedy.count > 5, "\(check.id)")
        }
    }

    @Test("every rule that the probe looks at is in the catalogue")
    func hasProbeRules() throws {
        let folder = URL(fileURLWithPath: Built.sources).appending(path: "Sources/PluginProbe")
        var found: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".c") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /"([a-z]+\.[a-z-]+)"/) where !match.1.hasSuffix(".h") {
                found.insert(String(match.1))
            }
        }
        #expect(found.count > 100)
        let known = Set(ConformanceCatalogue.all.map(\.id))
        #expect(found.subtracting(known).isEmpty, "\(found.subtracting(known))")
    }
}
