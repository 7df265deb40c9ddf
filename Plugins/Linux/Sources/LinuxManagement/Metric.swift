/// Something that may have a threshold.
package enum Metric: Sendable, Hashable, CustomStringConvertible {
    case cpu, memory, load
    case disk(mount: String)

    package var description: String {
        switch self {
        case .cpu: "cpu"
        case .memory: "memory"
        case .load: "load per CPU"
        case .disk(let mount): "disk \(mount)"
        }
    }

    package var unit: String { self == .load ? "" : " %" }
}
