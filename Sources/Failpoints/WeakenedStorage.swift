#if DEBUG
    import Glibc
#endif

/// Has SQLite forget to sync, so that a test of durability can show that it would notice. Only with DEBUG.
package enum WeakenedStorage {
    /// From `MARTLET_DEBUG_SYNCHRONOUS`, for example NORMAL; nil, as ever in a release build, leaves FULL.
    package static let synchronous: String? = {
        #if DEBUG
            return getenv("MARTLET_DEBUG_SYNCHRONOUS").map { String(cString: $0) }
        #else
            return nil
        #endif
    }()
}
