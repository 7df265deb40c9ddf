/// One run of a task.
public struct TaskRun: Sendable {
    /// 16 octets.
    public let id: [UInt8]
    let host: Host

    /// How far it is: 0 to 100. Cheap enough to be called often.
    public func report(percent: Int, _ message: String = "") {
        host.progress(id, UInt32(clamping: percent), message)
    }
}
