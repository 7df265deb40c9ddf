extension AgentStore {
    /// Why nothing can be stored at present; nil when it can, as far as was tried.
    package var storageFault: String? { database.fault.map { "\($0)" } }
}
