import OpAMP

extension OpAMPComponentHealth {
    /// The agent's health, unhealthy with the reason while it cannot store anything.
    func with(storageFault: String?) -> OpAMPComponentHealth {
        guard let storageFault else { return self }
        var health = self
        health.healthy = false
        health.status = "cannot store"
        health.lastError = storageFault
        return health
    }
}
