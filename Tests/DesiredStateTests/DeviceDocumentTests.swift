import DesiredState
import Testing

@Suite struct DeviceDocumentTests {
    private static let document = DeviceDocument(
        applications: [
            "martlet.clamav": ApplicationEntry(settings: ["detectPua": true]),
            "martlet.linux": ApplicationEntry(settings: ["diskPercent": 90]),
        ],
        tasks: [
            TaskDefinition(
                name: "nightly", uid: Array(0..<16), application: "martlet.clamav", task: "scan",
                parameters: ["paths": ["/srv"]], schedule: .every(seconds: 900), timeLimit: 60)
        ])

    @Test func `the hash is the golden one and changes exactly when the document does`() {
        // Computed apart, from the sheet's words, with Python's hashlib over hand-written canonical JSON.
        #expect(
            Digest.hex(Self.document.hash) == "aa7645c3edf2ca72282b009a0ecc85398d8d76a421dc90dba53125c302ab0f2b")
        var other = Self.document
        #expect(other.hash == Self.document.hash)
        other.applications["martlet.linux"]?.settings = ["diskPercent": 91]
        #expect(other.hash != Self.document.hash)
        other = Self.document
        other.tasks[0].timeLimit = 61
        #expect(other.hash != Self.document.hash)
    }

    @Test func `entries read back as the document they came from`() {
        let (read, problems) = DeviceDocument.read(entries: Self.document.entries())
        #expect(problems.isEmpty)
        #expect(read == Self.document)
    }

    @Test func `an entry that cannot be read hides nothing else`() {
        var entries = Self.document.entries()
        entries["martlet.clamav"] = Array("{".utf8)
        let (read, problems) = DeviceDocument.read(entries: entries)
        #expect(problems.map(\.entry) == ["martlet.clamav"])
        #expect(read.applications["martlet.linux"]?.settings == ["diskPercent": 90])
        #expect(read.tasks == Self.document.tasks)
    }
}
