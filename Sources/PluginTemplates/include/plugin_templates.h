/* The files that `martlet plugin new` and `martlet plugin sdk` write, inside the program. */
#ifndef PLUGIN_TEMPLATES_H
#define PLUGIN_TEMPLATES_H

#include <stddef.h>
#include <stdint.h>

typedef struct plugin_template {
    /* SET/PATH: the set it belongs to ("c", "sdk-c", …) and where it is written. */
    const char *path;
    const uint8_t *data;
    size_t size;
} plugin_template;

/* From 0 on; NULL past the last one. */
const plugin_template *plugin_template_at(size_t index);

#endif
