import Simulation
import Testing

/// Each invariant can break: machines that are wrong in one way are caught within a few fleets.
@Suite(.tags(.R15, .R16)) struct VariantTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        let sabotage: any Sabotage
        /// The invariants that may notice first.
        let caughtBy: Set<Invariant>
        /// Where it needs a rare mixture of faults.
        var plan: Plan?
        var testDescription: String { "\(type(of: sabotage))" }

        init(_ sabotage: any Sabotage, plan: Plan? = nil, _ caughtBy: Invariant...) {
            self.plan = plan
            self.sabotage = sabotage
            self.caughtBy = Set(caughtBy)
        }
    }

    /// Devices and the server go back in time again and again, and events pile up on both sides of it.
    static let timesPast: Plan = {
        var plan = Plan(devices: 60, troubled: 7_200_000_000, syncInterval: 600)
        plan.events = 180_000_000
        plan.snapshots = 900_000_000
        plan.restores = 1_200_000_000
        plan.cuts = 600_000_000
        return plan
    }()

    /// Orders, and disks that go back in time after them.
    static let forgottenOrders: Plan = {
        var plan = Plan(devices: 60, troubled: 7_200_000_000, syncInterval: 600)
        plan.orders = 600_000_000
        plan.snapshots = 900_000_000
        plan.crashes = 1_200_000_000
        return plan
    }()

    static let variants = [
        Variant(NoBackoff(), .backsOff, .fleetSpreads), Variant(IgnoresHint(), .hintsObeyed),
        Variant(NoJitter(), .fleetSpreads), Variant(SecondConnection(), .oneConnection),
        Variant(EventsWait(), .eventsAtOnce), Variant(Oversleeps(), .neverSilent),
        Variant(SaysNoBase(), .lossIsTold), Variant(KeepsEpoch(), .sound, .eventsExactlyOnce, .eventsAtOnce),
        Variant(MissesRestore(), .lossIsTold), Variant(WakeCounterNotDurable(), .wakesOnce),
        Variant(JournalNotDurable(), .tasksAtMostOnce), Variant(EventIDsNotDurable(), .eventsExactlyOnce),
        Variant(SpoolNotDurable(), .eventsExactlyOnce, .eventsAtOnce),
        Variant(EpochNotChecked(), .sound, .eventsExactlyOnce),
        Variant(BaseNotChecked(), .lossIsTold), Variant(OverlapNotChecked(), .eventsExactlyOnce, .eventsAtOnce),
        Variant(IDsNotChecked(), plan: timesPast, .eventsExactlyOnce),
        Variant(SkipsFirst(), .eventsExactlyOnce, .eventsAtOnce),
        Variant(IgnoresOpenRuns(), plan: forgottenOrders, .ordersEnd),
        Variant(AdmitsAll(), .admissionKept), Variant(SaysNoStart(), .copiesNoticed),
    ]

    /// Fleets that every variant has to be caught in.
    static let fleets: UInt64 = 40

    @Test(arguments: variants) func `a broken machine is noticed`(_ variant: Variant) async throws {
        for seed in 1...Self.fleets {
            let plan = variant.plan ?? Plan(seed: seed, devices: Campaign.fleetSize, troubled: 3_600_000_000)
            let report = try await Fleet(seed: seed, plan: plan, sabotage: variant.sabotage).run()
            guard let violation = report.violation else { continue }
            #expect(variant.caughtBy.contains(violation.invariant), "\(violation)")
            print("\(variant.testDescription): \(violation.invariant.rawValue), seed \(violation.seed)")
            return
        }
        Issue.record("\(variant.testDescription) broke nothing in \(Self.fleets) fleets")
    }
}
