/* martlet.tasks/1: work that takes longer than a call. */
#ifndef MARTLET_EXT_TASKS_H
#define MARTLET_EXT_TASKS_H

#include "../base.h"
#include "../call.h"
#include "../error.h"
#include "../host.h"
#include "../module.h"

MARTLET_BEGIN

#define MARTLET_EXT_TASKS "martlet.tasks/1"

/* Plugin's side. A run is named by MARTLET_ID_SIZE octets. */
typedef struct martlet_plugin_tasks {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & active] Begins a run and returns at once; the work goes on on the plugin's own threads. `parameters`
     * has passed the manifest's schema. MARTLET_OK is a promise to call `finished` exactly once. */
    martlet_status (*start)(martlet_plugin *plugin, const martlet_call *call, const uint8_t *run,
                            const martlet_string *task, const martlet_bytes *parameters, martlet_error *error);
    /* [thread-safe & active] Asks a run to end; it then finishes with MARTLET_CANCELLED, or as it would have when
     * it was as good as done. A run it does not know is no error. */
    void (*cancel)(martlet_plugin *plugin, const uint8_t *run);
} martlet_plugin_tasks;

/* Host's side. */
typedef struct martlet_host_tasks {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & active] How far a run is: 0 to 100, and a text for people. */
    void (*progress)(const martlet_host *host, const uint8_t *run, uint32_t percent, const martlet_string *message);
    /* [thread-safe & active] The run is over. `result` is a JSON document or empty; `message` says why when `status`
     * is not MARTLET_OK. */
    martlet_status (*finished)(const martlet_host *host, const uint8_t *run, martlet_status status,
                               const martlet_string *message, const martlet_bytes *result);
} martlet_host_tasks;

MARTLET_END

#endif
