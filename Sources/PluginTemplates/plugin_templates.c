/* Written by scripts/list-templates (make templates). */
#include "plugin_templates.h"

/* What the compiler of this package has; it is C23. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t file_0[] = { /* c/CMakeLists.txt */
#embed "Templates/c/CMakeLists.txt"
};

static const uint8_t file_1[] = { /* c/Makefile */
#embed "Templates/c/Makefile"
};

static const uint8_t file_2[] = { /* c/README.md */
#embed "Templates/c/README.md"
};

static const uint8_t file_3[] = { /* c/gitignore */
#embed "Templates/c/gitignore"
};

static const uint8_t file_4[] = { /* c/plugin.yaml */
#embed "Templates/c/plugin.yaml"
};

static const uint8_t file_5[] = { /* c/policy.yaml */
#embed "Templates/c/policy.yaml"
};

static const uint8_t file_6[] = { /* c/src/plugin.c */
#embed "Templates/c/src/plugin.c"
};

static const uint8_t file_7[] = { /* c/tests/test_plugin.c */
#embed "Templates/c/tests/test_plugin.c"
};

static const uint8_t file_8[] = { /* rust/Cargo.lock */
#embed "Templates/rust/Cargo.lock"
};

static const uint8_t file_9[] = { /* rust/Cargo.toml */
#embed "Templates/rust/Cargo.toml"
};

static const uint8_t file_10[] = { /* rust/Makefile */
#embed "Templates/rust/Makefile"
};

static const uint8_t file_11[] = { /* rust/README.md */
#embed "Templates/rust/README.md"
};

static const uint8_t file_12[] = { /* rust/gitignore */
#embed "Templates/rust/gitignore"
};

static const uint8_t file_13[] = { /* rust/plugin.yaml */
#embed "Templates/rust/plugin.yaml"
};

static const uint8_t file_14[] = { /* rust/policy.yaml */
#embed "Templates/rust/policy.yaml"
};

static const uint8_t file_15[] = { /* rust/src/lib.rs */
#embed "Templates/rust/src/lib.rs"
};

static const uint8_t file_16[] = { /* rust/src/martlet/host.rs */
#embed "Templates/rust/src/martlet/host.rs"
};

static const uint8_t file_17[] = { /* rust/src/martlet/mod.rs */
#embed "Templates/rust/src/martlet/mod.rs"
};

static const uint8_t file_18[] = { /* rust/src/martlet/raw.rs */
#embed "Templates/rust/src/martlet/raw.rs"
};

static const uint8_t file_19[] = { /* rust/src/martlet/sides.rs */
#embed "Templates/rust/src/martlet/sides.rs"
};

static const uint8_t file_20[] = { /* rust/src/plugin.rs */
#embed "Templates/rust/src/plugin.rs"
};

static const uint8_t file_21[] = { /* sdk/lib/cmake/Martlet/MartletConfig.cmake */
#embed "Templates/sdk/lib/cmake/Martlet/MartletConfig.cmake"
};

static const uint8_t file_22[] = { /* sdk/lib/cmake/Martlet/MartletConfigVersion.cmake */
#embed "Templates/sdk/lib/cmake/Martlet/MartletConfigVersion.cmake"
};

static const uint8_t file_23[] = { /* sdk/lib/pkgconfig/martlet.pc */
#embed "Templates/sdk/lib/pkgconfig/martlet.pc"
};

static const uint8_t file_24[] = { /* sdk-swift/Package.swift */
#embed "Templates/sdk-swift/Package.swift"
};

static const uint8_t file_25[] = { /* swift/Makefile */
#embed "Templates/swift/Makefile"
};

static const uint8_t file_26[] = { /* swift/Package.swift */
#embed "Templates/swift/Package.swift"
};

static const uint8_t file_27[] = { /* swift/README.md */
#embed "Templates/swift/README.md"
};

static const uint8_t file_28[] = { /* swift/Sources/GreeterPlugin/GreeterPlugin.swift */
#embed "Templates/swift/Sources/GreeterPlugin/GreeterPlugin.swift"
};

static const uint8_t file_29[] = { /* swift/Sources/GreeterPlugin/Greeting.swift */
#embed "Templates/swift/Sources/GreeterPlugin/Greeting.swift"
};

static const uint8_t file_30[] = { /* swift/Sources/GreeterPlugin/WallClock.swift */
#embed "Templates/swift/Sources/GreeterPlugin/WallClock.swift"
};

static const uint8_t file_31[] = { /* swift/Sources/GreeterPluginEntry/Entry.swift */
#embed "Templates/swift/Sources/GreeterPluginEntry/Entry.swift"
};

static const uint8_t file_32[] = { /* swift/Tests/GreeterPluginTests/GreetingTests.swift */
#embed "Templates/swift/Tests/GreeterPluginTests/GreetingTests.swift"
};

static const uint8_t file_33[] = { /* swift/gitignore */
#embed "Templates/swift/gitignore"
};

static const uint8_t file_34[] = { /* swift/plugin.version */
#embed "Templates/swift/plugin.version"
};

static const uint8_t file_35[] = { /* swift/plugin.yaml */
#embed "Templates/swift/plugin.yaml"
};

static const uint8_t file_36[] = { /* swift/policy.yaml */
#embed "Templates/swift/policy.yaml"
};

static const uint8_t file_37[] = { /* sdk/include/martlet/base.h */
#embed "../MartletABI/include/martlet/base.h"
};

static const uint8_t file_38[] = { /* sdk/include/martlet/call.h */
#embed "../MartletABI/include/martlet/call.h"
};

static const uint8_t file_39[] = { /* sdk/include/martlet/error.h */
#embed "../MartletABI/include/martlet/error.h"
};

static const uint8_t file_40[] = { /* sdk/include/martlet/ext/control.h */
#embed "../MartletABI/include/martlet/ext/control.h"
};

static const uint8_t file_41[] = { /* sdk/include/martlet/ext/draft/artifact.h */
#embed "../MartletABI/include/martlet/ext/draft/artifact.h"
};

static const uint8_t file_42[] = { /* sdk/include/martlet/ext/events.h */
#embed "../MartletABI/include/martlet/ext/events.h"
};

static const uint8_t file_43[] = { /* sdk/include/martlet/ext/file.h */
#embed "../MartletABI/include/martlet/ext/file.h"
};

static const uint8_t file_44[] = { /* sdk/include/martlet/ext/log.h */
#embed "../MartletABI/include/martlet/ext/log.h"
};

static const uint8_t file_45[] = { /* sdk/include/martlet/ext/secret.h */
#embed "../MartletABI/include/martlet/ext/secret.h"
};

static const uint8_t file_46[] = { /* sdk/include/martlet/ext/service.h */
#embed "../MartletABI/include/martlet/ext/service.h"
};

static const uint8_t file_47[] = { /* sdk/include/martlet/ext/settings.h */
#embed "../MartletABI/include/martlet/ext/settings.h"
};

static const uint8_t file_48[] = { /* sdk/include/martlet/ext/state.h */
#embed "../MartletABI/include/martlet/ext/state.h"
};

static const uint8_t file_49[] = { /* sdk/include/martlet/ext/statistics.h */
#embed "../MartletABI/include/martlet/ext/statistics.h"
};

static const uint8_t file_50[] = { /* sdk/include/martlet/ext/storage.h */
#embed "../MartletABI/include/martlet/ext/storage.h"
};

static const uint8_t file_51[] = { /* sdk/include/martlet/ext/tasks.h */
#embed "../MartletABI/include/martlet/ext/tasks.h"
};

static const uint8_t file_52[] = { /* sdk/include/martlet/host.h */
#embed "../MartletABI/include/martlet/host.h"
};

static const uint8_t file_53[] = { /* sdk/include/martlet/layout.h */
#embed "../MartletABI/include/martlet/layout.h"
};

static const uint8_t file_54[] = { /* sdk/include/martlet/martlet.h */
#embed "../MartletABI/include/martlet/martlet.h"
};

static const uint8_t file_55[] = { /* sdk/include/martlet/module.h */
#embed "../MartletABI/include/martlet/module.h"
};

static const uint8_t file_56[] = { /* sdk/include/martlet/sink.h */
#embed "../MartletABI/include/martlet/sink.h"
};

static const uint8_t file_57[] = { /* sdk/include/module.modulemap */
#embed "../MartletABI/include/module.modulemap"
};

static const uint8_t file_58[] = { /* sdk/share/martlet/plugin.version */
#embed "../../Plugins/plugin.version"
};

static const uint8_t file_59[] = { /* sdk-swift/Sources/MartletPluginKit/ApplicationPlugin.swift */
#embed "../MartletPluginKit/ApplicationPlugin.swift"
};

static const uint8_t file_60[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/BlockingCall.swift */
#embed "../MartletPluginKit/Bridge/BlockingCall.swift"
};

static const uint8_t file_61[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CEvent.swift */
#embed "../MartletPluginKit/Bridge/CEvent.swift"
};

static const uint8_t file_62[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CString.swift */
#embed "../MartletPluginKit/Bridge/CString.swift"
};

static const uint8_t file_63[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CallDeadline.swift */
#embed "../MartletPluginKit/Bridge/CallDeadline.swift"
};

static const uint8_t file_64[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/ErasedPlugin.swift */
#embed "../MartletPluginKit/Bridge/ErasedPlugin.swift"
};

static const uint8_t file_65[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/ErrorRecord.swift */
#embed "../MartletPluginKit/Bridge/ErrorRecord.swift"
};

static const uint8_t file_66[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/GatheringSink.swift */
#embed "../MartletPluginKit/Bridge/GatheringSink.swift"
};

static const uint8_t file_67[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginExtensions.swift */
#embed "../MartletPluginKit/Bridge/PluginExtensions.swift"
};

static const uint8_t file_68[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginInstance.swift */
#embed "../MartletPluginKit/Bridge/PluginInstance.swift"
};

static const uint8_t file_69[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginOperations.swift */
#embed "../MartletPluginKit/Bridge/PluginOperations.swift"
};

static const uint8_t file_70[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/StaticMemory.swift */
#embed "../MartletPluginKit/Bridge/StaticMemory.swift"
};

static const uint8_t file_71[] = { /* sdk-swift/Sources/MartletPluginKit/Command.swift */
#embed "../MartletPluginKit/Command.swift"
};

static const uint8_t file_72[] = { /* sdk-swift/Sources/MartletPluginKit/ControlAction.swift */
#embed "../MartletPluginKit/ControlAction.swift"
};

static const uint8_t file_73[] = { /* sdk-swift/Sources/MartletPluginKit/DetailValue.swift */
#embed "../MartletPluginKit/DetailValue.swift"
};

static const uint8_t file_74[] = { /* sdk-swift/Sources/MartletPluginKit/Documents.swift */
#embed "../MartletPluginKit/Documents.swift"
};

static const uint8_t file_75[] = { /* sdk-swift/Sources/MartletPluginKit/Event.swift */
#embed "../MartletPluginKit/Event.swift"
};

static const uint8_t file_76[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Artifact.swift */
#embed "../MartletPluginKit/Host/Artifact.swift"
};

static const uint8_t file_77[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Actions.swift */
#embed "../MartletPluginKit/Host/Host+Actions.swift"
};

static const uint8_t file_78[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Events.swift */
#embed "../MartletPluginKit/Host/Host+Events.swift"
};

static const uint8_t file_79[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Notices.swift */
#embed "../MartletPluginKit/Host/Host+Notices.swift"
};

static const uint8_t file_80[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Secrets.swift */
#embed "../MartletPluginKit/Host/Host+Secrets.swift"
};

static const uint8_t file_81[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Storage.swift */
#embed "../MartletPluginKit/Host/Host+Storage.swift"
};

static const uint8_t file_82[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host.swift */
#embed "../MartletPluginKit/Host/Host.swift"
};

static const uint8_t file_83[] = { /* sdk-swift/Sources/MartletPluginKit/Host/UnitState.swift */
#embed "../MartletPluginKit/Host/UnitState.swift"
};

static const uint8_t file_84[] = { /* sdk-swift/Sources/MartletPluginKit/InstanceState.swift */
#embed "../MartletPluginKit/InstanceState.swift"
};

static const uint8_t file_85[] = { /* sdk-swift/Sources/MartletPluginKit/InstanceStatistics.swift */
#embed "../MartletPluginKit/InstanceStatistics.swift"
};

static const uint8_t file_86[] = { /* sdk-swift/Sources/MartletPluginKit/PluginFailure.swift */
#embed "../MartletPluginKit/PluginFailure.swift"
};

static const uint8_t file_87[] = { /* sdk-swift/Sources/MartletPluginKit/PluginIdentity.swift */
#embed "../MartletPluginKit/PluginIdentity.swift"
};

static const uint8_t file_88[] = { /* sdk-swift/Sources/MartletPluginKit/PluginModule.swift */
#embed "../MartletPluginKit/PluginModule.swift"
};

static const uint8_t file_89[] = { /* sdk-swift/Sources/MartletPluginKit/PluginTask.swift */
#embed "../MartletPluginKit/PluginTask.swift"
};

static const uint8_t file_90[] = { /* sdk-swift/Sources/MartletPluginKit/TaskRun.swift */
#embed "../MartletPluginKit/TaskRun.swift"
};

static const uint8_t file_91[] = { /* sdk-swift/Sources/MartletABI/layout.c */
#embed "../MartletABI/layout.c"
};

static const plugin_template templates[] = {
    {"c/CMakeLists.txt", file_0, sizeof file_0},
    {"c/Makefile", file_1, sizeof file_1},
    {"c/README.md", file_2, sizeof file_2},
    {"c/gitignore", file_3, sizeof file_3},
    {"c/plugin.yaml", file_4, sizeof file_4},
    {"c/policy.yaml", file_5, sizeof file_5},
    {"c/src/plugin.c", file_6, sizeof file_6},
    {"c/tests/test_plugin.c", file_7, sizeof file_7},
    {"rust/Cargo.lock", file_8, sizeof file_8},
    {"rust/Cargo.toml", file_9, sizeof file_9},
    {"rust/Makefile", file_10, sizeof file_10},
    {"rust/README.md", file_11, sizeof file_11},
    {"rust/gitignore", file_12, sizeof file_12},
    {"rust/plugin.yaml", file_13, sizeof file_13},
    {"rust/policy.yaml", file_14, sizeof file_14},
    {"rust/src/lib.rs", file_15, sizeof file_15},
    {"rust/src/martlet/host.rs", file_16, sizeof file_16},
    {"rust/src/martlet/mod.rs", file_17, sizeof file_17},
    {"rust/src/martlet/raw.rs", file_18, sizeof file_18},
    {"rust/src/martlet/sides.rs", file_19, sizeof file_19},
    {"rust/src/plugin.rs", file_20, sizeof file_20},
    {"sdk/lib/cmake/Martlet/MartletConfig.cmake", file_21, sizeof file_21},
    {"sdk/lib/cmake/Martlet/MartletConfigVersion.cmake", file_22, sizeof file_22},
    {"sdk/lib/pkgconfig/martlet.pc", file_23, sizeof file_23},
    {"sdk-swift/Package.swift", file_24, sizeof file_24},
    {"swift/Makefile", file_25, sizeof file_25},
    {"swift/Package.swift", file_26, sizeof file_26},
    {"swift/README.md", file_27, sizeof file_27},
    {"swift/Sources/GreeterPlugin/GreeterPlugin.swift", file_28, sizeof file_28},
    {"swift/Sources/GreeterPlugin/Greeting.swift", file_29, sizeof file_29},
    {"swift/Sources/GreeterPlugin/WallClock.swift", file_30, sizeof file_30},
    {"swift/Sources/GreeterPluginEntry/Entry.swift", file_31, sizeof file_31},
    {"swift/Tests/GreeterPluginTests/GreetingTests.swift", file_32, sizeof file_32},
    {"swift/gitignore", file_33, sizeof file_33},
    {"swift/plugin.version", file_34, sizeof file_34},
    {"swift/plugin.yaml", file_35, sizeof file_35},
    {"swift/policy.yaml", file_36, sizeof file_36},
    {"sdk/include/martlet/base.h", file_37, sizeof file_37},
    {"sdk/include/martlet/call.h", file_38, sizeof file_38},
    {"sdk/include/martlet/error.h", file_39, sizeof file_39},
    {"sdk/include/martlet/ext/control.h", file_40, sizeof file_40},
    {"sdk/include/martlet/ext/draft/artifact.h", file_41, sizeof file_41},
    {"sdk/include/martlet/ext/events.h", file_42, sizeof file_42},
    {"sdk/include/martlet/ext/file.h", file_43, sizeof file_43},
    {"sdk/include/martlet/ext/log.h", file_44, sizeof file_44},
    {"sdk/include/martlet/ext/secret.h", file_45, sizeof file_45},
    {"sdk/include/martlet/ext/service.h", file_46, sizeof file_46},
    {"sdk/include/martlet/ext/settings.h", file_47, sizeof file_47},
    {"sdk/include/martlet/ext/state.h", file_48, sizeof file_48},
    {"sdk/include/martlet/ext/statistics.h", file_49, sizeof file_49},
    {"sdk/include/martlet/ext/storage.h", file_50, sizeof file_50},
    {"sdk/include/martlet/ext/tasks.h", file_51, sizeof file_51},
    {"sdk/include/martlet/host.h", file_52, sizeof file_52},
    {"sdk/include/martlet/layout.h", file_53, sizeof file_53},
    {"sdk/include/martlet/martlet.h", file_54, sizeof file_54},
    {"sdk/include/martlet/module.h", file_55, sizeof file_55},
    {"sdk/include/martlet/sink.h", file_56, sizeof file_56},
    {"sdk/include/module.modulemap", file_57, sizeof file_57},
    {"sdk/share/martlet/plugin.version", file_58, sizeof file_58},
    {"sdk-swift/Sources/MartletPluginKit/ApplicationPlugin.swift", file_59, sizeof file_59},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/BlockingCall.swift", file_60, sizeof file_60},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CEvent.swift", file_61, sizeof file_61},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CString.swift", file_62, sizeof file_62},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CallDeadline.swift", file_63, sizeof file_63},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/ErasedPlugin.swift", file_64, sizeof file_64},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/ErrorRecord.swift", file_65, sizeof file_65},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/GatheringSink.swift", file_66, sizeof file_66},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginExtensions.swift", file_67, sizeof file_67},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginInstance.swift", file_68, sizeof file_68},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginOperations.swift", file_69, sizeof file_69},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/StaticMemory.swift", file_70, sizeof file_70},
    {"sdk-swift/Sources/MartletPluginKit/Command.swift", file_71, sizeof file_71},
    {"sdk-swift/Sources/MartletPluginKit/ControlAction.swift", file_72, sizeof file_72},
    {"sdk-swift/Sources/MartletPluginKit/DetailValue.swift", file_73, sizeof file_73},
    {"sdk-swift/Sources/MartletPluginKit/Documents.swift", file_74, sizeof file_74},
    {"sdk-swift/Sources/MartletPluginKit/Event.swift", file_75, sizeof file_75},
    {"sdk-swift/Sources/MartletPluginKit/Host/Artifact.swift", file_76, sizeof file_76},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Actions.swift", file_77, sizeof file_77},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Events.swift", file_78, sizeof file_78},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Notices.swift", file_79, sizeof file_79},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Secrets.swift", file_80, sizeof file_80},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Storage.swift", file_81, sizeof file_81},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host.swift", file_82, sizeof file_82},
    {"sdk-swift/Sources/MartletPluginKit/Host/UnitState.swift", file_83, sizeof file_83},
    {"sdk-swift/Sources/MartletPluginKit/InstanceState.swift", file_84, sizeof file_84},
    {"sdk-swift/Sources/MartletPluginKit/InstanceStatistics.swift", file_85, sizeof file_85},
    {"sdk-swift/Sources/MartletPluginKit/PluginFailure.swift", file_86, sizeof file_86},
    {"sdk-swift/Sources/MartletPluginKit/PluginIdentity.swift", file_87, sizeof file_87},
    {"sdk-swift/Sources/MartletPluginKit/PluginModule.swift", file_88, sizeof file_88},
    {"sdk-swift/Sources/MartletPluginKit/PluginTask.swift", file_89, sizeof file_89},
    {"sdk-swift/Sources/MartletPluginKit/TaskRun.swift", file_90, sizeof file_90},
    {"sdk-swift/Sources/MartletABI/layout.c", file_91, sizeof file_91},
};

const plugin_template *plugin_template_at(size_t index) {
    return index < sizeof templates / sizeof *templates ? &templates[index] : NULL;
}
