import DesiredState
import DeviceProtocol
import NIOHTTP1
import ServerCore
import ServerStore
import Testing

/// Every operation of the document, asked by every role and by nobody.
@Suite struct EndpointAccessTests {
    private struct Question: CustomStringConvertible {
        let operation: PublishedOperation
        let query: String
        let needed: OperatorRole?
        var description: String { "\(operation)\(query)" }
    }

    /// An operation that a dry run asks less of is asked both ways.
    private static let questions: [Question] = PublishedOperation.all.flatMap { operation in
        let query = operation.path == "/events/stream" ? "?for=0s" : ""
        let question = Question(operation: operation, query: query, needed: operation.role)
        guard let less = operation.roleOfDryRun else { return [question] }
        return [question, Question(operation: operation, query: "?dryRun=true", needed: less)]
    }

    @Test("the document says of every operation who may ask it")
    func everyOperation() {
        #expect(Self.questions.count > 35)
        let open = Self.questions.filter { $0.needed == nil }
        #expect(open.map(\.description) == ["GET /openapi.json"])
        for question in Self.questions {
            let statuses = question.operation.statuses
            #expect(statuses.contains("401") == (question.needed != nil), "\(question)")
            if let role = question.operation.role {
                #expect(statuses.contains("403") == (role > .read), "\(question)")
            }
        }
    }

    @Test("who may not is refused before anything is read or changed, whatever else is wrong", .tags(.R24))
    func refused() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let before = try await Self.contents(api.store)
            for question in Self.questions {
                guard let needed = question.needed else { continue }
                for role in [nil] + OperatorRole.allCases.map(Optional.some) where role.map({ $0 < needed }) ?? true {
                    for path in [
                        question.operation.filled(device: uid, name: "root") + question.query,
                        question.operation.filled(device: .make(now: 1), name: "none") + question.query
                            + (question.query.isEmpty ? "?" : "&") + "nonsense=1",
                    ] {
                        let answer = try await api.request(
                            question.operation.method, path, as: role, body: Self.carries(question) ? "{{{" : nil,
                            headers: [("content-type", "application/nonsense")])
                        let who = role?.rawValue ?? "nobody"
                        #expect(answer.status == (role == nil ? 401 : 403), "\(question) as \(who): \(answer.status)")
                        #expect(answer.json["status"] == .integer(Int64(answer.status)), "\(question) as \(who)")
                    }
                }
            }
            #expect(try await Self.contents(api.store) == before)
        }
    }

    @Test("who may is not refused for who they are, and gets an answer that the document names", .tags(.R24))
    func allowed() async throws {
        try await TestAPI.run { api in
            for question in Self.questions {
                for role in OperatorRole.allCases where role >= question.needed ?? .read {
                    let uid = try await api.addDevice("web-\(role.rawValue)")
                    let answer = try await api.request(
                        question.operation.method,
                        question.operation.filled(device: uid, name: "spare") + question.query, as: role,
                        body: Self.carries(question) ? "{}" : nil)
                    #expect(
                        ![401, 403, 405].contains(answer.status), "\(question) as \(role.rawValue): \(answer.status)")
                    #expect(
                        question.operation.statuses.contains("\(answer.status)"),
                        "\(question) as \(role.rawValue): \(answer.status)")
                    _ = try await api.request(.DELETE, "/devices/\(uid)")
                }
            }
        }
    }

    private static func carries(_ question: Question) -> Bool { question.operation.json["requestBody"] != nil }

    /// Every row of every table.
    private static func contents(_ store: any SQLStore) async throws -> [String] {
        try await store.read { reader in
            let tables = try reader.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            return try tables.flatMap { table in
                let name = try table.text("name")
                // When a token was used last, which is noted of those who may not, too, is the last column.
                let noted = name == "operator_tokens" ? 1 : 0
                return try reader.query("SELECT * FROM \(name)").map { "\(name): \($0.values.dropLast(noted))" }
            }
        }
    }
}
