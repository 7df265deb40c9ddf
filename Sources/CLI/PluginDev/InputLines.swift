import Foundation

/// Lines of standard input, read on a thread of their own, which a pipe or a terminal may hold for ever.
enum InputLines {
    static var all: AsyncStream<String> {
        AsyncStream { lines in
            Thread.detachNewThread {
                while let line = readLine() { lines.yield(line) }
                lines.finish()
            }
        }
    }
}
