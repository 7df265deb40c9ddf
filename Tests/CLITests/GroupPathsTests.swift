import DesiredState
import Testing

@testable import CLI

@Suite struct GroupPathsTests {
    @Test("every table shows a group as its path, however it was written")
    func paths() {
        let paths = GroupPaths([
            ["metadata": ["name": "root"], "spec": [:]], ["metadata": ["name": "servers"], "spec": ["parent": "root"]],
            ["metadata": ["name": "web"], "spec": ["parent": "root/servers"]],
        ])
        #expect(paths.path(of: "web") == "root/servers/web" && paths.path(of: "root/servers") == "root/servers")
        #expect(paths.path(of: "root") == "root" && paths.path(of: "gone") == "gone")
        #expect(
            paths.shown(["spec": ["scope": ["group": "web"]]]) == ["spec": ["scope": ["group": "root/servers/web"]]])
        #expect(paths.shown(["spec": ["group": "servers", "x": 1]]) == ["spec": ["group": "root/servers", "x": 1]])
        let circle = GroupPaths([
            ["metadata": ["name": "a"], "spec": ["parent": "b"]], ["metadata": ["name": "b"], "spec": ["parent": "a"]],
        ])
        #expect(circle.path(of: "a").hasSuffix("a"))
    }
}
