/// What happened, kept as a hash of everything and as the last lines of each host.
struct Trace {
    private struct Line {
        let time: Int64
        let what: StaticString
        let first: Int64
        let second: Int64
    }

    /// Lines kept of each host.
    private let kept: Int
    private var lines: [Int: [Line]] = [:]
    /// FNV-1a over all lines.
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0

    init(kept: Int) { self.kept = kept }

    /// `host` is -1 for the server.
    mutating func add(_ what: StaticString, host: Int, at time: Int64, _ first: Int64 = 0, _ second: Int64 = 0) {
        count += 1
        mix(UInt64(bitPattern: time))
        mix(UInt64(bitPattern: Int64(host)))
        what.withUTF8Buffer { for byte in $0 { mix(byte) } }
        mix(UInt64(bitPattern: first))
        mix(UInt64(bitPattern: second))
        lines[host, default: []].append(Line(time: time, what: what, first: first, second: second))
        // Twice as many before half go, so that each line is moved once at most.
        if lines[host]?.count == 2 * kept { lines[host]?.removeFirst(kept) }
    }

    /// The last lines of a host among those of the server, as text.
    func last(of hosts: [Int]) -> [String] {
        let all = (hosts + [-1]).flatMap { host in (lines[host] ?? []).map { (host, $0) } }
        return all.sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }.suffix(kept).map { host, line in
            let seconds = Double(line.time - VirtualTime.start) / 1_000_000
            let place = host < 0 ? "server" : "host \(host)"
            return "\(seconds) s \(place): \(line.what) \(line.first) \(line.second)"
        }
    }

    private mutating func mix(_ number: UInt64) {
        hash = (hash ^ number) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }

    private mutating func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
}
