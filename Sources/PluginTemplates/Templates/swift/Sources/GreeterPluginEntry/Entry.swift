import GreeterPlugin
public import MartletABI
import MartletPluginKit

@c(martlet_module_v1)
public func entry() -> UnsafePointer<martlet_module> { PluginModule.of(GreeterPlugin.self) }
