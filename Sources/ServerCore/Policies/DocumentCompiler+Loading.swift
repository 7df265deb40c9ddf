package import ServerStore

extension DocumentCompiler {
    /// Everything that is declared, as of `reader`'s view.
    package static func load(from reader: any SQLReader) throws -> DocumentCompiler {
        try DeclaredWishes(from: reader).compiler(in: reader)
    }
}
