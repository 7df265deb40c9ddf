import Testing

@testable import DesiredState

@Suite struct JSONDifferenceTests {
    @Test func `what is the same is no difference, and objects are compared by key`() {
        let old: JSONValue = ["a": 1, "b": ["x": true, "y": [1, 2]], "gone": "z"]
        let new: JSONValue = ["a": 1, "b": ["x": false, "y": [1, 2]], "new": .null]
        #expect(JSONDifference.between(old, old).isEmpty)
        #expect(
            JSONDifference.between(old, new) == [
                JSONDifference(path: "b.x", from: true, to: false), JSONDifference(path: "gone", from: "z", to: nil),
                JSONDifference(path: "new", from: nil, to: .null),
            ])
    }

    @Test func `lists and kinds differ as a whole, and what came or went is told place by place`() {
        #expect(
            JSONDifference.between([1, 2], [1, 3], path: "l") == [JSONDifference(path: "l", from: [1, 2], to: [1, 3])])
        #expect(JSONDifference.between(["a": 1], 5, path: "k") == [JSONDifference(path: "k", from: ["a": 1], to: 5)])
        #expect(
            JSONDifference.between(nil, ["a": ["b": 1]]) == [JSONDifference(path: "a.b", from: nil, to: 1)])
        #expect(JSONDifference.between(["a": 1], nil) == [JSONDifference(path: "a", from: 1, to: nil)])
        #expect(
            JSONDifference.between(nil, .object([:]), path: "e") == [
                JSONDifference(path: "e", from: nil, to: .object([:]))
            ])
    }
}
