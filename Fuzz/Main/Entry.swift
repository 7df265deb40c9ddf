import FuzzTargets
import Glibc

/// The target that libFuzzer feeds, from the environment. An unknown one ends the process.
private let target: FuzzTarget = {
    let name = getenv("MARTLET_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    if let target = FuzzTarget(rawValue: name) { return target }
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
    fputs("MARTLET_FUZZ_TARGET: expected one of \(names); got \"\(name)\"\n", stderr)
    exit(2)
}()

/// libFuzzer's entry; it brings `main` itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
