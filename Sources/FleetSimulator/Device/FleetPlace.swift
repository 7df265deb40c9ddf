package import AgentCore
import DurableFiles

/// Where a fleet is on this machine, and which server it has.
package struct FleetPlace: Sendable {
    package let directory: String
    package let server: ServerEndpoint
    package let rootCertificate: String
    package let trustDomain: String
    /// Source addresses, taken in turn; empty for what the system chooses.
    package let addresses: [String]
    /// What the devices' names begin with; their number follows.
    package let prefix: String

    package init(
        directory: String, server: ServerEndpoint, rootCertificate: String, trustDomain: String, addresses: [String],
        prefix: String
    ) {
        self.directory = directory
        self.server = server
        self.rootCertificate = rootCertificate
        self.trustDomain = trustDomain
        self.addresses = addresses
        self.prefix = prefix
    }

    /// The software list that all devices tell of, as dpkg's database.
    var softwarePath: String { directory + "/software" }

    func configuration(of number: Int, wake: Bool) -> AgentConfiguration {
        var configuration = AgentConfiguration(server: server)
        configuration.rootCertificate = rootCertificate
        configuration.trustDomain = trustDomain
        configuration.dataDirectory = "\(directory)/devices/\(number)"
        configuration.hostname = name(of: number)
        configuration.wake.enabled = wake
        configuration.wake.port = 0
        if !addresses.isEmpty { configuration.sourceAddress = addresses[number % addresses.count] }
        // Where the server sees the device, there it wakes it.
        configuration.wake.host = configuration.sourceAddress ?? "127.0.0.1"
        return configuration
    }

    package func name(of number: Int) -> String { "\(prefix)-\(number)" }

    func writeSoftware(_ count: Int) throws {
        let entries = (0..<count).map {
            "Package: package-\($0)\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.\($0)-1\n"
        }
        try FileBytes.replace(softwarePath, with: Array(entries.joined(separator: "\n").utf8), mode: 0o644)
    }
}
