import PluginPackage

/// What a new plugin is called in each place, all from its id.
struct PluginNames: Equatable {
    /// Reverse domain.
    let id: String

    static let rule = "expected a reverse domain name of at most 63 of [a-z0-9.-], such as com.example.product"

    /// Nil when it is no plugin's id.
    init?(id: String) {
        guard PluginManifest.isIdentifier(id) else { return nil }
        self.id = id
    }

    /// `web-cache` of `com.acme.web-cache`: the name of the folder.
    var label: String { id.split(separator: ".").last.map(String.init) ?? id }

    /// `Web Cache`, for people.
    var title: String { words.joined(separator: " ") }

    /// `WebCachePlugin`. A type's name begins with a letter.
    var type: String {
        let joined = words.joined()
        return (joined.first?.isNumber == true ? "The" : "") + joined + "Plugin"
    }

    /// `web_cache_plugin`, for what may have neither a hyphen nor a digit at the beginning.
    var symbol: String {
        let joined = label.split(separator: "-").joined(separator: "_")
        return (joined.first?.isNumber == true ? "the_" : "") + joined + "_plugin"
    }

    private var words: [String] { label.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() } }

    /// What stands in the templates, which are a whole plugin themselves, and what takes its place. The longest first, so
    /// that none is found inside another.
    var replacements: [(from: String, to: String)] {
        [
            ("com.example.greeter", id), ("greeter_plugin", symbol), ("GreeterPlugin", type), ("Greeter", title),
            ("greeter", label),
        ]
    }
}
