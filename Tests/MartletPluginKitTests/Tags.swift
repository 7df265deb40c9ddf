import Testing

extension Tag {
    @Tag static var R22: Self
    @Tag static var R25: Self
}
