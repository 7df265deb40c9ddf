internal import DurableFiles
internal import Glibc
internal import PluginLink

extension PrivilegedHelper {
    /// Does something to a unit; without an action, asks how it is.
    func service(
        _ action: ServiceRequest.Action?, on unit: String, deadline: Duration, for plugin: String
    ) async -> HostActionResult {
        let fields = LinkFields().adding(PP_PLUGIN, plugin).adding(PP_NAME, unit).adding(
            PP_ACTION, action?.rawValue ?? 0
        ).adding(PP_DEADLINE, MonotonicTime.nanoseconds(deadline))
        return await inTurn(gate) {
            // It may have waited for its turn too long: who asked was told so, and may have done something else.
            guard MonotonicTime.now < deadline else {
                return HostActionResult(
                    .deadlineExceeded, message: "the privileged helper was busy until after the deadline")
            }
            return self.result(await self.request(PP_SERVICE, fields))
        }
    }

    func write(_ file: FileRequest, for plugin: String) async -> HostActionResult {
        let fields = LinkFields().adding(PP_PLUGIN, plugin).adding(PP_NAME, file.path).adding(
            PP_MODE, Int64(file.mode))
        return await inTurn(gate) { await self.sendingNow(PP_FILE, fields, file.content) }
    }

    /// Has a statement of trust checked by root's side, which takes what it grants. Why it was not taken; nil when it was, or
    /// was taken before.
    package func take(trust statement: [UInt8]) async -> TrustRefusal? {
        let result = await inTurn(trustGate) { await self.sendingNow(PP_TRUST, LinkFields(), statement) }
        switch result.status {
        case .done: return nil
        case .invalid, .failedPrecondition: return TrustRefusal(reason: result.message, isPassing: false)
        case .deadlineExceeded, .notFound, .notPermitted, .exhausted, .failed:
            return TrustRefusal(reason: result.message, isPassing: true)
        }
    }

    private func sendingNow(_ type: Int, _ fields: LinkFields, _ content: [UInt8]) async -> HostActionResult {
        let file = pl_memory_file("martlet-content")
        guard file >= 0 else { return HostActionResult(.failed, message: "\(SystemError("memfd_create", errno))") }
        defer { close(file) }
        do { try FileBytes.put(content, to: file) } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
        return result(await request(type, fields, [file]))
    }

    /// What takes the helper a process of its own.
    private func inTurn(_ gate: WorkGate, _ work: () async -> HostActionResult) async -> HostActionResult {
        guard await gate.enter() else {
            return HostActionResult(
                .exhausted, message: "\(Self.mostWaiting) requests wait for the privileged helper; try again later")
        }
        defer { gate.leave() }
        return await work()
    }

    private func result(_ answer: Answer?) -> HostActionResult {
        guard let frame = answer?.frame else {
            return HostActionResult(.failed, message: "the privileged helper is gone")
        }
        let status = HostActionResult.Status(rawValue: frame.number(PP_STATUS) ?? 13) ?? .failed
        return HostActionResult(
            status, message: LogText.escape(frame.text(PP_MESSAGE)), document: frame.bytes(PP_DOCUMENT))
    }
}
