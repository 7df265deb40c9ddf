import Testing

extension Tag {
    @Tag static var R13: Self
    @Tag static var R14: Self
    @Tag static var R15: Self
    @Tag static var R16: Self
    @Tag static var R18: Self
    @Tag static var R22: Self
}
