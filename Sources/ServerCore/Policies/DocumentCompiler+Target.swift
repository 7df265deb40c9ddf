package import DesiredState
package import DeviceProtocol
package import ServerStore

extension DocumentCompiler {
    /// For whom a document is compiled.
    package struct Target: Sendable, Hashable {
        /// nil for what every device of a group has in common.
        package var device: DeviceUID?
        /// The device's group and its ancestors, nearest first.
        package var chain: [String]
        /// It speaks OpAMP and is not Martlet's agent.
        package var isStranger: Bool
        /// nil when they are not known: then conditions on labels stay.
        package var labels: [String: String]?
        /// What is wanted of this device alone, by application.
        package var settings: [String: DeviceSettings]
        /// Its own maintenance windows; nil for those of its group.
        package var windows: [MaintenanceWindow]?

        package init(
            device: DeviceUID? = nil, chain: [String], isStranger: Bool = false, labels: [String: String]? = nil,
            settings: [String: DeviceSettings] = [:], windows: [MaintenanceWindow]? = nil
        ) {
            self.device = device
            self.chain = chain
            self.isStranger = isStranger
            self.labels = labels
            self.settings = settings
            self.windows = windows
        }

        /// Throws `notFound`.
        package static func read(_ uid: DeviceUID, in reader: any SQLReader) throws -> Target {
            let device = try DeviceRecord.read(uid, in: reader)
            return Target(
                device: uid, chain: try GroupRecord.chain(from: device.group, in: reader).map(\.name),
                isStranger: device.isStranger, labels: device.labels, settings: try settings(of: uid, in: reader),
                windows: device.maintenanceWindows)
        }

        static func settings(of uid: DeviceUID, in reader: any SQLReader) throws -> [String: DeviceSettings] {
            let rows = try reader.query(
                "SELECT name, application, spec FROM application_settings WHERE device_uid = $1", [.blob(uid.bytes)])
            return Dictionary(try rows.map(Self.settings), uniquingKeysWith: { first, _ in first })
        }

        /// Of every device that waits for its document, up to `last`, in one query.
        static func settings(
            ofWaitingUpTo last: DeviceUID, in reader: any SQLReader
        ) throws -> [DeviceUID: [String: DeviceSettings]] {
            let rows = try reader.query(
                """
                SELECT s.device_uid, s.name, s.application, s.spec
                FROM devices d CROSS JOIN application_settings s
                WHERE d.document_compiled < d.document_wanted AND d.uid <= $1 AND s.device_uid = d.uid
                """, [.blob(last.bytes)])
            return try rows.reduce(into: [:]) { found, row in
                guard let uid = DeviceUID(try row.blob("device_uid")) else { return }
                let (application, settings) = try Self.settings(row)
                found[uid, default: [:]][application] = settings
            }
        }

        private static func settings(_ row: SQLRow) throws -> (String, DeviceSettings) {
            let settings = try JSONValue(parsing: row.text("spec"))["settings"] ?? .object([:])
            return (try row.text("application"), DeviceSettings(name: try row.text("name"), settings: settings))
        }
    }
}
