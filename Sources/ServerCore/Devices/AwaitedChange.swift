/// For how many devices a change is what somebody waits for: it goes before what devices do by themselves.
package enum AwaitedChange {
    package static let mostDevices = 8
}
