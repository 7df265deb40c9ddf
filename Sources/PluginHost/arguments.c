#include "arguments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool number(const char *text, uint64_t *value) {
    char *end;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    if (errno || end == text || *end) return false;
    *value = parsed;
    return true;
}

static bool option(const char *name, const char *value, host_arguments *arguments) {
    uint64_t parsed;
    if (!strcmp(name, "--plugin")) {
        arguments->plugin = value;
        return *value != 0;
    }
    if (!strcmp(name, "--hide")) {
        arguments->hide = value;
        return *value == '/';
    }
    if (!number(value, &parsed)) return false;
    if (!strcmp(name, "--parent")) arguments->parent = (int64_t)parsed;
    else if (!strcmp(name, "--memory")) arguments->memory = parsed;
    else if (!strcmp(name, "--files")) arguments->files = parsed;
    else if (!strcmp(name, "--processes")) arguments->processes = parsed;
    else if (!strcmp(name, "--user") && parsed < UINT32_MAX) arguments->user = parsed;
    else if (!strcmp(name, "--group") && parsed < UINT32_MAX) arguments->group = parsed;
    else return false;
    return true;
}

bool host_arguments_parse(int count, char **values, host_arguments *arguments) {
    memset(arguments, 0, sizeof *arguments);
    bool good = count % 2 == 1;
    for (int i = 1; good && i + 1 < count; i += 2) good = option(values[i], values[i + 1], arguments);
    if (good && arguments->plugin) return true;
    fprintf(stderr, "martlet-plugin-host serves one plugin of a martlet-agent, which starts it. "
                    "It is of no use by hand.\n");
    return false;
}
