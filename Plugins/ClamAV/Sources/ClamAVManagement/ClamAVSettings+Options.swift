internal import MartletPluginKit

extension ClamAVSettings {
    /// Options of clamd that the plugin owns. Those that may stand there once are taken out of the administrator's part.
    static let ownedOnce = ["DetectPUA", "AlertEncrypted", "MaxFileSize", "MaxScanSize"]

    package var options: [ClamdOption] {
        [
            ClamdOption("DetectPUA", detectPua ? "yes" : "no"),
            ClamdOption("AlertEncrypted", alertEncrypted ? "yes" : "no"),
            ClamdOption("MaxFileSize", "\(maxFileSizeMiB)M"), ClamdOption("MaxScanSize", "\(maxScanSizeMiB)M"),
        ] + excludePaths.map { ClamdOption("ExcludePath", $0) }
    }

    /// These settings with what the options of clamd's configuration say instead.
    package func reading(_ options: [ClamdOption]) -> ClamAVSettings {
        var read = self
        read.excludePaths = []
        for option in options {
            switch option.name {
            case "DetectPUA": read.detectPua = Self.isYes(option.value)
            case "AlertEncrypted": read.alertEncrypted = Self.isYes(option.value)
            case "MaxFileSize": read.maxFileSizeMiB = Self.mebibytes(option.value) ?? maxFileSizeMiB
            case "MaxScanSize": read.maxScanSizeMiB = Self.mebibytes(option.value) ?? maxScanSizeMiB
            case "ExcludePath": read.excludePaths.append(option.value)
            default: break
            }
        }
        return read
    }

    /// What the schema cannot say.
    func check() throws(PluginFailure) {
        if maxScanSizeMiB < maxFileSizeMiB {
            throw PluginFailure(
                .invalidArgument, "maxScanSizeMiB must be at least maxFileSizeMiB (\(maxFileSizeMiB))",
                pointer: "/maxScanSizeMiB")
        }
        for (index, path) in excludePaths.enumerated() where path.contains(where: \.isNewline) || path.isEmpty {
            throw PluginFailure(
                .invalidArgument, "an excluded path is one line and not empty", pointer: "/excludePaths/\(index)")
        }
    }

    private static func isYes(_ value: String) -> Bool { ["yes", "true", "1"].contains(value.lowercased()) }

    private static func mebibytes(_ value: String) -> Int? {
        if value.hasSuffix("M") || value.hasSuffix("m") { return Int(value.dropLast()) }
        return Int(value).map { $0 >> 20 }
    }
}
