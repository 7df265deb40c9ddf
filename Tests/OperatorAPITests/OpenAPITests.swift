import DesiredState
import Foundation
import Hummingbird
import Logging
import NIOHTTP1
import ServerCore
import Testing

@testable import OperatorAPI

@Suite struct OpenAPITests {
    @Test("every route that is registered is in the document, and every operation of the document is registered")
    func routes() async throws {
        try await TestAPI.run { api in
            let router = OperatorRouter.make(
                services: api.services, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let registered = router.routes.map { "\($0.method.rawValue) \($0.path)" }
            let published = PublishedOperation.all.map { "\($0.method.rawValue) \(OperatorRouter.root)\($0.path)" }
            #expect(registered.sorted() == published.sorted())
        }
    }

    @Test("operations have names of their own")
    func names() {
        let names = PublishedOperation.all.compactMap { $0.json["operationId"]?.stringValue }
        #expect(names.count == PublishedOperation.all.count && Set(names).count == names.count)
    }

    @Test("every reference of the document leads somewhere")
    func references() {
        var found = 0
        func check(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if let text = members["$ref"]?.stringValue {
                    found += 1
                    let target = text.dropFirst(2).split(separator: "/").reduce(Optional(OpenAPIDocument.json)) {
                        $0?[String($1)]
                    }
                    #expect(target != nil, "\(text)")
                }
                members.values.forEach(check)
            case .array(let elements): elements.forEach(check)
            default: break
            }
        }
        check(OpenAPIDocument.json)
        #expect(found > 100)
    }

    @Test("a server shows its document to everyone, and it is the one in docs")
    func served() async throws {
        try await TestAPI.run { api in
            let answer = try await api.request(.GET, "/openapi.json", as: nil)
            let same = answer.json == OpenAPIDocument.json
            #expect(answer.status == 200 && same)
            #expect(try await api.request(.POST, "/openapi.json", as: nil).status == 405)
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/openapi.json")
        let same = try JSONValue(parsing: Data(contentsOf: file)) == OpenAPIDocument.json
        #expect(same, "make openapi writes docs/openapi.json anew")
    }
}
