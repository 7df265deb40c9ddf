import Testing

extension Tag {
    @Tag static var R23: Self
    @Tag static var R24: Self
    @Tag static var R02: Self
    @Tag static var R03: Self
    @Tag static var R05: Self
    @Tag static var R11: Self
    @Tag static var R14: Self
    @Tag static var R16: Self
}
