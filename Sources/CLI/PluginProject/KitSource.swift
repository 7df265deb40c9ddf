/// Where a plugin's project gets the interface from.
enum KitSource: Equatable {
    /// A copy in its own folder: it builds anywhere, without a network.
    case own
    /// A folder that `plugin sdk` made; for Swift, any package with the product MartletPluginKit.
    case folder(String)
    /// A repository, for Swift.
    case repository(url: String, version: String)

    /// What changes in the templates, which use a copy of their own.
    func replacements(_ language: PluginLanguage) -> [(from: String, to: String)] {
        switch self {
        case .own: []
        case .folder(let path):
            [
                (#"path: "martlet-sdk""#, "path: \(Self.quoted(path))"), ("SDK ?= martlet-sdk", "SDK ?= \(path)"),
                ("${CMAKE_CURRENT_SOURCE_DIR}/martlet-sdk", path),
                (#"package: "martlet-sdk""#, "package: \(Self.quoted(Self.lastComponent(path)))"),
            ]
        case .repository(let url, let version):
            [
                (#"path: "martlet-sdk""#, "url: \(Self.quoted(url)), from: \(Self.quoted(version))"),
                (#"package: "martlet-sdk""#, "package: \(Self.quoted(Self.identity(url)))"),
            ]
        }
    }

    /// SwiftPM names a package by the end of where it comes from.
    private static func identity(_ url: String) -> String {
        let last = lastComponent(url)
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
