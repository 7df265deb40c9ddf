import AgentCore
import OpAMP

/// Something that happens at a moment of virtual time. Hosts, devices and links go by their numbers; `boot` says for
/// which start of an agent it was meant.
enum Occurrence {
    // Hosts
    case boot(host: Int)
    case crash(host: Int)
    /// The agent dies after so many more commits.
    case crashAfter(host: Int, commits: Int)
    case timer(host: Int, boot: Int, number: UInt64)
    case work(host: Int, boot: Int, SimulatedWork)
    case emit(host: Int)
    case stateChange(host: Int)
    case runEnds(host: Int, boot: Int, AgentWorld.StartedRun)
    case cut(host: Int)
    case clockJump(host: Int)
    case takeSnapshot(host: Int)
    case revert(host: Int)
    case clone(host: Int)
    case retire(host: Int)

    // The network
    /// A connection request reaches the server.
    case arrived(link: Int)
    case handshaken(link: Int)
    case opened(link: Int)
    /// The device has waited long enough for the connection.
    case connectTimeout(link: Int)
    case connectFailed(link: Int)
    case request(link: Int, OpAMPAgentToServer)
    case reply(link: Int, OpAMPServerToAgent)
    /// The device waited long enough for the answer to its frame.
    case answerTimeout(link: Int, frame: UInt64)
    /// An end of the connection learns that it is over.
    case deviceSeesEnd(link: Int, clean: Bool)
    case serverSeesEnd(link: Int)
    /// Time to look after an operator's run once more.
    case poll(link: Int)
    case linkBreaks(host: Int)
    case datagram(host: Int, [UInt8])

    // The server
    case gate
    case serverCrash
    case serverBoot
    case backup
    case restore
    case order(device: Int)
    case document(device: Int)
    case intent(device: Int)
    case wake(device: Int)
    case release(device: Int)
    case hint(Bool)

    /// Invariants that time alone can break are looked at.
    case sweep
}
