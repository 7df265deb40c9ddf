/// Changes inputs at random, the same way for the same seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is at least 1.
    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// One of the inputs with a few changes, some of them pieces of the others.
    mutating func mutate(_ inputs: [[UInt8]]) -> [UInt8] {
        var bytes = inputs[below(inputs.count)]
        for _ in 0...below(4) { change(&bytes, with: inputs[below(inputs.count)]) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], with other: [UInt8]) {
        let place = below(bytes.count + 1)
        let length = below(min(bytes.count - place, 16) + 1)
        switch below(6) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count:
            bytes[place] = [0, 1, 0x0A, 0x20, 0x2D, 0x3A, 0x7F, 0x80, 0xFE, 0xFF][below(10)]
        case 2: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
        case 3: bytes.removeSubrange(place..<place + length)
        case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        default:
            let start = below(other.count + 1)
            bytes.insert(contentsOf: other[start..<min(start + 32, other.count)], at: place)
        }
    }
}
