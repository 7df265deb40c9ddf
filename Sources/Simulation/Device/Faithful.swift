/// The machines as they are.
package struct Faithful: Sabotage {
    package init() {}
}
