import DesiredState
import Testing

@testable import CLI

@Suite struct DeploymentTextTests {
    @Test func `the devices that failed are told with the reason, and how many more there are`() {
        let object: JSONValue = [
            "status": ["devices": ["concerned": 100, "applied": 60, "pending": 38, "failed": 2]]
        ]
        let text = DeploymentText.make(
            object,
            failed: [
                ["hostname": "web-1", "group": "web", "reason": "no\nline", "lastSeen": "2026-01-01T00:00:00.000Z"],
                ["device": "0192", "hostname": "", "group": "root", "reason": "x"],
            ], pending: [["hostname": "db-1", "group": "root", "reason": "the device has not fetched it"]])
        #expect(
            text == """
                devices: 100 concerned, 60 applied, 38 pending, 2 failed
                failed:
                  web-1  web   no\\u{a}line; last seen 2026-01-01T00:00:00.000Z
                  0192   root  x; never seen
                pending:
                  db-1  root  the device has not fetched it; never seen
                  and 37 more
                """)
    }
}
