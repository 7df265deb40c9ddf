/* The entry of a plugin library, and a plugin's life.
 *
 *   martlet_module_v1 -> create -> init -> activate -> apply <-> deactivate -> destroy
 *
 * The library is loaded once into a process of its own and never unloaded: unloading is the end of the process. */
#ifndef MARTLET_MODULE_H
#define MARTLET_MODULE_H

#include "base.h"
#include "call.h"
#include "error.h"
#include "host.h"

MARTLET_BEGIN

#define MARTLET_MODULE_MAGIC 0x4D52544Cu
#define MARTLET_MODULE_ENTRY "martlet_module_v1"

/* One plugin object; the plugin's own. */
typedef struct martlet_plugin martlet_plugin;

typedef struct martlet_plugin_ops {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & created] Prepare; calls to the host are legal from here on. Nothing of the application changes. */
    martlet_status (*init)(martlet_plugin *plugin, const martlet_call *call, martlet_error *error);
    /* [control & initialised] Begin to work under `settings`, the ones last applied (or the manifest's defaults).
     * Changes nothing of the application. */
    martlet_status (*activate)(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                               martlet_error *error);
    /* [control & active] Cease to work: cancel tasks first, then stop threads. The application keeps running. */
    martlet_status (*deactivate)(martlet_plugin *plugin, const martlet_call *call, martlet_error *error);
    /* [control] Free the plugin. When it returns no thread of the plugin calls the host. */
    void (*destroy)(martlet_plugin *plugin);
    /* [thread-safe] The plugin's side of an extension, or NULL. The result lives as long as the plugin. */
    const void *(*get_extension)(martlet_plugin *plugin, const martlet_string *id);
} martlet_plugin_ops;

/* What a plugin is given at birth. */
typedef struct martlet_create_info {
    uint32_t struct_size;
    uint32_t reserved;
    /* Id under which the agent knows the plugin: that of its manifest. */
    martlet_string plugin_id;
    /* JSON object of strings: the `local` part of the installed manifest (paths of this device). */
    martlet_bytes local;
} martlet_create_info;

/* Static; lives as long as the process. The first four fields never change in any version. */
typedef struct martlet_module {
    uint32_t magic;
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    /* The oldest minor of a host that this plugin works with. */
    uint16_t min_host_minor;
    uint16_t reserved;
    /* Reverse domain, equal to the id in the manifest. */
    martlet_string id;
    martlet_string name;
    martlet_string version;
    const martlet_plugin_ops *ops;
    /* [control] Makes one plugin. No call to the host is legal yet but get_extension. */
    martlet_status (*create)(const martlet_host *host, const martlet_create_info *info, martlet_plugin **plugin,
                             martlet_error *error);
} martlet_module;

/* [thread-safe] The one symbol a plugin library exports; no side effects. The major version is in the name. */
MARTLET_EXPORT const martlet_module *martlet_module_v1(void);

MARTLET_END

#endif
