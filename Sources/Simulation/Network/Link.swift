/// One connection, seen from both ends.
struct Link {
    enum Kind { case exchange, persistent }

    let number: Int
    let host: Int
    let boot: Int
    let kind: Kind
    let madeAt: Int64
    /// Whether the server takes the connection for its device's own; a persistent one is judged with its first frame.
    enum Standing { case new, own, contested }

    var standing = Standing.new
    /// Of the agent that speaks on it.
    var startID: [UInt8]?
    /// The server has asked an older connection whether it lives, and got no answer.
    var hasProbed = false
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
