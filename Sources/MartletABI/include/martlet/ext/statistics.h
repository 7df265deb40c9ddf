/* martlet.statistics/1: figures of the application's work. */
#ifndef MARTLET_EXT_STATISTICS_H
#define MARTLET_EXT_STATISTICS_H

#include "../base.h"
#include "../call.h"
#include "../error.h"
#include "../module.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_STATISTICS "martlet.statistics/1"
/* Most series one read may carry, over all instances. */
#define MARTLET_STATISTICS_LIMIT 1000u

/* Plugin's side. */
typedef struct martlet_plugin_statistics {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & active] Pushes {"instances": [{"instance", "values": [{"name", "value", "startTime"}]}]}. Unit and
     * kind of a name are in the manifest. `startTime`, UTC microseconds, is since when a counter counts. A series
     * with a label is written name{label}, for example disk.used{/var}. */
    martlet_status (*read)(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                           martlet_error *error);
} martlet_plugin_statistics;

MARTLET_END

#endif
