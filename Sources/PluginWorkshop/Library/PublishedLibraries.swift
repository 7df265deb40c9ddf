/// What a plugin may need of a device: the C and C++ runtimes that every Debian system has. All else it brings inside.
package enum PublishedLibraries {
    package static let names: Set<String> = [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libutil.so.1",
        "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]
}
