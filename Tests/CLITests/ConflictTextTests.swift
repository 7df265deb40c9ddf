import DesiredState
import Testing

@testable import CLI

@Suite struct ConflictTextTests {
    @Test func `diff says which settings have no effect, who locks them, and what is in force`() {
        let text = Diff.text([
            "dryRun": true, "devices": 0, "moved": 0, "moves": [], "changes": [], "conflicting": 3,
            "conflicts": [
                [
                    "kind": "Policy", "name": "desks", "path": "/a/b", "value": 99, "inForce": 80, "lock": "/a",
                    "lockedBy": "policy base", "cause": "setting",
                ],
                [
                    "kind": "ApplicationSettings", "name": "own", "path": "/c", "value": "x", "lock": "/c",
                    "lockedBy": "policy base", "cause": "lock",
                ],
            ],
        ])
        #expect(
            text == """
                nothing would change
                  ! Policy desks: /a/b: 99 has no effect: policy base locks /a; 80 is in force
                  ! ApplicationSettings own: /c: "x" loses its effect: policy base locks /c; nothing is in force
                  and 1 more settings without effect
                """)
    }
}
