import Testing

extension Tag {
    @Tag static var R04: Self
}
