import Testing

extension Tag {
    @Tag static var R02: Self
    @Tag static var R03: Self
    @Tag static var R04: Self
    @Tag static var R05: Self
    @Tag static var R08: Self
    @Tag static var R11: Self
    @Tag static var R12: Self
    @Tag static var R13: Self
    @Tag static var R14: Self
    @Tag static var R15: Self
    @Tag static var R16: Self
    @Tag static var R17: Self
    @Tag static var R18: Self
    @Tag static var R24: Self
}
