/// `agent.yaml`.
package struct AgentConfiguration: Sendable, Hashable {
    package struct Wake: Sendable, Hashable {
        package var enabled = true
        package var host = "::"
        package var port = 15000
    }

    package struct DirectUnit: Sendable, Hashable {
        /// The program and its arguments.
        package var start: [String]
        package var pidFile: String
    }

    /// A user of this host.
    package struct User: Sendable, Hashable {
        package var name: String
        package var uid: UInt32
        package var gid: UInt32
    }

    /// Whom the agent becomes once it began; nil stays who it is.
    package var user: User?
    package var server: ServerEndpoint
    /// An HTTP proxy through which the server is reached by CONNECT; nil for none.
    package var proxy: ProxySettings?
    /// An address of this host that connections to the server leave from; nil for what the system chooses.
    package var sourceAddress: String?
    package var rootCertificate = "/etc/martlet/root.pem"
    package var trustDomain = "martlet.internal"
    /// A token with which a device that is not enrolled joins, once; erased afterwards.
    package var enrollmentTokenFile = "/etc/martlet/enrollment.token"
    /// PEM files of operators who may say, beside the offline root, whose plugins this device trusts.
    package var operatorCertificates: [String] = []
    /// µs that a plugin in a new version has to be well until the version before is given up.
    package var healthWindow = HealthGate.usualWindow
    package var wake = Wake()
    package var dataDirectory = "/var/lib/martlet-agent"
    package var pluginsDirectory = "/usr/lib/martlet/plugins"
    package var pluginHost = "/usr/lib/martlet/martlet-plugin-host"
    package var socket = "/run/martlet-agent/agent.sock"
    package var logLevel = "info"
    package var logFormat = "text"
    /// The name the device goes by; nil for the host's own.
    package var hostname: String?
    package var softwareDatabase = DpkgStatus.path
    /// Units that are started directly, where no service manager runs; empty to use systemd.
    package var directUnits: [String: DirectUnit] = [:]

    /// Without direct units: the service manager's program, which is spoken to as `systemctl` is, and arguments before ours.
    package var serviceManager = ["/usr/bin/systemctl"]
    /// Units that the host's owner grants, by plugin. One that is not here has those that its manifest names.
    package var unitGrants: [String: Set<String>] = [:]
    /// Files and folders that the host's owner grants, by plugin. One that is not here and that the owner installed has those
    /// that its manifest names.
    package var pathGrants: [String: Set<String>] = [:]
    /// Users that the host's owner gives to plugins that it installed, instead of their own, where the agent is not root.
    package var userGrants: [String: User] = [:]

    /// martlet-privileged lies beside the plugin host.
    package var privilegedHelper: String {
        let folder = pluginHost.lastIndex(of: "/").map { String(pluginHost[...$0]) } ?? ""
        return folder + "martlet-privileged"
    }

    package init(server: ServerEndpoint) { self.server = server }

    package static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
}
