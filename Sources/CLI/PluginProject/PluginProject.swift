import Foundation

/// The folder that `plugin new` makes.
struct PluginProject {
    /// Where the interface's files lie in it.
    static let kitFolder = "martlet-sdk"

    let language: PluginLanguage
    let names: PluginNames
    /// What the project uses instead of a kit of its own.
    let kit: KitSource

    /// Relative paths and contents. Pure.
    var files: [(path: String, bytes: [UInt8])] {
        let own = TemplateSet.files(of: language.rawValue).map { path, bytes in
            let replacements = names.replacements + kit.replacements(language)
            let path = TemplateText.filled(Array(path.utf8), names.replacements)
            return (String(decoding: path, as: UTF8.self), TemplateText.filled(bytes, replacements))
        }
        guard kit == .own else { return own }
        return own
            + language.kits.flatMap { TemplateSet.files(of: $0) }.map { ("\(Self.kitFolder)/\($0.path)", $0.bytes) }
    }
}
