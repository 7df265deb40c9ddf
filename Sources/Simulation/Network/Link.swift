/// One connection, seen from both ends.
struct Link {
    enum Kind { case exchange, persistent }

    let number: Int
    let host: Int
    let boot: Int
    let kind: Kind
    let madeAt: Int64
    var isAccepted = false
    var isHandshaking = false
    var isOpenAtServer = false
    var isOpenAtDevice = false
    /// Nothing passes any more.
    var isDead = false
    /// The device has given it up or lost it.
    var isOverAtDevice = false
    /// The start of the server that it was made to.
    var serverStart = 0
    /// When the last message in each direction arrives: a connection keeps their order.
    var lastToServer: Int64 = 0
    var lastToDevice: Int64 = 0
}
