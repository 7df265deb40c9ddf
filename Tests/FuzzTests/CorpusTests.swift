import FuzzTargets
import Testing

/// What runs in every test run: no sanitizer, no time limit, the same inputs each time.
@Suite struct CorpusTests {
    private static let rounds = 2_000

    @Test func `every target has a folder of kept inputs and every folder a target`() throws {
        #expect(try Corpus.targets() == FuzzTarget.allCases.map(\.rawValue).sorted())
    }

    @Test(arguments: FuzzTarget.allCases) func `every kept input is read without a crash`(_ target: FuzzTarget) throws {
        let inputs = try Corpus.inputs(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs { target.run(input) }
    }

    @Test(arguments: FuzzTarget.allCases) func `what is near a kept input is read without a crash`(
        _ target: FuzzTarget
    ) throws {
        let inputs = try Corpus.inputs(of: target)
        try #require(!inputs.isEmpty)
        var mutator = Mutator(seed: 5)
        for _ in 0..<Self.rounds { target.run(mutator.mutate(inputs)) }
    }
}
