/* Processes by descriptor, so that a number that was used again is never signalled. */
#ifndef PL_PROCESS_H
#define PL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A descriptor for a running process, or -1 with errno. */
int pl_pidfd_open(pid_t pid);

/* 0, or an errno value. */
int pl_pidfd_signal(int pidfd, int signal);

/* How a child ended. */
typedef struct pl_exit {
    /* Ended by `value`, a signal; else it exited with `value`. */
    bool by_signal;
    int value;
} pl_exit;

/* Collects a child that has ended; 0, or an errno value (EAGAIN when it runs). */
int pl_reap(int pidfd, pl_exit *exit);

/* Kills what is left of a group led by `pid`. Legal only while `pid` was not reaped, or its group cannot have been
 * used again. */
void pl_kill_group(pid_t pid);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t pl_now(void);

/* Resident and private dirty memory in KiB; 0, or an errno value. */
int pl_memory(pid_t pid, uint64_t *resident, uint64_t *dirty);

#endif
