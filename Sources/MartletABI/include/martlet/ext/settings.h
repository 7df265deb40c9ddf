/* martlet.settings/1: the application's settings. */
#ifndef MARTLET_EXT_SETTINGS_H
#define MARTLET_EXT_SETTINGS_H

#include "../base.h"
#include "../call.h"
#include "../error.h"
#include "../module.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_SETTINGS "martlet.settings/1"

/* Plugin's side. `settings` has passed the manifest's schema and carries its defaults. */
typedef struct martlet_plugin_settings {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & active] Could these be applied here? Pure: changes nothing, waits for nothing. */
    martlet_status (*validate)(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                               martlet_error *error);
    /* [control & active] Puts them in force, all or nothing: on failure the former ones are in force. */
    martlet_status (*apply)(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                            martlet_error *error);
    /* [control & active] Pushes the settings in force, as read from the application where it can be asked. */
    martlet_status (*read)(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                           martlet_error *error);
} martlet_plugin_settings;

MARTLET_END

#endif
