/// What an order asks for.
package enum OrderKind: String, Sendable {
    case sync
    case runTask
    case cancelRun
    case controlApplication
}
