import DeviceProtocol
import NIOHTTP1
import ServerCore
import Testing

@testable import AgentGateway
@testable import ServerPKI

@Suite struct RequestVerdictTests {
    private static let now: Int64 = 1_000_000_000
    private static let uid = DeviceUID.version7(now: 0, random: (1, 2))

    private static func identity(from: Int64 = 0, to: Int64 = 2_000_000_000) -> PeerIdentity {
        .device(.init(uid: uid, serial: "01", notBefore: from, notAfter: to))
    }

    private static func status(_ identity: PeerIdentity, _ standing: DeviceStanding) -> UInt? {
        if case .refuse(let status, let text) = RequestVerdict.judge(identity, standing: standing, now: now) {
            #expect(text.contains("\(uid)"), "a refusal names the device")
            return status.code
        }
        return nil
    }

    @Test func `nobody may only enrol`() {
        #expect(RequestVerdict.judge(.anonymous, standing: .unknown, now: Self.now) == .enrolOnly)
    }

    @Test func `a known device with a certificate of today speaks`() {
        #expect(RequestVerdict.judge(Self.identity(), standing: .active, now: Self.now) == .speak)
    }

    @Test func `revoked and unknown devices are forbidden, expired and future certificates unauthorised`() {
        #expect(Self.status(Self.identity(), .revoked) == 403)
        #expect(Self.status(Self.identity(), .unknown) == 403)
        #expect(Self.status(Self.identity(to: Self.now - 1), .active) == 401)
        #expect(Self.status(Self.identity(from: Self.now + 1), .active) == 401)
    }

    @Test func `revocation is said before expiry`() {
        #expect(Self.status(Self.identity(to: Self.now - 1), .revoked) == 403)
    }
}
