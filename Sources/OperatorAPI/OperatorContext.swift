import Hummingbird
import ServerCore

/// One request, and who makes it.
struct OperatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var admission: OperatorAdmission?

    init(source: ApplicationRequestContextSource) { coreContext = CoreRequestContextStorage(source: source) }
}
