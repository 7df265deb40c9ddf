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

static const uint8_t file_8[] = { /* sdk/lib/cmake/Martlet/MartletConfig.cmake */
#embed "Templates/sdk/lib/cmake/Martlet/MartletConfig.cmake"
};

static const uint8_t file_9[] = { /* sdk/lib/cmake/Martlet/MartletConfigVersion.cmake */
#embed "Templates/sdk/lib/cmake/Martlet/MartletConfigVersion.cmake"
};

static const uint8_t file_10[] = { /* sdk/lib/pkgconfig/martlet.pc */
#embed "Templates/sdk/lib/pkgconfig/martlet.pc"
};

static const uint8_t file_11[] = { /* sdk-swift/Package.swift */
#embed "Templates/sdk-swift/Package.swift"
};

static const uint8_t file_12[] = { /* sdk/include/martlet/base.h */
#embed "../MartletABI/include/martlet/base.h"
};

static const uint8_t file_13[] = { /* sdk/include/martlet/call.h */
#embed "../MartletABI/include/martlet/call.h"
};

static const uint8_t file_14[] = { /* sdk/include/martlet/error.h */
#embed "../MartletABI/include/martlet/error.h"
};

static const uint8_t file_15[] = { /* sdk/include/martlet/ext/control.h */
#embed "../MartletABI/include/martlet/ext/control.h"
};

static const uint8_t file_16[] = { /* sdk/include/martlet/ext/draft/artifact.h */
#embed "../MartletABI/include/martlet/ext/draft/artifact.h"
};

static const uint8_t file_17[] = { /* sdk/include/martlet/ext/events.h */
#embed "../MartletABI/include/martlet/ext/events.h"
};

static const uint8_t file_18[] = { /* sdk/include/martlet/ext/file.h */
#embed "../MartletABI/include/martlet/ext/file.h"
};

static const uint8_t file_19[] = { /* sdk/include/martlet/ext/log.h */
#embed "../MartletABI/include/martlet/ext/log.h"
};

static const uint8_t file_20[] = { /* sdk/include/martlet/ext/secret.h */
#embed "../MartletABI/include/martlet/ext/secret.h"
};

static const uint8_t file_21[] = { /* sdk/include/martlet/ext/service.h */
#embed "../MartletABI/include/martlet/ext/service.h"
};

static const uint8_t file_22[] = { /* sdk/include/martlet/ext/settings.h */
#embed "../MartletABI/include/martlet/ext/settings.h"
};

static const uint8_t file_23[] = { /* sdk/include/martlet/ext/state.h */
#embed "../MartletABI/include/martlet/ext/state.h"
};

static const uint8_t file_24[] = { /* sdk/include/martlet/ext/statistics.h */
#embed "../MartletABI/include/martlet/ext/statistics.h"
};

static const uint8_t file_25[] = { /* sdk/include/martlet/ext/storage.h */
#embed "../MartletABI/include/martlet/ext/storage.h"
};

static const uint8_t file_26[] = { /* sdk/include/martlet/ext/tasks.h */
#embed "../MartletABI/include/martlet/ext/tasks.h"
};

static const uint8_t file_27[] = { /* sdk/include/martlet/host.h */
#embed "../MartletABI/include/martlet/host.h"
};

static const uint8_t file_28[] = { /* sdk/include/martlet/layout.h */
#embed "../MartletABI/include/martlet/layout.h"
};

static const uint8_t file_29[] = { /* sdk/include/martlet/martlet.h */
#embed "../MartletABI/include/martlet/martlet.h"
};

static const uint8_t file_30[] = { /* sdk/include/martlet/module.h */
#embed "../MartletABI/include/martlet/module.h"
};

static const uint8_t file_31[] = { /* sdk/include/martlet/sink.h */
#embed "../MartletABI/include/martlet/sink.h"
};

static const uint8_t file_32[] = { /* sdk/include/module.modulemap */
#embed "../MartletABI/include/module.modulemap"
};

static const uint8_t file_33[] = { /* sdk/share/martlet/plugin.version */
#embed "../../Plugins/plugin.version"
};

static const uint8_t file_34[] = { /* sdk-swift/Sources/MartletPluginKit/ApplicationPlugin.swift */
#embed "../MartletPluginKit/ApplicationPlugin.swift"
};

static const uint8_t file_35[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/BlockingCall.swift */
#embed "../MartletPluginKit/Bridge/BlockingCall.swift"
};

static const uint8_t file_36[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CEvent.swift */
#embed "../MartletPluginKit/Bridge/CEvent.swift"
};

static const uint8_t file_37[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CString.swift */
#embed "../MartletPluginKit/Bridge/CString.swift"
};

static const uint8_t file_38[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/CallDeadline.swift */
#embed "../MartletPluginKit/Bridge/CallDeadline.swift"
};

static const uint8_t file_39[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/ErasedPlugin.swift */
#embed "../MartletPluginKit/Bridge/ErasedPlugin.swift"
};

static const uint8_t file_40[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/ErrorRecord.swift */
#embed "../MartletPluginKit/Bridge/ErrorRecord.swift"
};

static const uint8_t file_41[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/GatheringSink.swift */
#embed "../MartletPluginKit/Bridge/GatheringSink.swift"
};

static const uint8_t file_42[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginExtensions.swift */
#embed "../MartletPluginKit/Bridge/PluginExtensions.swift"
};

static const uint8_t file_43[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginInstance.swift */
#embed "../MartletPluginKit/Bridge/PluginInstance.swift"
};

static const uint8_t file_44[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/PluginOperations.swift */
#embed "../MartletPluginKit/Bridge/PluginOperations.swift"
};

static const uint8_t file_45[] = { /* sdk-swift/Sources/MartletPluginKit/Bridge/StaticMemory.swift */
#embed "../MartletPluginKit/Bridge/StaticMemory.swift"
};

static const uint8_t file_46[] = { /* sdk-swift/Sources/MartletPluginKit/ControlAction.swift */
#embed "../MartletPluginKit/ControlAction.swift"
};

static const uint8_t file_47[] = { /* sdk-swift/Sources/MartletPluginKit/DetailValue.swift */
#embed "../MartletPluginKit/DetailValue.swift"
};

static const uint8_t file_48[] = { /* sdk-swift/Sources/MartletPluginKit/Documents.swift */
#embed "../MartletPluginKit/Documents.swift"
};

static const uint8_t file_49[] = { /* sdk-swift/Sources/MartletPluginKit/Event.swift */
#embed "../MartletPluginKit/Event.swift"
};

static const uint8_t file_50[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Artifact.swift */
#embed "../MartletPluginKit/Host/Artifact.swift"
};

static const uint8_t file_51[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Actions.swift */
#embed "../MartletPluginKit/Host/Host+Actions.swift"
};

static const uint8_t file_52[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Events.swift */
#embed "../MartletPluginKit/Host/Host+Events.swift"
};

static const uint8_t file_53[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Notices.swift */
#embed "../MartletPluginKit/Host/Host+Notices.swift"
};

static const uint8_t file_54[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Secrets.swift */
#embed "../MartletPluginKit/Host/Host+Secrets.swift"
};

static const uint8_t file_55[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host+Storage.swift */
#embed "../MartletPluginKit/Host/Host+Storage.swift"
};

static const uint8_t file_56[] = { /* sdk-swift/Sources/MartletPluginKit/Host/Host.swift */
#embed "../MartletPluginKit/Host/Host.swift"
};

static const uint8_t file_57[] = { /* sdk-swift/Sources/MartletPluginKit/Host/UnitState.swift */
#embed "../MartletPluginKit/Host/UnitState.swift"
};

static const uint8_t file_58[] = { /* sdk-swift/Sources/MartletPluginKit/InstanceState.swift */
#embed "../MartletPluginKit/InstanceState.swift"
};

static const uint8_t file_59[] = { /* sdk-swift/Sources/MartletPluginKit/InstanceStatistics.swift */
#embed "../MartletPluginKit/InstanceStatistics.swift"
};

static const uint8_t file_60[] = { /* sdk-swift/Sources/MartletPluginKit/PluginFailure.swift */
#embed "../MartletPluginKit/PluginFailure.swift"
};

static const uint8_t file_61[] = { /* sdk-swift/Sources/MartletPluginKit/PluginIdentity.swift */
#embed "../MartletPluginKit/PluginIdentity.swift"
};

static const uint8_t file_62[] = { /* sdk-swift/Sources/MartletPluginKit/PluginModule.swift */
#embed "../MartletPluginKit/PluginModule.swift"
};

static const uint8_t file_63[] = { /* sdk-swift/Sources/MartletPluginKit/PluginTask.swift */
#embed "../MartletPluginKit/PluginTask.swift"
};

static const uint8_t file_64[] = { /* sdk-swift/Sources/MartletPluginKit/TaskRun.swift */
#embed "../MartletPluginKit/TaskRun.swift"
};

static const uint8_t file_65[] = { /* sdk-swift/Sources/MartletABI/layout.c */
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
    {"sdk/lib/cmake/Martlet/MartletConfig.cmake", file_8, sizeof file_8},
    {"sdk/lib/cmake/Martlet/MartletConfigVersion.cmake", file_9, sizeof file_9},
    {"sdk/lib/pkgconfig/martlet.pc", file_10, sizeof file_10},
    {"sdk-swift/Package.swift", file_11, sizeof file_11},
    {"sdk/include/martlet/base.h", file_12, sizeof file_12},
    {"sdk/include/martlet/call.h", file_13, sizeof file_13},
    {"sdk/include/martlet/error.h", file_14, sizeof file_14},
    {"sdk/include/martlet/ext/control.h", file_15, sizeof file_15},
    {"sdk/include/martlet/ext/draft/artifact.h", file_16, sizeof file_16},
    {"sdk/include/martlet/ext/events.h", file_17, sizeof file_17},
    {"sdk/include/martlet/ext/file.h", file_18, sizeof file_18},
    {"sdk/include/martlet/ext/log.h", file_19, sizeof file_19},
    {"sdk/include/martlet/ext/secret.h", file_20, sizeof file_20},
    {"sdk/include/martlet/ext/service.h", file_21, sizeof file_21},
    {"sdk/include/martlet/ext/settings.h", file_22, sizeof file_22},
    {"sdk/include/martlet/ext/state.h", file_23, sizeof file_23},
    {"sdk/include/martlet/ext/statistics.h", file_24, sizeof file_24},
    {"sdk/include/martlet/ext/storage.h", file_25, sizeof file_25},
    {"sdk/include/martlet/ext/tasks.h", file_26, sizeof file_26},
    {"sdk/include/martlet/host.h", file_27, sizeof file_27},
    {"sdk/include/martlet/layout.h", file_28, sizeof file_28},
    {"sdk/include/martlet/martlet.h", file_29, sizeof file_29},
    {"sdk/include/martlet/module.h", file_30, sizeof file_30},
    {"sdk/include/martlet/sink.h", file_31, sizeof file_31},
    {"sdk/include/module.modulemap", file_32, sizeof file_32},
    {"sdk/share/martlet/plugin.version", file_33, sizeof file_33},
    {"sdk-swift/Sources/MartletPluginKit/ApplicationPlugin.swift", file_34, sizeof file_34},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/BlockingCall.swift", file_35, sizeof file_35},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CEvent.swift", file_36, sizeof file_36},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CString.swift", file_37, sizeof file_37},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/CallDeadline.swift", file_38, sizeof file_38},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/ErasedPlugin.swift", file_39, sizeof file_39},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/ErrorRecord.swift", file_40, sizeof file_40},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/GatheringSink.swift", file_41, sizeof file_41},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginExtensions.swift", file_42, sizeof file_42},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginInstance.swift", file_43, sizeof file_43},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/PluginOperations.swift", file_44, sizeof file_44},
    {"sdk-swift/Sources/MartletPluginKit/Bridge/StaticMemory.swift", file_45, sizeof file_45},
    {"sdk-swift/Sources/MartletPluginKit/ControlAction.swift", file_46, sizeof file_46},
    {"sdk-swift/Sources/MartletPluginKit/DetailValue.swift", file_47, sizeof file_47},
    {"sdk-swift/Sources/MartletPluginKit/Documents.swift", file_48, sizeof file_48},
    {"sdk-swift/Sources/MartletPluginKit/Event.swift", file_49, sizeof file_49},
    {"sdk-swift/Sources/MartletPluginKit/Host/Artifact.swift", file_50, sizeof file_50},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Actions.swift", file_51, sizeof file_51},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Events.swift", file_52, sizeof file_52},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Notices.swift", file_53, sizeof file_53},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Secrets.swift", file_54, sizeof file_54},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host+Storage.swift", file_55, sizeof file_55},
    {"sdk-swift/Sources/MartletPluginKit/Host/Host.swift", file_56, sizeof file_56},
    {"sdk-swift/Sources/MartletPluginKit/Host/UnitState.swift", file_57, sizeof file_57},
    {"sdk-swift/Sources/MartletPluginKit/InstanceState.swift", file_58, sizeof file_58},
    {"sdk-swift/Sources/MartletPluginKit/InstanceStatistics.swift", file_59, sizeof file_59},
    {"sdk-swift/Sources/MartletPluginKit/PluginFailure.swift", file_60, sizeof file_60},
    {"sdk-swift/Sources/MartletPluginKit/PluginIdentity.swift", file_61, sizeof file_61},
    {"sdk-swift/Sources/MartletPluginKit/PluginModule.swift", file_62, sizeof file_62},
    {"sdk-swift/Sources/MartletPluginKit/PluginTask.swift", file_63, sizeof file_63},
    {"sdk-swift/Sources/MartletPluginKit/TaskRun.swift", file_64, sizeof file_64},
    {"sdk-swift/Sources/MartletABI/layout.c", file_65, sizeof file_65},
};

const plugin_template *plugin_template_at(size_t index) {
    return index < sizeof templates / sizeof *templates ? &templates[index] : NULL;
}
