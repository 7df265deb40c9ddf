import DesiredState
import Foundation

extension ManifestFields {
    /// `cron` and `timeZone` of this object. nil when they are not usable, which is noted.
    func cronSchedule() -> CronSchedule? {
        guard let text = string("cron", expected: "a cron expression like \"0 2 * * mon-fri\"") else {
            return nil
        }
        let expression: CronExpression
        do { expression = try CronExpression(text) } catch {
            refuse("cron", expected: error.expected, got: error.got)
            return nil
        }
        guard value("timeZone") != nil else { return CronSchedule(expression) }
        guard let zone = string("timeZone") else { return nil }
        if zone == "device" { return CronSchedule(expression) }
        let known = TimeZone.knownTimeZoneIdentifiers
        guard zone == "UTC" || known.contains(zone) else {
            refuse(
                "timeZone", expected: "device, UTC or a name of the IANA database like Europe/Berlin",
                got: zone + NameSuggestion.hint(for: zone, among: known))
            return nil
        }
        return CronSchedule(expression, zone: zone)
    }
}
