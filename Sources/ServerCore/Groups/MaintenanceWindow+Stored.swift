import DesiredState
import ServerStore

extension MaintenanceWindow {
    /// Those of a device's row.
    static func stored(_ row: SQLRow) throws -> [MaintenanceWindow]? {
        try row.optionalText("maintenance_windows").map { text in
            try (JSONValue(parsing: text).arrayValue ?? []).compactMap(MaintenanceWindow.init)
        }
    }

    static func text(_ windows: [MaintenanceWindow]?) -> String? {
        windows.map { CanonicalJSON.text(.array($0.map(\.json))) }
    }
}
