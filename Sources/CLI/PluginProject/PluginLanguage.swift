import ArgumentParser

/// A language for which `plugin new` makes a folder.
enum PluginLanguage: String, ExpressibleByArgument, CaseIterable {
    case swift, c, rust

    /// The sets of templates that the folder has under `martlet-sdk`. Rust's binding is part of its own.
    var kits: [String] {
        switch self {
        case .swift: ["sdk", "sdk-swift"]
        case .c: ["sdk"]
        case .rust: []
        }
    }

    /// What must be installed to build it.
    var tools: String {
        switch self {
        case .swift: "make and a Swift 6.3 toolchain"
        case .c: "make and a C compiler"
        case .rust: "make and cargo"
        }
    }
}
