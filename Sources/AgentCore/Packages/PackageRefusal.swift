/// Why a package is not taken as long as the device trusts whom it trusts.
struct PackageRefusal: Error, Sendable, Hashable {
    let reason: String
}
