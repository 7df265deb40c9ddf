import DesiredState
import Testing

/// What holds of every merge. Each case has a seed of its own, which a failure names.
@Suite struct PolicyPropertyTests {
    @Test func `server and agent merge alike, whatever holds on the device`() throws {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            let (stack, labels, facts) = (policies.stack(), policies.labels(), policies.facts())
            let local = policies.flip() ? policies.settings() : .object([:])
            let told = DeviceDocument(applications: ["martlet.one": stack.entry(labels: labels)]).entries()
            let (document, problems) = DeviceDocument.read(entries: told)
            #expect(problems.isEmpty, "seed \(seed)")
            let entry = try #require(document.applications["martlet.one"])
            let agent = entry.merged(local: local) { $0.condition.holds(facts) }
            let active = Set(entry.profiles.filter { $0.condition.holds(facts) }.map(\.id))
            let server = stack.explained(labels: labels, local: local) { active.contains($0.id) }
            #expect(agent.value == server.value, "seed \(seed)")
            #expect(
                agent.refused.filter { $0.source == .local } == server.refused.filter { $0.source == .local },
                "seed \(seed)")
        }
    }

    @Test func `a locked value is never changed from below`() {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            var merged = LayeredSettings()
            var held: [(lock: SettingsLock, value: JSONValue?)] = []
            for level in 0..<6 {
                merged.apply(
                    SettingsLayer(
                        source: .policy("p\(level)"), level: level, settings: policies.settings(),
                        locks: policies.locks()))
                for (lock, value) in held {
                    #expect(merged.value[lock.path] == value, "seed \(seed), \(lock.path), level \(level)")
                }
                held = merged.locks.map { ($0, merged.value[$0.path]) }
            }
        }
    }

    @Test func `what replaces an object as a whole leaves what is locked under it`() {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            var merged = LayeredSettings()
            merged.apply(
                SettingsLayer(
                    source: .policy("top"), level: 0, settings: policies.settings(), locks: policies.locks()))
            let before = merged
            let path = SettingsPath([policies.flip() ? "a" : "b"])
            merged.apply(
                SettingsLayer(source: .local, level: SettingsLayer.localLevel, settings: JSONValue(.null, at: path)))
            for lock in before.locks where before.value[lock.path] != nil {
                #expect(merged.value[lock.path] == before.value[lock.path], "seed \(seed), \(lock.path)")
            }
        }
    }

    @Test func `a lock never leaks upward: what is above and beside the lock's reach merges as without it`() {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            let chain = (0..<4).map { policies.policy("p\($0)") }
            let locking = policies.number(0..<4)
            var free = chain
            free[locking].locks = []
            for profile in free[locking].profiles.indices { free[locking].profiles[profile].locks = [] }
            // Policies down to the one that locks, and nothing below it.
            let part = Array(chain[0...locking])
            let freePart = Array(free[0...locking])
            let facts = policies.facts()
            let active = { (profile: SettingsProfile) in profile.condition.holds(facts) }
            let with = PolicyStack(policies: part).entry(labels: [:]).merged(isActive: active)
            let without = PolicyStack(policies: freePart).entry(labels: [:]).merged(isActive: active)
            #expect(with.value == without.value, "seed \(seed), policy \(locking)")
        }
    }

    /// Two neighbours of the chain, merged first, and laid over what is above: the same as one after the other.
    @Test func `merging under locks is associative over the chain of groups`() {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            let layers = (0..<3).map { level in
                SettingsLayer(
                    source: .policy("p\(level)"), level: level, settings: policies.settings(),
                    locks: policies.locks())
            }
            var left = LayeredSettings()
            for layer in layers { left.apply(layer) }
            var pair = LayeredSettings()
            pair.apply(layers[1])
            pair.apply(layers[2])
            var right = LayeredSettings()
            right.apply(layers[0])
            right.apply(
                SettingsLayer(
                    source: .policy("p1"), level: 1, settings: pair.value, locks: pair.locks.map(\.path)))
            #expect(left.value == right.value, "seed \(seed)")
            let places = RandomPolicies.places
            #expect(
                places.filter { left.lock(on: $0, against: .max) != nil }
                    == places.filter { right.lock(on: $0, against: .max) != nil }, "seed \(seed)")
        }
    }

    @Test func `the hash changes exactly when the document does`() {
        var known: [[UInt8]: DeviceDocument] = [:]
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            let stack = policies.stack()
            let document = DeviceDocument(applications: ["martlet.one": stack.entry(labels: policies.labels())])
            #expect(document.hash == document.hash)
            let (read, _) = DeviceDocument.read(entries: document.entries())
            #expect(read == document && read.hash == document.hash, "seed \(seed)")
            if let same = known[document.hash] {
                #expect(same == document, "seed \(seed): another document has the hash")
            } else {
                #expect(!known.values.contains(document), "seed \(seed): the same document had another hash")
            }
            known[document.hash] = document
        }
        #expect(known.count > RandomPolicies.cases / 2)
    }

    @Test func `resolving labels first decides a condition as it would have been decided`() {
        for seed in 0..<UInt64(RandomPolicies.cases) {
            var policies = RandomPolicies(seed: seed)
            let (condition, labels, facts) = (policies.condition(), policies.labels(), policies.facts())
            #expect(
                condition.resolved(labels: labels).holds(facts) == Self.decide(condition, labels, facts),
                "seed \(seed)")
        }
    }

    /// The words of the sheet, without any simplification.
    private static func decide(
        _ condition: SettingsCondition, _ labels: [String: String], _ facts: ConditionFacts
    ) -> Bool {
        switch condition {
        case .labels(let wanted): wanted.allSatisfy { labels[$0.key] == $0.value }
        case .unreachable(let seconds): (facts.unreachableFor ?? -1) >= seconds
        case .network(let subnets): !facts.addresses.filter { one in subnets.contains { $0.contains(one) } }.isEmpty
        case .not(let inner): !decide(inner, labels, facts)
        case .all(let inner): !inner.contains { !decide($0, labels, facts) }
        case .any(let inner): inner.contains { decide($0, labels, facts) }
        }
    }
}
