/* martlet.file/1: write a file that belongs to the application, by way of the agent. */
#ifndef MARTLET_EXT_FILE_H
#define MARTLET_EXT_FILE_H

#include "../base.h"
#include "../error.h"
#include "../host.h"

MARTLET_BEGIN

#define MARTLET_EXT_FILE "martlet.file/1"

/* Host's side. */
typedef struct martlet_host_file {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & initialised] Replaces the file atomically and durably; owner and mode of a file that exists are
     * kept, else `mode` is used. `path` is absolute. MARTLET_PERMISSION_DENIED for a path that the manifest does
     * not name. */
    martlet_status (*write)(const martlet_host *host, int64_t deadline, const martlet_string *path, uint32_t mode,
                            const martlet_bytes *content, martlet_error *error);
} martlet_host_file;

MARTLET_END

#endif
