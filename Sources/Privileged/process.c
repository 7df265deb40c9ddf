#define _GNU_SOURCE
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pl_process.h"

#define PREFIX "martlet-host-"

/* Whether /proc/PID/environ has the mark, read in pieces: an environment may be long. */
static bool carries(pid_t pid, const char *mark, bool is_prefix) {
    char path[64], line[8192];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t held = 0, length = strlen(mark);
    bool found = false, skipping = false;
    for (ssize_t n; !found && (n = read(file, line + held, sizeof line - 1 - held)) > 0;) {
        size_t end = held + (size_t)n;
        char *start = line;
        line[end] = 0;
        for (char *stop; (stop = memchr(start, 0, end - (size_t)(start - line))); start = stop + 1) {
            if (!skipping && (is_prefix ? !strncmp(start, mark, length) : !strcmp(start, mark))) found = true;
            skipping = false;
        }
        held = end - (size_t)(start - line);
        memmove(line, start, held);
        /* A variable that fills the buffer is none of ours. */
        if (held >= sizeof line - 1) {
            held = 0;
            skipping = true;
        }
    }
    close(file);
    return found;
}

static bool end_marked_once(const char *mark, bool is_prefix) {
    DIR *all = opendir("/proc");
    if (!all) return false;
    bool found = false;
    for (struct dirent *entry; (entry = readdir(all));) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (*end || pid <= 1 || pid == getpid()) continue;
        if (!carries((pid_t)pid, mark, is_prefix)) continue;
        /* The number may be another process's by now: the one that is killed is looked at again. */
        int pidfd = pl_pidfd_open((pid_t)pid);
        if (pidfd < 0) continue;
        if (carries((pid_t)pid, mark, is_prefix)) {
            pl_pidfd_signal(pidfd, SIGKILL);
            found = true;
        }
        close(pidfd);
    }
    closedir(all);
    return found;
}

void process_end_marked(const char *mark, bool is_prefix) {
    /* Again, until nothing is found: a process may be forking meanwhile. */
    for (int i = 0; i < 16 && end_marked_once(mark, is_prefix); i++) {}
}

bool process_make_group(const char *parent, const char *plugin, unsigned long long number, char *path, size_t size) {
    int length = snprintf(path, size, "%s/" PREFIX "%d-%s-%llu", parent, (int)getpid(), plugin, number);
    /* Never one that exists: whatever is in it is ended with the host. */
    if (length > 0 && (size_t)length < size && !mkdir(path, 0755)) return true;
    path[0] = 0;
    return false;
}

static int open_in(const char *path, const char *name) {
    char file[4200];
    if (!*path || snprintf(file, sizeof file, "%s/%s", path, name) >= (int)sizeof file) return -1;
    return open(file, O_WRONLY | O_CLOEXEC);
}

int process_open_group(const char *path) { return open_in(path, "cgroup.procs"); }

void process_end_group(const char *path) {
    int file = open_in(path, "cgroup.kill");
    if (file < 0) return;
    ssize_t ignored = write(file, "1", 1);
    (void)ignored;
    close(file);
}

void process_sweep_groups(const char *parent) {
    DIR *all = opendir(parent);
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all));) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX))) continue;
        long pid = strtol(entry->d_name + strlen(PREFIX), NULL, 10);
        if (pid <= 1 || !kill((pid_t)pid, 0) || errno != ESRCH) continue;
        char path[4200];
        if (snprintf(path, sizeof path, "%s/%s", parent, entry->d_name) >= (int)sizeof path) continue;
        process_end_group(path);
        for (int i = 0; i < 50 && rmdir(path) && errno == EBUSY; i++) usleep(2000);
    }
    closedir(all);
}
