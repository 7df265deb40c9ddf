import AgentPlugins
import DeviceProtocol
package import Logging

/// Carries out what operators order, each order once, and answers it durably.
package actor OrderHandler {
    private let store: AgentStore
    private let plugins: any ManagedApplications
    private let tasks: TaskRunner
    private let logger: Logger
    private let environment: AgentEnvironment
    private let refresh: @Sendable () async -> Void
    private let changed: @Sendable () async -> Void
    private var inHand: [[UInt8]: any BackgroundWork] = [:]

    /// Answers are kept this long after the server has them, so that a repeated order is answered, not repeated.
    static let memory: Int64 = 86_400_000_000

    package init(
        store: AgentStore, plugins: any ManagedApplications, tasks: TaskRunner, logger: Logger,
        environment: AgentEnvironment = .system, refresh: @escaping @Sendable () async -> Void,
        changed: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.plugins = plugins
        self.tasks = tasks
        self.logger = logger
        self.environment = environment
        self.refresh = refresh
        self.changed = changed
    }

    /// Begins with orders that are new; each is answered when it is carried out, and `settled` waits for that. Returns whether
    /// others were answered before, and are to be answered again.
    func take(_ orders: [WireOrder], serverTime: Int64) async throws -> Bool {
        var isAnswered = false
        for order in orders {
            let id = Array(order.id)
            guard inHand[id] == nil else { continue }
            if try await store.repeatAnswer(to: id) {
                isAnswered = true
            } else {
                inHand[id] = environment.run { await self.work(order, id: id, serverTime: serverTime) }
            }
        }
        return isAnswered
    }

    /// Waits until no order is in hand.
    package func settled() async {
        while let work = inHand.values.first { await work.finished() }
    }

    private func work(_ order: WireOrder, id: [UInt8], serverTime: Int64) async {
        let answer =
            order.expires > 0 && order.expires < serverTime
            ? OrderAnswer(id: id, status: .failed, message: "the order had expired when it arrived")
            : await carryOut(order, id: id)
        do {
            if let answer { try await store.answer(answer, now: environment.now()) }
        } catch {
            // Unanswered, the server repeats it; a run is known to the journal and does not start twice.
            logger.error("the answer to an order could not be recorded", metadata: ["error": "\(error)"])
        }
        do { try await store.forgetAnswers(before: environment.now() - Self.memory) } catch {
            logger.warning("old answers to orders could not be forgotten", metadata: ["error": "\(error)"])
        }
        inHand[id] = nil
        // A run tells of itself.
        if answer != nil { await changed() }
    }

    /// nil where the answer is recorded already.
    private func carryOut(_ order: WireOrder, id: [UInt8]) async -> OrderAnswer? {
        switch order.action {
        case .runTask(let run):
            do {
                let refusal = try await tasks.start(run, answering: OrderAnswer(id: id, status: .accepted))
                return refusal.map { OrderAnswer(id: id, status: .failed, message: $0) }
            } catch {
                return OrderAnswer(id: id, status: .failed, message: "the run could not be recorded: \(error)")
            }
        case .cancelRun(let cancel):
            guard let run = RunID(Array(cancel.runID)) else {
                return OrderAnswer(id: id, status: .failed, message: "the order names no run")
            }
            let refusal = await tasks.cancel(run)
            return OrderAnswer(id: id, status: refusal == nil ? .done : .failed, message: refusal ?? "")
        case .controlApplication(let control): return await self.control(control, id: id)
        case .syncNow:
            await plugins.refresh()
            await refresh()
            return OrderAnswer(id: id, status: .done)
        case nil:
            return OrderAnswer(
                id: id, status: .failed, message: "this agent does not know the order; it is older than the server")
        }
    }

    private func control(_ control: WireControlApplication, id: [UInt8]) async -> OrderAnswer {
        let action: ControlAction
        switch control.action {
        case .start: action = .start
        case .stop: action = .stop
        case .restart: action = .restart
        default: return OrderAnswer(id: id, status: .failed, message: "this agent does not know the action")
        }
        let instance = control.instance.isEmpty ? nil : control.instance
        if let instance, let known = await instances(of: control.application), !known.contains(instance) {
            let list = known.isEmpty ? "it reports none" : "it has \(known.joined(separator: ", "))"
            return OrderAnswer(
                id: id, status: .failed, message: "\(control.application) has no instance \"\(instance)\"; \(list)")
        }
        logger.notice("order", metadata: ["action": "\(action)", "application": "\(control.application)"])
        switch await plugins.control(control.application, instance: instance == "default" ? nil : instance, action) {
        case .done:
            await plugins.refresh()
            return OrderAnswer(id: id, status: .done)
        case .failed(let reason, _): return OrderAnswer(id: id, status: .failed, message: reason)
        }
    }

    /// Names of an application's instances; nil for an application that is not known.
    private func instances(of application: String) async -> [String]? {
        await plugins.applications().first { $0.plugin == application }?.instances.map(\.name)
    }
}
