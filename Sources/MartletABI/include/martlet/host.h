/* The host as a plugin sees it. */
#ifndef MARTLET_HOST_H
#define MARTLET_HOST_H

#include "base.h"

MARTLET_BEGIN

/* Valid from `create` until `destroy` returns; after that no thread of the plugin may use it. */
typedef struct martlet_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void *host_data;
    /* [thread-safe] The host's side of an extension, for example "martlet.events/1", or NULL when this host does
     * not offer it. The result lives as long as the host. */
    const void *(*get_extension)(const struct martlet_host *host, const martlet_string *id);
} martlet_host;

MARTLET_END

#endif
