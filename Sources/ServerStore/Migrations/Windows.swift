/// Migration 14: maintenance windows of devices, as JSON; those of groups are in their specs.
enum Windows {
    static let statements = ["ALTER TABLE devices ADD COLUMN maintenance_windows text"]
}
