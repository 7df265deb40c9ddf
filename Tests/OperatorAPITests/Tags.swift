import Testing

extension Tag {
    @Tag static var R12: Self
    @Tag static var R14: Self
    @Tag static var R16: Self
    @Tag static var R18: Self
    @Tag static var R24: Self
}
