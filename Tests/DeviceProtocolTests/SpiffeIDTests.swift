import DeviceProtocol
import Testing

@Suite struct SpiffeIDTests {
    @Test func `both forms read back`() {
        let device = SpiffeID.device(trustDomain: "a.b", uid: .make(now: 1))
        #expect(SpiffeID(uri: device.uri) == device)
        #expect(SpiffeID(uri: "spiffe://a.b/server") == .server(trustDomain: "a.b"))
    }

    @Test(
        "anything else is nobody",
        arguments: [
            "spiffe://a.b/server/x", "spiffe:///server", "https://a.b/server", "spiffe://a.b/device/",
            "spiffe://a.b/device/1",
            "spiffe://a.b/Server", "spiffe://a.b",
        ])
    func refused(uri: String) { #expect(SpiffeID(uri: uri) == nil) }
}
