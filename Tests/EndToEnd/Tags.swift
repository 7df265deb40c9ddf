import Testing

/// The requirement that a test proves; `grep -rn R07 Tests` finds the proof.
extension Tag {
    @Tag static var R01: Self
    @Tag static var R02: Self
    @Tag static var R03: Self
    @Tag static var R04: Self
    @Tag static var R05: Self
    @Tag static var R06: Self
    @Tag static var R07: Self
    @Tag static var R08: Self
    @Tag static var R09: Self
    @Tag static var R10: Self
    @Tag static var R11: Self
    @Tag static var R12: Self
    @Tag static var R13: Self
    @Tag static var R14: Self
    @Tag static var R15: Self
    @Tag static var R16: Self
    @Tag static var R17: Self
    @Tag static var R18: Self
    @Tag static var R21: Self
    @Tag static var R22: Self
    @Tag static var R23: Self
    @Tag static var R24: Self
    @Tag static var R25: Self
}
