/// What a conductor says to a crew in another process, and what it hears: a line of JSON each.
package enum CrewOrder: Sendable, Hashable, Codable {
    case start
    case setMark
    case status
    case untold
    case times(Scenario.Goal)
    case emit(Scenario.Emission)
    case cut(Double)
    case stop
}

package struct CrewAnswer: Sendable, Codable {
    package var status: FleetStatus?
    package var times: [Int64]?
    package var untold: Int?
    /// Why the order was not carried out.
    package var problem: String?

    package init() {}
}

extension Crew {
    /// Carries out an order that came from another process.
    package func answer(_ order: CrewOrder) async -> CrewAnswer {
        var answer = CrewAnswer()
        do {
            switch order {
            case .start: try await start()
            case .setMark: try await setMark()
            case .status: answer.status = try await status()
            case .untold: answer.untold = try await untold()
            case .times(let goal): answer.times = try await times(goal)
            case .emit(let emission): try await emit(emission)
            case .cut(let share): try await cut(share)
            case .stop: try await stop()
            }
        } catch { answer.problem = "\(error)" }
        return answer
    }
}
