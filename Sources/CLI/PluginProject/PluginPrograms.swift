import Foundation

/// The programs that load plugins, which this one never does itself.
enum PluginPrograms {
    static let installed = "/usr/lib/martlet"

    /// The program of that name: beside this one, as a build has it, or where a package puts it.
    static func path(_ name: String) throws -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let places = ["\(own)/\(name)", "\(installed)/\(name)"]
        guard let found = places.first(where: FileManager.default.isExecutableFile) else {
            throw CLIError(
                .notFound, "\(name): expected it as \(places.joined(separator: " or ")); \"make build\" builds it")
        }
        return found
    }
}
