@testable import AgentCore

extension AgentStore {
    /// Breaks what is durable.
    func script(_ sql: String) throws {
        try database.script(sql)
        spool = try SpoolAccount(counting: database)
    }
}
