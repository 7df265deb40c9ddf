import DesiredState
import NIOHTTP1
import Testing

@testable import CLI

@Suite struct OutputTests {
    @Test("columns are aligned, and what is missing is a dash")
    func table() {
        let table = Table(columns: [
            .init("NAME", path: "metadata", "name"), .init("ON", path: "spec", "on"), .init("N", path: "n"),
        ])
        let text = table.text([
            ["metadata": ["name": "long-name"], "spec": ["on": true]], ["metadata": ["name": "b"], "n": 5],
        ])
        #expect(text == "NAME       ON   N\nlong-name  yes  -\nb          -    5")
    }

    @Test("text from a device cannot move the cursor")
    func escaped() { #expect(Terminal.escaped("a\u{1B}[2J\u{7}\n") == "a\\u{1b}[2J\\u{7}\\u{a}") }

    @Test(
        "an error of the server exits as scripts rely on",
        arguments: [
            (401, CLI.ExitStatus.notAllowed), (403, .notAllowed), (404, .notFound), (409, .conflict), (412, .conflict),
            (422, .invalidInput),
            (500, .failed), (503, .unreachable),
        ])
    func exitCodes(status: Int, code: CLI.ExitStatus) throws {
        let error = #expect(throws: CLIError.self) {
            try APIClient.read(.init(statusCode: status), Array(#"{"detail":"why"}"#.utf8))
        }
        #expect(error?.code == code && error?.message == "why")
    }

    @Test("why a device is not ok is in its description, and the worst code in the list")
    func condition() {
        let device: JSONValue = [
            "status": [
                "presence": "silent",
                "condition": [
                    "level": "critical", "reasons": [["code": "silent", "text": "not heard of; check it"]],
                ],
            ]
        ]
        let text = DeviceText.make(device)
        #expect(text.contains("\n\nREASONS\nsilent  not heard of; check it\n"))
        let lines = Columns.devices.text([device]).split(separator: "\n")
        #expect(lines[0].contains("STATUS") && lines[1].contains("critical") && lines[1].hasSuffix("silent"))
        #expect(!DeviceText.make(["status": ["condition": ["level": "ok", "reasons": []]]]).contains("REASONS"))
    }

    @Test("a run's progress is one line")
    func progress() {
        let run: JSONValue = [
            "spec": ["device": "0192f3a1-0000-7000-8000-00000000abcd"],
            "status": ["state": "running", "percent": 40, "message": "12 files"],
        ]
        // What names a device here, every look-up takes.
        #expect(RunProgress.text(run) == "0192f3a1-0000-7000-8000-00000000abcd  running 40 %  12 files")
        #expect(RunProgress.text(run, name: "web-1") == "web-1  running 40 %  12 files")
    }
}
