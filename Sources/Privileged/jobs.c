#define _GNU_SOURCE
#include "jobs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "file.h"
#include "martlet/base.h"
#include "pl_launch.h"
#include "pl_poller.h"
#include "pl_privileged.h"
#include "pl_process.h"

enum { MOST_TRUST_WORDS = 1 << 20 };
/* After the deadline of what was asked: it says itself that it is late. */
#define GRACE 3000000000
#define LONGEST 3600000000000

static job jobs[PP_MOST_JOBS];

static job *free_place(void) {
    for (int i = 0; i < PP_MOST_JOBS; i++)
        if (!jobs[i].correlation) return &jobs[i];
    return NULL;
}

int jobs_run(const orders *orders, uint64_t correlation, const char *const words[4], int input, int64_t deadline,
             bool is_trust) {
    job *job = free_place();
    /* Of two statements at once the older one's grants could come to hold. */
    for (int i = 0; i < PP_MOST_JOBS; i++)
        if (is_trust && jobs[i].correlation && jobs[i].is_trust) return EBUSY;
    if (!job) return EAGAIN;
    int output = pl_memory_file("martlet-words");
    if (output < 0) return errno;
    const char *arguments[9] = {orders->agent, "carry-out", "--config", orders->configuration};
    for (int i = 0; i < 4 && words[i]; i++) arguments[4 + i] = words[i];
    const char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no", NULL};
    pl_launch start = {
        .executable = orders->agent, .arguments = arguments, .environment = environment,
        .descriptors = {input, output, STDERR_FILENO}, .descriptor_count = 3, .dies_with_parent = true};
    pl_launched launched;
    int error = pl_launch_here(&start, &launched);
    if (error) {
        close(output);
        return error;
    }
    int64_t latest = pl_now() + LONGEST;
    if (deadline <= 0 || deadline > latest) deadline = latest;
    *job = (struct job){.correlation = correlation, .pidfd = launched.pidfd, .output = output,
                        .deadline = deadline + GRACE, .is_trust = is_trust};
    return 0;
}

/* In a process of its own. */
static void replace(const char *path, mode_t mode, int content, int output) {
    size_t length;
    const char *what = "read the content for";
    char *bytes = orders_content(content, PP_FILE_LIMIT, &length);
    int error = bytes ? file_replace(path, bytes, length, mode, &what) : EFBIG;
    if (!error) _exit(0);
    dprintf(output, "%s %s: %s", what, path, strerror(error));
    _exit(MARTLET_INTERNAL);
}

int jobs_replace(uint64_t correlation, const char *path, mode_t mode, int content) {
    job *job = free_place();
    if (!job) return EAGAIN;
    int output = pl_memory_file("martlet-words");
    if (output < 0) return errno;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent) replace(path, mode, content, output);
        _exit(MARTLET_INTERNAL);
    }
    int pidfd = pid < 0 ? -1 : pl_pidfd_open(pid);
    if (pidfd < 0) {
        int error = errno;
        if (pid > 0) kill(pid, SIGKILL);
        close(output);
        return error;
    }
    *job = (struct job){.correlation = correlation, .pidfd = pidfd, .output = output};
    return 0;
}

int jobs_poll(struct pollfd *entries, job *of[], int *patience) {
    int count = 0;
    int64_t now = pl_now(), next = 0;
    for (int i = 0; i < PP_MOST_JOBS; i++) {
        if (!jobs[i].correlation) continue;
        entries[count] = (struct pollfd){.fd = jobs[i].pidfd, .events = POLLIN};
        of[count++] = &jobs[i];
        if (jobs[i].deadline && (!next || jobs[i].deadline < next)) next = jobs[i].deadline;
    }
    int64_t left = next - now;
    *patience = !next ? -1 : left <= 0 ? 0 : left > 3600000000000 ? 3600000 : (int)(left / 1000000) + 1;
    return count;
}

void jobs_look(void) {
    int64_t now = pl_now();
    for (int i = 0; i < PP_MOST_JOBS; i++) {
        if (!jobs[i].correlation || !jobs[i].deadline || now < jobs[i].deadline) continue;
        pl_pidfd_signal(jobs[i].pidfd, SIGKILL);
        jobs[i].deadline = 0;
    }
}

void jobs_collect(job *job, job_end *end) {
    pl_exit exit = {.by_signal = true};
    if (pl_reap(job->pidfd, &exit)) exit.by_signal = true;
    end->words = orders_content(job->output, job->is_trust ? MOST_TRUST_WORDS : PP_WORDS_LIMIT, &end->length);
    if (!end->words) end->length = 0;
    end->status = exit.by_signal ? MARTLET_INTERNAL : exit.value;
    close(job->pidfd);
    close(job->output);
    job->correlation = 0;
}

void jobs_end_all(void) {
    for (int i = 0; i < PP_MOST_JOBS; i++)
        if (jobs[i].correlation) pl_pidfd_signal(jobs[i].pidfd, SIGKILL);
}
