/// Of this software.
enum ServerVersion {
    static let current = "0.1.0"
}
