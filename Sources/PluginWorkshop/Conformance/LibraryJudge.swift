internal import DesiredState
internal import DurableFiles
internal import Glibc
internal import PluginLink
internal import PluginPackage

/// The rules about the library's file.
enum LibraryJudge {
    private static let entry = "martlet_module_v1"
    /// Symbols that linkers define by themselves.
    private static let ofTheLinker: Set<String> = ["_init", "_fini", "_edata", "_end", "__bss_start"]

    /// Whether it can be loaded at all.
    static func judge(
        _ path: String, manifest: PluginManifest, allowed: Set<String>, _ findings: inout ConformanceFindings
    ) -> Bool {
        var status = stat()
        let isThere = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        findings.note("library.present", isThere, "\(path), which the manifest names, is no file")
        guard isThere else { return false }
        let isOurs = status.st_uid == 0 || status.st_uid == geteuid()
        findings.note(
            "library.private", isOurs && ManifestJudge.isPrivate(path),
            "\(path) must be of root or of its user, and nobody else may write it")
        let isSmall = status.st_size > 0 && Int(status.st_size) <= sizeLimit
        findings.note("library.size", isSmall, "\(path) has \(status.st_size) bytes; 1 to \(sizeLimit) are taken")
        guard isSmall, let bytes = (try? FileBytes.read(path, limit: sizeLimit)) ?? nil else { return false }
        if let digest = manifest.libraryDigest {
            let actual = Digest.sha256(bytes)
            findings.note(
                "library.digest", actual == digest,
                "\(path) has SHA-256 \(Digest.hex(actual)), the manifest says \(Digest.hex(digest))")
        }
        return judge(bytes, allowed, &findings)
    }

    /// As PL_LIBRARY_LIMIT of PluginLink.
    static let sizeLimit = 256 << 20

    private static func judge(_ bytes: [UInt8], _ allowed: Set<String>, _ findings: inout ConformanceFindings) -> Bool {
        let library: ELFLibrary
        do throws(ELFLibrary.Problem) { library = try ELFLibrary(bytes) } catch {
            findings.note("library.elf", false, error.description)
            return false
        }
        findings.note("library.elf", true, "")
        let isForHere = library.machine == machineHere
        findings.note("library.machine", isForHere, "it is for machine \(library.machine), this is \(machineHere)")
        findings.note("library.entry", library.exported.contains(entry), "it does not export \(entry)")
        let others = Set(library.exported).subtracting([entry]).subtracting(ofTheLinker).sorted()
        findings.note("library.one-symbol", others.isEmpty, "it also exports \(shortened(others))")
        findings.note(
            "library.search-path", library.searchPaths.isEmpty,
            "RPATH or RUNPATH is \(library.searchPaths.joined(separator: ":"))")
        let foreign = library.needed.filter { !PublishedLibraries.names.contains($0) && !allowed.contains($0) }
        findings.note("library.needed", foreign.isEmpty, "it needs \(shortened(foreign))")
        findings.note("library.text-relocations", !library.hasTextRelocations, "its code is changed when it is loaded")
        findings.note("library.stack", !library.hasExecutableStack, "it asks for a stack that can be executed")
        findings.note(
            "library.writable-code", !library.hasWritableCode, "it has memory that can be written and executed")
        findings.note("library.relro", library.isRelocatedReadOnly, "its tables stay writable after it was loaded")
        return isForHere
    }

    private static func shortened(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    /// `e_machine` of this processor.
    private static var machineHere: UInt16 {
        #if arch(x86_64)
            62
        #elseif arch(arm64)
            183
        #else
            0
        #endif
    }
}
