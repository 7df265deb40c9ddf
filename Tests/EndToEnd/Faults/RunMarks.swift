import Foundation
import TestStage

/// Runs of the fixture's task `mark`, each of which adds its id to a file when it starts.
struct RunMarks: Sendable {
    let file: String
    private let database: StageDatabase

    init(_ stage: Stage) {
        file = stage.path("marks")
        database = StageDatabase(path: stage.path("server/martlet.db"))
    }

    /// `mark-long` runs until something ends it, `mark-brief` is over at once.
    var tasks: String {
        [("long", 600_000), ("brief", 0)].map { name, milliseconds in
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: mark-\(name)}
            spec:
              application: martlet.fixture
              task: mark
              parameters: {path: "\(file)", milliseconds: \(milliseconds)}
              scope: {group: root}
              schedule: {manual: true}
            """
        }.joined(separator: "\n---\n")
    }

    /// Run ids in the order of their starts.
    var started: [String] {
        ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// Run ids at the server, of runs of the task in these states of `RunState`.
    func runs(_ task: String, states: ClosedRange<Int>) throws -> [String] {
        try database.blobs(
            """
            SELECT run_id FROM runs WHERE task_name = '\(task)'
            AND state BETWEEN \(states.lowerBound) AND \(states.upperBound)
            """
        ).map { $0.map { String(format: "%02x", $0) }.joined() }
    }

    func ended(_ task: String) throws -> [String] { try runs(task, states: 3...7) }
    func succeeded(_ task: String) throws -> [String] { try runs(task, states: 3...3) }
    func lost(_ task: String) throws -> [String] { try runs(task, states: 7...7) }
}
