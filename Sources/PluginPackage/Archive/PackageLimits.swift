/// What one package may hold. Larger ones are refused by who makes them and by who reads them.
package enum PackageLimits {
    package static let libraryBytes: Int64 = 128 << 20
    package static let packageBytes: Int64 = 256 << 20
    package static let manifestBytes: Int64 = 1 << 20
    package static let licenceBytes: Int64 = 1 << 20
    package static let licences = 64
    package static let entries = 80
}
