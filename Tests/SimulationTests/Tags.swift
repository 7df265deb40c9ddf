import Testing

extension Tag {
    /// Requirements by their number.
    @Tag static var R15: Self
    @Tag static var R16: Self
}
