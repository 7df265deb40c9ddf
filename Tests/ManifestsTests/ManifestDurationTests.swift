import Manifests
import Testing

@Suite struct ManifestDurationTests {
    @Test(
        "durations are a number and a unit",
        arguments: [("30s", 30), ("5m", 300), ("24h", 86_400), ("7d", 604_800), ("0s", 0)])
    func reads(text: String, seconds: Int64) { #expect(ManifestDuration.seconds(text) == seconds) }

    @Test(
        "anything else is no duration",
        arguments: ["", "5", "m", "-5m", "5 m", "1h30m", "5M", "99999999999999d", "+5m", "٥m"])
    func refuses(text: String) { #expect(ManifestDuration.seconds(text) == nil) }

    @Test(
        "a duration is written in the largest unit that fits",
        arguments: [(90, "90s"), (900, "15m"), (7_200, "2h"), (86_400, "1d"), (0, "0s")])
    func writes(seconds: Int64, text: String) {
        #expect(ManifestDuration.text(seconds) == text)
        #expect(ManifestDuration.seconds(text) == seconds)
    }
}
