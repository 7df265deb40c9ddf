extension ConformanceCatalogue {
    /// What the library's file must be.
    static let library: [ConformanceCheck] = [
        ConformanceCheck(
            "library.present", "the library that the manifest names is a file in the folder",
            do: "build it, or mend library in plugin.yaml"),
        ConformanceCheck(
            "library.private", "the library is of root or its user, and nobody else may write it",
            do: "chmod go-w the library; install it as root"),
        ConformanceCheck(
            "library.size", "the library has at most 256 MiB",
            do: "strip it, or load data from files"),
        ConformanceCheck(
            "library.digest", "the library is the one that sha256 of the manifest names",
            do: "write the new digest into the manifest, or install the library that belongs to it"),
        ConformanceCheck(
            "library.elf", "the library is a 64-bit little-endian ELF shared object",
            do: "link with -shared for 64-bit Linux"),
        ConformanceCheck(
            "library.machine", "the library is for this processor",
            do: "build it for the machine that it is checked on"),
        ConformanceCheck(
            "library.entry", "martlet_module_v1 is exported",
            do: "mark it MARTLET_EXPORT and name it in the version script"),
        ConformanceCheck(
            "library.one-symbol", "nothing but martlet_module_v1 is exported",
            do: "link with -Wl,--version-script=plugin.version of the SDK"),
        ConformanceCheck(
            "library.search-path", "there is no RPATH and no RUNPATH",
            do: "link without -rpath; CMake: SKIP_BUILD_RPATH"),
        ConformanceCheck(
            "library.needed", "only published libraries are needed",
            do: "link others statically; --allow-library names those that come with the application"),
        ConformanceCheck(
            "library.text-relocations", "code is not changed when it is loaded",
            do: "compile with -fPIC"),
        ConformanceCheck(
            "library.stack", "the stack is not executable",
            do: "link with -z noexecstack; mark assembly with .note.GNU-stack"),
        ConformanceCheck(
            "library.writable-code", "no memory is both writable and executable",
            do: "link without -N and without a script that merges segments"),
        ConformanceCheck(
            "library.relro", "relocated tables are read-only afterwards",
            do: "link with -Wl,-z,relro"),
    ]
}
