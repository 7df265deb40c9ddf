internal import DesiredState
package import PluginPackage

/// Whether what a plugin reports are statistics of its manifest. Pure. Series that do not fit are left out and said; a
/// document that is none is refused as a whole.
package enum StatisticsCheck {
    static let seriesLimit = 1000

    package struct Result: Sendable, Hashable {
        package var reports: [ApplicationStatisticsReport] = []
        package var refusals: [Refusal] = []
    }

    package static func reports(_ document: [UInt8], manifest: PluginManifest, time: Int64) throws(Refusal) -> Result {
        var result = Result()
        var count = 0
        for entry in try ReportDocument.instances(document, of: "statistics") {
            var report = ApplicationStatisticsReport(
                application: manifest.id, instance: try ReportDocument.name(entry), time: time, values: [])
            for series in entry["values"]?.arrayValue ?? [] {
                count += 1
                guard count <= seriesLimit else { throw Refusal("more than \(seriesLimit) series") }
                do throws(Refusal) { report.values.append(try value(series, manifest)) } catch {
                    result.refusals.append(error)
                }
            }
            result.reports.append(report)
        }
        return result
    }

    private static func value(_ series: JSONValue, _ manifest: PluginManifest) throws(Refusal) -> StatisticValue {
        guard let name = series["name"]?.stringValue, name.utf8.count <= 256 else {
            throw Refusal("a series has no name")
        }
        guard let definition = manifest.statistic(String(name.prefix(while: { $0 != "{" }))) else {
            throw Refusal("statistic \(name) is not in the manifest")
        }
        guard let value = series["value"]?.doubleValue, value.isFinite else {
            throw Refusal("statistic \(name) has no value")
        }
        let start = series["startTime"]?.integerValue ?? 0
        guard definition.kind == .gauge || start > 0 else { throw Refusal("counter \(name) has no start time") }
        return StatisticValue(
            name: name, unit: definition.unit, kind: definition.kind == .counter ? .counter : .gauge, value: value,
            startTime: definition.kind == .counter ? start : 0)
    }
}
