import ArgumentParser
import Foundation

/// `martlet plugin new`
struct PluginNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make the folder of a new plugin, which builds, tests and loads as it is.",
        discussion: """
            In the folder, `make` builds the plugin into build/ID, `make test` runs its tests. What the plugin is and may do
            stands in plugin.yaml. The interface's files are copied into martlet-sdk, so that it builds anywhere; --sdk
            names others.

            EXAMPLES
              martlet plugin new --language swift com.example.greeter
              martlet plugin new --language c com.example.web-cache --directory plugins/cache --sdk /opt/martlet-sdk
            """)

    @Option(help: "Language: \(PluginLanguage.allCases.map(\.rawValue).joined(separator: ", ")).")
    var language: PluginLanguage

    @Argument(help: "Id of the plugin, a reverse domain name like com.example.product.")
    var name: String

    @Option(help: "Folder to make. (default: the last part of NAME, here)")
    var directory: String?

    @Option(help: "Use this folder (martlet plugin sdk makes one) or, for Swift, this repository instead of a copy.")
    var sdk: String?

    @Option(help: "Oldest version of the repository that --sdk names.")
    var sdkVersion: String?

    func validate() throws {
        guard PluginNames(id: name) != nil else { throw ValidationError("NAME: \(PluginNames.rule), got \(name)") }
        guard isRepository == (sdkVersion != nil) else {
            throw ValidationError("expected --sdk-version, like 1.0.0, together with a repository in --sdk")
        }
        guard !isRepository || language == .swift else {
            throw ValidationError(
                "--sdk: expected a folder, as only Swift's packages come from repositories, got \(sdk ?? "")")
        }
        guard sdk == nil || !language.kits.isEmpty else {
            throw ValidationError("--sdk: a plugin in \(language.rawValue) uses none; its binding is in src/")
        }
    }

    func run() throws {
        guard let names = PluginNames(id: name) else { return }
        let folder = URL(fileURLWithPath: directory ?? names.label, isDirectory: true)
        let project = PluginProject(language: language, names: names, kit: kit)
        try NewFolder.write(project.files, to: folder)
        Terminal.print(folder.path)
        Terminal.say(
            "made \(names.title); it needs \(language.tools). Next: cd \(directory ?? names.label) && make test")
    }

    private var isRepository: Bool { sdk?.contains("://") == true || sdk?.hasPrefix("git@") == true }

    private var kit: KitSource {
        guard let sdk else { return .own }
        guard isRepository else { return .folder(URL(fileURLWithPath: sdk, isDirectory: true).path) }
        return .repository(url: sdk, version: sdkVersion ?? "")
    }
}
