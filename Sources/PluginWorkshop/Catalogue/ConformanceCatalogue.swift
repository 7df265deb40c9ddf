/// Every rule that is checked. An id stays what it is; a new rule gets a new one.
package enum ConformanceCatalogue {
    package static let all: [ConformanceCheck] =
        manifest + library + module + life + calls + lent + extensions + documents + tasks + news + host + process

    package static func check(_ id: String) -> ConformanceCheck? { all.first { $0.id == id } }
}
