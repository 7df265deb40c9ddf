/// Random numbers that a seed gives again (SplitMix64). Every draw of a simulation comes from one of these.
package struct Chance: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform over 0..<1.
    package mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }

    package mutating func happens(_ probability: Double) -> Bool { probability > 0 && fraction() < probability }

    package mutating func number(in range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    package mutating func index(below count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    package mutating func one<Element>(of choices: [Element]) -> Element { choices[index(below: choices.count)] }

    /// Time until the next of events that come every `mean` on average, each whenever it wants.
    package mutating func interval(mean: Int64) -> Int64 {
        // -ln(1-u) by its series: the same bits on every machine, and no wait is without end.
        let uniform = fraction()
        var sum = 0.0
        var power = uniform
        for term in 1...64 {
            sum += power / Double(term)
            power *= uniform
        }
        return max(1, Int64(sum * Double(mean)))
    }

    /// Another source that depends on this one and on nothing that is drawn from either later.
    package mutating func fork() -> Chance { Chance(seed: next()) }
}
