import Testing

@testable import AgentPlugins

@Suite struct LogBudgetTests {
    @Test("beyond the budget of a second lines are counted and left out, and the next second tells how many")
    func leavesOut() {
        var budget = LogBudget()
        let begun = Duration.seconds(1_000)
        let line = LogBudget.longestLine
        for _ in 0..<LogBudget.bytesPerSecond / line { #expect(budget.admit(line, now: begun) == 0) }
        for _ in 0..<3 { #expect(budget.admit(line, now: begun + .milliseconds(999)) == nil) }
        #expect(budget.admit(line, now: begun + .seconds(1)) == 3)
        #expect(budget.admit(line, now: begun + .seconds(1)) == 0)
    }

    @Test("empty lines count too")
    func countsEmptyLines() {
        var budget = LogBudget()
        let most = LogBudget.bytesPerSecond / LogBudget.besideText
        for _ in 0..<most { #expect(budget.admit(0, now: .seconds(1)) == 0) }
        #expect(budget.admit(0, now: .seconds(1)) == nil)
    }
}
