import Simulation
import Testing

@Suite(.tags(.R15, .R16)) struct KeptScenarioTests {
    @Test(arguments: KeptScenario.all) func `what was mended stays mended`(_ scenario: KeptScenario) async throws {
        for seed in scenario.seeds {
            let report = try await Fleet(seed: seed, plan: scenario.plan).run()
            if let violation = report.violation { Issue.record("\(violation)") }
        }
    }
}
