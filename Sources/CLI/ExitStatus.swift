/// What scripts can rely on.
enum ExitStatus: Int32 {
    case failed = 1
    case usage
    case notFound
    case conflict
    case invalidInput
    case notAllowed
    case unreachable
    case waitTimedOut
    case taskFailed
}
