import ArgumentParser

/// `martlet get readmissions`
struct GetReadmissions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readmissions", abstract: "List devices that wait to be let in again.",
        discussion: """
            A device waits here when it holds a certificate of this server's authority and the store does not know it
            (it was deleted, or the store was restored), or when it has used a newer certificate before (its disk was
            restored or copied).

            EXAMPLES
              martlet get readmissions
            """, aliases: ["readmission"])

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let items = try await APIClient.with(options) { client in try await client.list("readmissions") }
        try options.printer.list(items, as: Columns.readmissions, one: false)
    }
}
