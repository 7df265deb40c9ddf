import DurableFiles
import Glibc
import PluginTestBench
import Testing

struct FileBytesTests {
    @Test("a replaced file keeps its mode, a new one gets the mode asked for, nothing else is left in the folder")
    func replaces() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/file"
        try FileBytes.replace(path, with: [1], mode: 0o600)
        #expect(mode(path) == 0o600)
        chmod(path, 0o640)
        try FileBytes.replace(path, with: [2, 3], mode: 0o600)
        #expect(mode(path) == 0o640)
        #expect(try FileBytes.read(path) == [2, 3])
        try FileBytes.makeDirectory("\(directory.path)/a/b/c")
        #expect(rmdir("\(directory.path)/a/b/c") == 0)
    }

    @Test("a symbolic link is not replaced: who may write beside it must not choose what we write")
    func refusesLinks() throws {
        let directory = try TemporaryDirectory()
        symlink("/tmp/elsewhere", "\(directory.path)/link")
        #expect(throws: SystemError.self) { try FileBytes.replace("\(directory.path)/link", with: [1], mode: 0o600) }
    }

    @Test("a file that is not there is nil, one beyond the limit an error")
    func reads() throws {
        let directory = try TemporaryDirectory()
        #expect(try FileBytes.read("\(directory.path)/none") == nil)
        try FileBytes.replace("\(directory.path)/big", with: Array(repeating: 0, count: 101), mode: 0o600)
        #expect(throws: SystemError.self) { try FileBytes.read("\(directory.path)/big", limit: 100) }
        #expect(try FileBytes.read("\(directory.path)/big", limit: 101)?.count == 101)
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return status.st_mode & 0o7777
    }
}
