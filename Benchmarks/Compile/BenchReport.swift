import DesiredState
import Foundation

/// The figures of one run of the benchmark, for people and for programs.
struct BenchReport {
    var devices: Int
    var groups: Int
    var policies: Int
    var runs: Int
    var measures: [BenchMeasure] = []
    /// In the database: without and for the document.
    var bytesPerDevice: (device: Int64, document: Int64) = (0, 0)
    /// Different ones.
    var documents = 0
    var documentBytes = 0

    init(devices: Int, groups: Int, policies: Int, runs: Int) {
        self.devices = devices
        self.groups = groups
        self.policies = policies
        self.runs = runs
    }

    mutating func add(_ measure: BenchMeasure) { measures.append(measure) }

    var table: String {
        let head = """
            \(devices) devices, \(groups) groups, \(policies) policies; medians of \(runs) runs.

            | work | wall | processor | peak memory |
            |---|---|---|---|

            """
        let lines = measures.map {
            "| \($0.name) | \(Self.seconds($0.wall)) | \(Self.seconds($0.processor)) | \($0.peak >> 20) MiB |"
        }
        return head + lines.joined(separator: "\n") + """


            Different documents: \(documents), of \(documentBytes) bytes each on average. In the database a device takes \
            \(bytesPerDevice.device) bytes, and its document \(bytesPerDevice.document) more.
            """
    }

    var json: JSONValue {
        [
            "devices": .integer(Int64(devices)), "groups": .integer(Int64(groups)),
            "policies": .integer(Int64(policies)), "runs": .integer(Int64(runs)),
            "documents": .integer(Int64(documents)), "documentBytes": .integer(Int64(documentBytes)),
            "databaseBytesPerDevice": .integer(bytesPerDevice.device),
            "databaseBytesPerDocumentOfDevice": .integer(bytesPerDevice.document),
            "measures": .array(
                measures.map {
                    [
                        "name": .string($0.name), "wallSeconds": .number($0.wall),
                        "processorSeconds": .number($0.processor), "peakBytes": .integer($0.peak),
                    ]
                }),
        ]
    }

    static func seconds(_ value: Double) -> String {
        value < 0.1 ? String(format: "%.2f ms", value * 1_000) : String(format: "%.2f s", value)
    }
}
