import Testing

@testable import ClamAVManagement

/// The managed block, without any I/O.
struct ManagedConfigurationTests {
    private let file = """
        # clamd of this machine
        LocalSocket /run/clamav/clamd.ctl
        DetectPUA no
        ExcludePath ^/proc/

        """

    @Test("an administrator's option that the block overrides is kept aside, and comes back")
    func overrides() {
        let text = ManagedConfiguration(parsing: file).text(managing: [ClamdOption("DetectPUA", "yes")])
        #expect(text.contains("#martlet# DetectPUA no\n"))
        #expect(text.hasSuffix("DetectPUA yes\n# END martlet\n"))
        let reread = ManagedConfiguration(parsing: text)
        #expect(reread.value("DetectPUA") == "yes")
        #expect(reread.text(managing: []).contains("\nDetectPUA no\n"))
    }

    @Test("an option that may stand there often is added to the administrator's")
    func adds() {
        let text = ManagedConfiguration(parsing: file).text(managing: [ClamdOption("ExcludePath", "^/sys/")])
        let paths = ManagedConfiguration(parsing: text).options.filter { $0.name == "ExcludePath" }.map(\.value)
        #expect(paths == ["^/proc/", "^/sys/"])
    }

    @Test("writing the same settings again changes no byte")
    func isStable() {
        let options = [ClamdOption("DetectPUA", "yes"), ClamdOption("ExcludePath", "^/a b/")]
        let once = ManagedConfiguration(parsing: file).text(managing: options)
        #expect(ManagedConfiguration(parsing: once).text(managing: options) == once)
    }

    @Test("settings survive the way into the file and back")
    func roundTrip() {
        let settings = ClamAVSettings(
            detectPua: true, alertEncrypted: true, maxFileSizeMiB: 7, maxScanSizeMiB: 9, excludePaths: ["^/x$", "y z"],
            databaseMaxAgeDays: 3, checkSeconds: 4)
        let text = ManagedConfiguration(parsing: file).text(managing: settings.options)
        let managed = ManagedConfiguration(parsing: text).managed ?? []
        var other = settings
        (other.detectPua, other.alertEncrypted, other.maxFileSizeMiB, other.excludePaths) = (false, false, 1, [])
        #expect(other.reading(managed) == settings)
    }

    @Test("a file without a block has none")
    func withoutBlock() {
        #expect(ManagedConfiguration(parsing: file).managed == nil)
        #expect(ManagedConfiguration(parsing: file).value("LocalSocket") == "/run/clamav/clamd.ctl")
        #expect(ManagedConfiguration(parsing: "").options.isEmpty)
    }
}
