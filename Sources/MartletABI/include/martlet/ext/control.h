/* martlet.control/1: start, stop, restart the application. */
#ifndef MARTLET_EXT_CONTROL_H
#define MARTLET_EXT_CONTROL_H

#include "../base.h"
#include "../call.h"
#include "../error.h"
#include "../module.h"

MARTLET_BEGIN

#define MARTLET_EXT_CONTROL "martlet.control/1"

enum { MARTLET_CONTROL_START = 1, MARTLET_CONTROL_STOP = 2, MARTLET_CONTROL_RESTART = 3 };

/* Plugin's side. */
typedef struct martlet_plugin_control {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & active] Returns when the application is in the state asked for, MARTLET_OK also when it was
     * before. An empty `instance` means all of them. An action it does not know is MARTLET_UNIMPLEMENTED. */
    martlet_status (*perform)(martlet_plugin *plugin, const martlet_call *call, int32_t action,
                              const martlet_string *instance, martlet_error *error);
} martlet_plugin_control;

MARTLET_END

#endif
