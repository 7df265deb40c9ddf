import Simulation
import Testing

@Suite struct ChanceTests {
    @Test func `a seed gives its numbers again, and another gives others`() {
        func numbers(_ seed: UInt64) -> [UInt64] {
            var chance = Chance(seed: seed)
            return (0..<8).map { _ in chance.next() }
        }
        #expect(numbers(1) == numbers(1))
        #expect(Set(numbers(1) + numbers(2)).count == 16)
    }

    @Test func `intervals have their mean`() {
        var chance = Chance(seed: 3)
        let sum = (0..<20_000).reduce(into: Int64(0)) { sum, _ in sum += chance.interval(mean: 1_000_000) }
        #expect(abs(sum / 20_000 - 1_000_000) < 50_000)
    }

    @Test func `what happens with a probability happens about as often`() {
        var chance = Chance(seed: 4)
        let count = (0..<10_000).reduce(into: 0) { count, _ in if chance.happens(0.2) { count += 1 } }
        #expect(abs(count - 2_000) < 150)
        let never = chance.happens(0)
        #expect(!never)
    }
}
