extension AgentStore {
    /// The offer that is to be tried, if any.
    package func connectionOffer() throws -> ConnectionOffer? {
        guard let hash = try blob(.offerHash),
            try number(.offerStatus) == ConnectionOfferOutcome.Status.applying.rawValue,
            let endpoint = try endpoint(.offerEndpoint)
        else { return nil }
        return ConnectionOffer(hash: hash, endpoint: endpoint, attempts: Int(try number(.offerAttempts) ?? 0))
    }

    /// Keeps an offer, to be tried; one that was tried before is not taken again. Returns whether it is new.
    package func take(_ offer: ConnectionOffer) throws -> Bool {
        guard try blob(.offerHash) != offer.hash else { return false }
        try database.transaction {
            try set(.offerHash, .blob(offer.hash))
            try set(.offerEndpoint, .text("\(offer.endpoint)"))
            try set(.offerAttempts, .integer(0))
            try set(.offerReason, .text(""))
            try set(.offerStatus, .integer(ConnectionOfferOutcome.Status.applying.rawValue))
        }
        return true
    }

    package func countAttempt(of offer: ConnectionOffer) throws {
        try set(.offerAttempts, .integer(Int64(offer.attempts + 1)))
    }

    /// The offered address answered: it is the server's from now on, as long as agent.yaml says `configured`.
    package func accept(_ offer: ConnectionOffer, configured: ServerEndpoint) throws {
        try database.transaction {
            try set(.serverEndpoint, .text("\(offer.endpoint)"))
            try set(.serverConfigured, .text("\(configured)"))
            try set(.offerStatus, .integer(ConnectionOfferOutcome.Status.applied.rawValue))
        }
    }

    /// The device stays where it is.
    package func reject(_ offer: ConnectionOffer, reason: String) throws {
        try database.transaction {
            try set(.offerStatus, .integer(ConnectionOfferOutcome.Status.failed.rawValue))
            try set(.offerReason, .text(String(reason.prefix(500))))
        }
    }

    /// Back to agent.yaml's server.
    package func forgetOfferedServer(reason: String) throws {
        try database.transaction {
            try database.run("DELETE FROM fact WHERE key = ?1", [.text(Fact.serverEndpoint.rawValue)])
            try set(.offerStatus, .integer(ConnectionOfferOutcome.Status.failed.rawValue))
            try set(.offerReason, .text(String(reason.prefix(500))))
        }
    }

    package func offerOutcome() throws -> ConnectionOfferOutcome? {
        guard let hash = try blob(.offerHash), let number = try number(.offerStatus),
            let status = ConnectionOfferOutcome.Status(rawValue: number)
        else { return nil }
        return ConnectionOfferOutcome(hash: hash, status: status, reason: try text(.offerReason) ?? "")
    }

    /// Where the server is: an address that it offered and that answered, unless agent.yaml was changed since.
    package func serverEndpoint(configured: ServerEndpoint) throws -> ServerEndpoint {
        guard try text(.serverConfigured) == "\(configured)", let moved = try endpoint(.serverEndpoint) else {
            return configured
        }
        return moved
    }

    private func endpoint(_ key: Fact) throws -> ServerEndpoint? { try text(key).flatMap(ServerEndpoint.init(text:)) }
}
