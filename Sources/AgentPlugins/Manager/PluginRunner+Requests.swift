internal import Logging
internal import PluginLink

extension PluginRunner {
    private static let requestLimit = 64

    /// What the plugin asks of the agent. Carried out beside the lane, which goes on.
    func takeRequest(_ frame: LinkFrame) {
        guard openRequests < Self.requestLimit else {
            return answer(frame, HostActionResult(.exhausted, message: "too many requests at once"))
        }
        let work: @Sendable () async -> HostActionResult
        do throws(Refusal) { work = try permitted(frame) } catch {
            refuse(error)
            let status: HostActionResult.Status = error.kind == .notPermitted ? .notPermitted : .invalid
            return answer(frame, HostActionResult(status, message: error.reason))
        }
        openRequests += 1
        let generation = generation
        Task { self.close(frame, await work(), generation) }
    }

    private func permitted(_ frame: LinkFrame) throws(Refusal) -> @Sendable () async -> HostActionResult {
        let (actions, id, manifest) = (configuration.actions, id, plugin.manifest)
        let (grants, isPackaged) = (configuration.grants.current, plugin.isPackaged)
        switch frame.type {
        case PL_SERVICE:
            let request = try RequestCheck.service(frame, manifest: manifest, grants: grants, isPackaged: isPackaged)
            logger.info(
                "the plugin acts on a unit", metadata: ["unit": "\(request.unit)", "action": "\(request.action)"])
            return { await actions.service(request, for: id) }
        case PL_SERVICE_STATE:
            let unit = try RequestCheck.unit(frame, manifest: manifest, grants: grants, isPackaged: isPackaged)
            let deadline = RequestCheck.deadline(frame)
            return { await actions.state(ofUnit: unit, deadline: deadline, for: id) }
        case PL_FILE_WRITE:
            let request = try RequestCheck.file(frame, manifest: manifest, grants: grants, isPackaged: isPackaged)
            logger.info("the plugin writes a file", metadata: ["path": "\(request.path)"])
            return { await actions.write(request, for: id) }
        case PL_SECRET_GET:
            let name = try RequestCheck.secretName(frame)
            return { await actions.secret(name, for: id) }
        case PL_ARTIFACT_APPEND:
            let piece = try RequestCheck.artifact(frame, runs: runs.keys)
            return { await actions.append(piece) }
        case PL_ARTIFACT_FINISH:
            let piece = try RequestCheck.artifact(frame, runs: runs.keys)
            return { await actions.finish(artifact: piece.name, of: piece.run) }
        case PL_STORAGE_GET:
            let key = try RequestCheck.storageKey(frame)
            return { await actions.stored(key, for: id) }
        default:
            let key = try RequestCheck.storageKey(frame)
            let value = frame.bytes(PL_DOCUMENT)
            return { await actions.store(value, under: key, for: id) }
        }
    }

    private func close(_ frame: LinkFrame, _ result: HostActionResult, _ generation: UInt64) {
        openRequests -= 1
        if generation == self.generation { answer(frame, result) }
    }

    private func answer(_ frame: LinkFrame, _ result: HostActionResult) {
        let fields = LinkFields().adding(PL_STATUS, result.status.rawValue).adding(PL_MESSAGE, result.message)
            .adding(PL_DOCUMENT, result.document)
        host?.control.send(LinkFrame(PL_ANSWER, correlation: frame.correlation, fields))
    }
}
