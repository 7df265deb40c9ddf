import Foundation
import TestStage
import Testing

extension KillScene {
    /// Starts a run that the kill of this victim interrupts; at the server's death, one that must come through.
    func startRun(before victim: Victim) async throws {
        // The plugin may be on its way up still.
        _ = try await pid(of: .host)
        // A run that was ordered before the server's death may begin after it: it is none that is waited for here.
        if victim != .server {
            try await eventually("every run before is over\n\(diagnosis)") {
                try self.marks.ended("mark-brief").count == self.briefs
            }
        }
        let before = marks.started.count
        try await server.operate("run", victim == .server ? "mark-brief" : "mark-long", "--device", "web1")
        ordered.append(victim)
        guard victim != .server else { return }
        try await eventually("the run has started\n\(diagnosis)", within: 60) { self.marks.started.count > before }
    }

    private var briefs: Int { ordered.filter { $0 == .server }.count }

    /// Waits until every run has its end and checks which it is.
    func expectRuns() async throws {
        try await eventually("every run has its end\n\(diagnosis)", within: 60) {
            try self.marks.ended("mark-long").count + self.marks.ended("mark-brief").count == self.ordered.count
        }
        #expect(try marks.lost("mark-long").count == ordered.count - briefs, "what was interrupted is said to be lost")
        #expect(try marks.succeeded("mark-brief").count == briefs, "what was ordered is done")
        #expect(Set(marks.started).count == marks.started.count, "no run started twice")
        #expect(marks.started.count == ordered.count, "every run started")
    }
}
