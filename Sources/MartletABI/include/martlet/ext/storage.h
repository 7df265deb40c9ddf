/* martlet.storage/1: a few values that outlive the process. */
#ifndef MARTLET_EXT_STORAGE_H
#define MARTLET_EXT_STORAGE_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_STORAGE "martlet.storage/1"
/* Longest key: 1 to 64 of [a-z0-9.-], not beginning with a dot. */
#define MARTLET_STORAGE_KEY_LIMIT 64u
/* Longest value, and most keys of one plugin. */
#define MARTLET_STORAGE_VALUE_LIMIT 65536u
#define MARTLET_STORAGE_KEYS_LIMIT 256u

/* Host's side. Values are private to the plugin. */
typedef struct martlet_host_storage {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & initialised] Pushes the value; MARTLET_NOT_FOUND when there is none. */
    martlet_status (*get)(const martlet_host *host, int64_t deadline, const martlet_string *key,
                          const martlet_sink *sink, martlet_error *error);
    /* [thread-safe & initialised] Stores the value durably; an empty one removes the key. */
    martlet_status (*put)(const martlet_host *host, int64_t deadline, const martlet_string *key,
                          const martlet_bytes *value, martlet_error *error);
} martlet_host_storage;

MARTLET_END

#endif
