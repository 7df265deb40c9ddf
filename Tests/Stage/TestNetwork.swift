import Foundation
import Glibc

/// Network namespaces with links between them. They go when the last reference does.
package final class TestNetwork: Sendable {
    private let id = String(UUID().uuidString.prefix(4)).lowercased()
    private let names: [String]

    package static let isPossible = geteuid() == 0
    package static let reason = "needs root, for network namespaces"

    package init(_ names: [String]) async throws {
        self.names = names
        for name in names {
            try await Self.run("ip netns add mt-\(id)-\(name) && ip -n mt-\(id)-\(name) link set lo up")
        }
    }

    deinit {
        for name in names {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/sbin/ip")
            process.arguments = ["netns", "del", "mt-\(id)-\(name)"]
            try? ProcessStart.run(process)
            process.waitUntilExit()
        }
    }

    package func namespace(of name: String) -> String? { names.contains(name) ? "mt-\(id)-\(name)" : nil }

    /// A link between two namespaces, with the addresses (with prefix length) that each end has.
    package func link(_ a: String, _ addressesA: [String], _ b: String, _ addressesB: [String]) async throws {
        let (endA, endB) = ("\(a.prefix(5))-\(b.prefix(5))", "\(b.prefix(5))-\(a.prefix(5))")
        try await Self.run(
            "ip link add \(endA) netns mt-\(id)-\(a) type veth peer name \(endB) netns mt-\(id)-\(b)")
        for (name, end, addresses) in [(a, endA, addressesA), (b, endB, addressesB)] {
            for address in addresses {
                // No duplicate address detection: nobody else is there.
                let more = address.contains(":") ? " nodad" : ""
                try await Self.run("ip -n mt-\(id)-\(name) addr add \(address) dev \(end)\(more)")
            }
            try await Self.run("ip -n mt-\(id)-\(name) link set \(end) up")
        }
    }

    /// Runs a shell script in a namespace; returns what it printed.
    @discardableResult
    package func shell(_ name: String, _ script: String) async throws -> String {
        let outcome = try await Outcome.of(
            URL(fileURLWithPath: "/sbin/ip"), ["netns", "exec", "mt-\(id)-\(name)", "/bin/sh", "-ec", script])
        try outcome.expect(0)
        return outcome.output
    }

    private static func run(_ script: String) async throws {
        try await Outcome.of(URL(fileURLWithPath: "/bin/sh"), ["-ec", script]).expect(0)
    }
}
