/// Why a command did not do what it was asked: what to print, and how to exit.
struct CLIError: Error, CustomStringConvertible {
    let code: ExitStatus
    let message: String
    /// What the server said, when it was the server.
    let problem: APIProblem?

    init(_ code: ExitStatus, _ message: String, problem: APIProblem? = nil) {
        self.code = code
        self.message = message
        self.problem = problem
    }

    var description: String { message }
}
