/// Notices that the server's clock was set far from where it was. Decided without any effect.
///
/// What is old by a clock that jumped may be of today: nothing is removed then.
struct ClockWatch: Sendable {
    /// µs by which a clock may be corrected.
    static let tolerance: Int64 = 86_400_000_000

    private let offset: Int64

    /// `wall` in µs since 1970, `steady` in µs of a clock that is never set.
    init(wall: Int64, steady: Int64) { offset = wall - steady }

    func hasJumped(wall: Int64, steady: Int64) -> Bool { abs(wall - steady - offset) > Self.tolerance }
}
