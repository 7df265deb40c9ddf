public import MartletABI
import MartletPluginKit
import NginxManagement

@c(martlet_module_v1)
public func entry() -> UnsafePointer<martlet_module> { PluginModule.of(NginxPlugin.self) }
