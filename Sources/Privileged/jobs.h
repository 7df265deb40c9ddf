/* What takes its time, each in a process of its own, so that plugins' processes are looked after meanwhile. */
#ifndef PRIVILEGED_JOBS_H
#define PRIVILEGED_JOBS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "orders.h"

typedef struct job {
    /* Of the request; 0 is a free place. */
    uint64_t correlation;
    int pidfd;
    /* What it says. */
    int output;
    /* On CLOCK_MONOTONIC, after which it is killed; 0 for none: of what takes no longer than the disk. */
    int64_t deadline;
    bool is_trust;
} job;

/* How a job ended. */
typedef struct job_end {
    /* A martlet_status. */
    int64_t status;
    /* Ended by zero, to be freed; NULL when there is none. */
    char *words;
    size_t length;
} job_end;

/* Runs "martlet-agent carry-out WORDS… --config FILE" as root, with `input` (-1 for none) as standard input. What it prints is the
 * answer, what it exits with the status. Without a deadline that makes sense it has an hour. 0, or an errno value. */
int jobs_run(const orders *orders, uint64_t correlation, const char *const words[4], int input, int64_t deadline,
             bool is_trust);

/* Replaces a file. The content is read from the descriptor. */
int jobs_replace(uint64_t correlation, const char *path, mode_t mode, int content);

/* Room for PP_MOST_JOBS; the number of entries. `patience` becomes the milliseconds until the next deadline, or -1. */
int jobs_poll(struct pollfd *entries, job *of[], int *patience);

/* Kills those that are late. */
void jobs_look(void);

/* Collects a job whose process has ended; its place is free then. */
void jobs_collect(job *job, job_end *end);

void jobs_end_all(void);

#endif
