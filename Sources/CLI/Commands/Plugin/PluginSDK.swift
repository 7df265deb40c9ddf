import ArgumentParser
import Foundation

/// `martlet plugin sdk`
struct PluginSDK: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sdk", abstract: "Write what plugins are built with: headers for C, the package for Swift.",
        discussion: """
            DIRECTORY/include has the headers, DIRECTORY/lib/pkgconfig and DIRECTORY/lib/cmake what pkg-config and CMake find
            them by, DIRECTORY/share/martlet the linker script. The folder itself is a Swift package with the product
            MartletPluginKit. It may be moved.

            EXAMPLES
              martlet plugin sdk /opt/martlet-sdk
              PKG_CONFIG_PATH=/opt/martlet-sdk/lib/pkgconfig pkg-config --cflags martlet
              cmake -B build -DCMAKE_PREFIX_PATH=/opt/martlet-sdk
            """)

    @Argument(help: "Folder to make.")
    var directory: String

    func run() throws {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        try NewFolder.write(["sdk", "sdk-swift"].flatMap { TemplateSet.files(of: $0) }, to: folder)
        Terminal.print(folder.path)
    }
}
