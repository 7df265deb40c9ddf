/* Starting processes. Every child is made by one permanent thread, because a parent-death signal follows the thread
 * that created the child, not the process. */
#ifndef PL_LAUNCH_H
#define PL_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Most descriptors a child is given. */
#define PL_LAUNCH_DESCRIPTORS 8

typedef struct pl_launch {
    /* Absolute path, arguments and environment, each list ended by NULL. Nothing else is inherited. */
    const char *executable;
    const char *const *arguments;
    const char *const *environment;
    /* descriptors[i] becomes descriptor i of the child; -1 is /dev/null for 0 to 2 and closed above. */
    int descriptors[PL_LAUNCH_DESCRIPTORS];
    int descriptor_count;
    /* The child is killed when the calling process ends. */
    bool dies_with_parent;
    /* The child belongs to init: for an application, which must outlive us. The process
     * is then not a child of the caller's and its exit status is unknown. */
    bool detached;
    /* The open cgroup.procs of a group that the child joins before its exec; 0 for none. What cannot be joined is done
     * without. */
    int cgroup_procs;
} pl_launch;

typedef struct pl_launched {
    pid_t pid;
    /* Readable when the process has ended; the caller closes it. */
    int pidfd;
} pl_launched;

/* Starts the program in a session of its own, without a terminal. 0, or an errno value: also that of an execve that failed in the
 * child. Waits only for the exec. Thread-safe. */
int pl_launch_run(const pl_launch *launch, pl_launched *launched);

/* The same on the calling thread: for a program that has no other one, and ends with it. */
int pl_launch_here(const pl_launch *launch, pl_launched *launched);

#endif
