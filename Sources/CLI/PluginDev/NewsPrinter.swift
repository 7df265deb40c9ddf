import DesiredState
import PluginWorkshop
import Synchronization

/// Prints news, each a line, from any thread. Statistics are shown when they changed.
final class NewsPrinter: Sendable {
    private let isJSON: Bool
    private let statistics = Mutex<WorkbenchNews?>(nil)

    init(isJSON: Bool) { self.isJSON = isJSON }

    func print(_ news: WorkbenchNews) {
        if isJSON { return Terminal.print(CanonicalJSON.text(news.object)) }
        let kind = news.kind.rawValue
        Terminal.print("\(kind)\(String(repeating: " ", count: max(1, 12 - kind.count)))\(Terminal.escaped(news.text))")
    }

    func printIfNew(_ news: WorkbenchNews) {
        let isNew = statistics.withLock { last in
            defer { last = news }
            return last != news
        }
        if isNew { print(news) }
    }
}
