import DeviceProtocol
import NIOHTTP1
import ServerCore
import Testing

@testable import AgentGateway

@Suite struct RequestVerdictTests {
    private static let uid = DeviceUID.version7(now: 0, random: (1, 2))
    private static let identity = PresentedCertificate(uid: uid, serial: "01", notBefore: 0, notAfter: 2)

    @Test func `nobody may only enrol`() {
        #expect(RequestVerdict.judge(nil, access: nil) == .enrolOnly)
    }

    @Test func `a known device with a certificate of today speaks, one that has expired may renew`() {
        #expect(RequestVerdict.judge(Self.identity, access: .speak) == .speak)
        #expect(RequestVerdict.judge(Self.identity, access: .renewOnly) == .renewOnly)
        #expect(RequestVerdict.renewOnly.refusal.status == .unauthorized)
    }

    @Test(
        "a refusal has the fitting status and names the device",
        arguments: [
            (DeviceAccess.revoked, HTTPResponseStatus.forbidden), (.expired, .unauthorized),
            (.notYetValid, .unauthorized), (.readmission(.unknownDevice), .forbidden),
            (.readmission(.supersededCertificate), .forbidden),
        ]) func refusal(access: DeviceAccess, status: HTTPResponseStatus)
    {
        let refusal = RequestVerdict.judge(Self.identity, access: access).refusal
        #expect(refusal.status == status)
        #expect(String(decoding: refusal.body, as: UTF8.self).contains("\(Self.uid)"))
    }

    @Test func `who waits to be readmitted is told when to ask again`() {
        let refusal = RequestVerdict.judge(Self.identity, access: .readmission(.unknownDevice)).refusal
        #expect(refusal.headers.first(name: "retry-after") == "\(RequestVerdict.readmissionRetry)")
    }
}
