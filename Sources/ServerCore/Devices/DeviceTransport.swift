/// How a device speaks to us.
package enum DeviceTransport: String, Sendable {
    case http
    case webSocket
}
