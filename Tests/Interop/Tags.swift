import Testing

/// The requirement that a test proves; `grep -rn R07 Tests` finds the proof.
extension Tag {
    @Tag static var R11: Self
    @Tag static var R12: Self
    @Tag static var R13: Self
    @Tag static var R18: Self
    @Tag static var R24: Self
}
