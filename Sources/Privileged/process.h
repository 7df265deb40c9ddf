/* Ending what plugins started, however it detached itself. */
#ifndef PRIVILEGED_PROCESS_H
#define PRIVILEGED_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* Kills every process whose environment has the mark; with `is_prefix`, a variable that begins so. */
void process_end_marked(const char *mark, bool is_prefix);

/* Makes a control group for a host; false when there is none to be had. Its folder goes into `path`. */
bool process_make_group(const char *parent, const char *plugin, unsigned long long number, char *path, size_t size);

/* cgroup.procs of the group, to be written by who joins; -1 for none. */
int process_open_group(const char *path);

/* Ends every process in it. */
void process_end_group(const char *path);

/* Ends and removes groups of agents that are gone. */
void process_sweep_groups(const char *parent);

#endif
