import Testing

extension Tag {
    @Tag static var R24: Self
}
