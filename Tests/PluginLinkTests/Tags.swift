import Testing

extension Tag {
    @Tag static var R23: Self
    @Tag static var R25: Self
}
