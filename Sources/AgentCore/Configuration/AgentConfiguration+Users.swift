import AgentPlugins
import Glibc
import PluginPackage

extension AgentConfiguration {
    /// Whom the agent becomes: a user that exists, is not root, and is none of plugins'.
    static func readUser(_ node: YAMLNode) throws(YAMLError) -> User {
        let user = try findUser(node)
        guard user.uid != 0, user.gid != 0, !PluginUser.isPlugins(user.uid) else {
            throw node.error(
                expected: "a user other than root and those of plugins; without the key the agent stays root")
        }
        return user
    }

    static func findUser(_ node: YAMLNode) throws(YAMLError) -> User {
        let name = try node.text("a user's name")
        guard let found = getpwnam(name)?.pointee else {
            throw node.error(expected: "a user of this host (adduser --system --group \(name) makes one)")
        }
        return User(name: name, uid: found.pw_uid, gid: found.pw_gid)
    }
}
