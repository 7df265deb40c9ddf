/// News of a plugin that wait to be passed on to the delegate, in order. A newer progress of a run takes the place of an
/// older one that waits, and a change of state is said once, so that the queue stays short however much a plugin says.
/// Pure.
struct NewsQueue: Sendable {
    enum News: Sendable, Hashable {
        case run(PluginRunUpdate)
        case ended(HostEnd)
        case stateChanged
    }

    private var waiting: [News] = []

    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count }

    mutating func add(_ news: News) {
        if let index = waiting.firstIndex(where: { Self.replaces(news, $0) }) {
            waiting[index] = news
        } else {
            waiting.append(news)
        }
    }

    mutating func take() -> News? { waiting.isEmpty ? nil : waiting.removeFirst() }

    private static func replaces(_ new: News, _ old: News) -> Bool {
        switch (new, old) {
        case (.stateChanged, .stateChanged): true
        case (.run(let new), .run(let old)): new.runID == old.runID && !old.isFinal
        default: false
        }
    }
}
