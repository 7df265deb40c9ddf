extension ConformanceCatalogue {
    /// What loading gives.
    static let module: [ConformanceCheck] = [
        ConformanceCheck(
            "load.resolves", "the library loads with every symbol resolved at once",
            do: "link what is missing: -Wl,-z,defs tells it when linking"),
        ConformanceCheck(
            "load.no-threads", "loading starts no thread",
            do: "start threads in activate, not in constructors"),
        ConformanceCheck(
            "entry.found", "the loader finds martlet_module_v1",
            do: "export it; see library.entry"),
        ConformanceCheck(
            "entry.returns", "martlet_module_v1 returns a module",
            do: "return the address of a static martlet_module"),
        ConformanceCheck(
            "entry.stable", "martlet_module_v1 returns the same pointer every time",
            do: "return the address of one static object"),
        ConformanceCheck(
            "entry.thread-safe", "martlet_module_v1 returns the same pointer on every thread",
            do: "build the module statically, or under a lock"),
        ConformanceCheck(
            "entry.no-threads", "martlet_module_v1 has no side effects",
            do: "do nothing but return the module"),
        ConformanceCheck(
            "module.magic", "magic is MARTLET_MODULE_MAGIC",
            do: "set .magic = MARTLET_MODULE_MAGIC"),
        ConformanceCheck(
            "module.struct-size", "struct_size covers every field of version 1.0",
            do: "set .struct_size = sizeof of the structure"),
        ConformanceCheck(
            "module.abi-major", "abi_major is 1",
            do: "set .abi_major = MARTLET_ABI_MAJOR; build against these headers"),
        ConformanceCheck(
            "module.abi-minor", "abi_minor is the version whose structure it is",
            do: "set .abi_minor = MARTLET_ABI_MINOR"),
        ConformanceCheck(
            "module.min-host-minor", "min_host_minor is no later than this host",
            do: "ask for the oldest minor that has what you use, and update this host"),
        ConformanceCheck(
            "module.reserved", "reserved is 0",
            do: "leave it out of the initialiser"),
        ConformanceCheck(
            "module.text", "id, name and version are given, in UTF-8",
            do: "set them to static texts with their lengths"),
        ConformanceCheck(
            "module.id", "the library's id is the manifest's",
            do: "write one id in both"),
        ConformanceCheck(
            "module.name", "the name is not empty",
            do: "give a name"),
        ConformanceCheck(
            "module.version", "the library's version is the manifest's",
            do: "write one version in both"),
        ConformanceCheck(
            "module.create", "create is given",
            do: "set .create"),
        ConformanceCheck(
            "module.ops", "ops is given",
            do: "set .ops to a static martlet_plugin_ops"),
        ConformanceCheck(
            "module.ops-size", "struct_size of ops covers every field of version 1.0",
            do: "set .struct_size = sizeof of the structure"),
        ConformanceCheck(
            "ops.init", "init is given",
            do: "set it, even if it only returns MARTLET_OK"),
        ConformanceCheck(
            "ops.activate", "activate is given",
            do: "set it: it begins the work"),
        ConformanceCheck(
            "ops.deactivate", "deactivate is given",
            do: "set it: it ends what activate began"),
        ConformanceCheck(
            "ops.destroy", "destroy is given",
            do: "set it: it frees the plugin"),
        ConformanceCheck(
            "ops.get-extension", "get_extension is given",
            do: "set it; it may return NULL for all"),
    ]
}
