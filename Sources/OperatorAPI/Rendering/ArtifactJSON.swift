import DesiredState
import ServerCore

/// An artifact as REST shows it.
enum ArtifactJSON {
    static func make(_ artifact: ArtifactRecord) -> JSONValue {
        .object(
            fields: [
                "name": .string(artifact.name), "run": .string("\(artifact.run)"),
                "device": .string("\(artifact.device)"), "size": .integer(artifact.size),
                "sha256": .string(Digest.hex(artifact.digest)), "created": .time(artifact.createdAt),
            ])
    }
}
