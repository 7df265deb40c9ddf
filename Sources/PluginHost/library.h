/* The plugin's library: loading it, and whether it is one. */
#ifndef HOST_LIBRARY_H
#define HOST_LIBRARY_H

#include <stdbool.h>

#include "martlet/module.h"

/* Why a library was refused: names what was found, what is needed and the remedy. */
typedef struct library_refusal {
    char message[512];
    /* It speaks another version of the interface than this host, or needs a later one: another agent may have it. */
    bool lacks_interface;
} library_refusal;

/* Loads the library behind `fd`, for good, and copies its module and operations into the zeroed `module` and `ops`
 * (so that what an older author did not know is NULL). `expected_id` is the manifest's. */
bool library_load(int fd, const char *expected_id, martlet_module *module, martlet_plugin_ops *ops,
                  library_refusal *refusal);

/* Copies a structure that begins with struct_size into zeroed memory of `size`; false when it is NULL or too small to
 * hold anything. */
bool library_copy(void *to, size_t size, const void *from);

#endif
