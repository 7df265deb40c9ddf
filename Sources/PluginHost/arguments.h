/* What the core says on the command line. */
#ifndef HOST_ARGUMENTS_H
#define HOST_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct host_arguments {
    const char *plugin;
    /* Process that must be our parent; else we were orphaned before we could ask for the signal. */
    int64_t parent;
    /* Resource limits; 0 leaves the inherited one. */
    uint64_t memory;
    uint64_t files;
    uint64_t processes;
    /* User and group to become; 0 stays what the agent is. Without a group, that of the user's number. */
    uint64_t user;
    uint64_t group;
    /* A folder that the plugin does not get at; NULL for none. */
    const char *hide;
} host_arguments;

/* False, after a sentence on standard error, when the program was not started by an agent. */
bool host_arguments_parse(int count, char **values, host_arguments *arguments);

#endif
