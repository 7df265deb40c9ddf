/// Actions of an agent without privilege: what needs one is the helper's, the rest is done here.
package actor HelpedActions: HostActions {
    private let helper: PrivilegedHelper
    private let own: LocalHostActions
    /// The last action of each unit: the next one waits for it.
    private var tails: [String: Task<HostActionResult, Never>] = [:]

    package init(_ helper: PrivilegedHelper, own: LocalHostActions) {
        self.helper = helper
        self.own = own
    }

    package func service(_ request: ServiceRequest, for plugin: String) async -> HostActionResult {
        let (former, helper) = (tails[request.unit], helper)
        let work = Task {
            _ = await former?.value
            return await helper.service(
                request.action, on: request.unit, deadline: request.deadline, for: plugin)
        }
        tails[request.unit] = work
        return await work.value
    }

    package func state(ofUnit unit: String, deadline: Duration, for plugin: String) async -> HostActionResult {
        await helper.service(nil, on: unit, deadline: deadline, for: plugin)
    }

    package func write(_ request: FileRequest, for plugin: String) async -> HostActionResult {
        await helper.write(request, for: plugin)
    }

    package func append(_ piece: ArtifactPiece) async -> HostActionResult { await own.append(piece) }

    package func finish(artifact name: String, of run: [UInt8]) async -> HostActionResult {
        await own.finish(artifact: name, of: run)
    }

    package func runEnded(_ run: [UInt8]) async { await own.runEnded(run) }

    package func stored(_ key: String, for plugin: String) async -> HostActionResult {
        await own.stored(key, for: plugin)
    }

    package func store(_ value: [UInt8], under key: String, for plugin: String) async -> HostActionResult {
        await own.store(value, under: key, for: plugin)
    }

    package func secret(_ name: String, for plugin: String) async -> HostActionResult {
        await own.secret(name, for: plugin)
    }
}
