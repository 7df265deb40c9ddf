import Testing

extension Tag {
    @Tag static var R04: Self
    @Tag static var R05: Self
}
