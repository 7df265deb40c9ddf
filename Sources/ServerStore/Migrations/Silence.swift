/// Migration 10: what the server told of devices that it does not hear: since when the last silence that it told of lasts.
enum Silence {
    static let statements = [
        "ALTER TABLE devices ADD COLUMN silent_since bigint",
        "CREATE INDEX devices_silent ON devices (uid) WHERE silent_since IS NOT NULL",
    ]
}
