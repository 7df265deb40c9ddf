import PluginWorkshop
import Synchronization

/// Remembers what the workbench told.
final class NewsRecorder: Sendable {
    private let heard = Mutex<[WorkbenchNews]>([])

    func tell(_ news: WorkbenchNews) { heard.withLock { $0.append(news) } }

    func texts(_ kind: WorkbenchNews.Kind) -> [String] { heard.withLock { $0.filter { $0.kind == kind }.map(\.text) } }
}
