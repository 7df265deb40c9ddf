#define _GNU_SOURCE
#include "process.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

static int entries(const char *folder) {
    DIR *directory = opendir(folder);
    int count = 0;
    if (!directory) return 0;
    while (readdir(directory)) count++;
    closedir(directory);
    return count - 2;
}

int process_threads(void) { return entries("/proc/self/task"); }

/* Without the one that is open to look. */
int process_descriptors(void) { return entries("/proc/self/fd") - 1; }

/* Of every thread: a child belongs to the thread that made it. */
int process_children(void) {
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    if (!tasks) return 0;
    for (struct dirent *entry; (entry = readdir(tasks));) {
        char path[320];
        int child;
        snprintf(path, sizeof path, "/proc/self/task/%s/children", entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
        while (file && fscanf(file, "%d", &child) == 1) count++;
        if (file) fclose(file);
    }
    closedir(tasks);
    return count;
}

static const int signals[] = {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1, SIGUSR2};
#define SIGNALS (sizeof signals / sizeof signals[0])

static struct {
    struct sigaction actions[SIGNALS];
    char directory[4096];
    mode_t mask;
} remembered;

static mode_t mask_now(void) {
    mode_t mask = umask(022);
    umask(mask);
    return mask;
}

void process_remember(void) {
    signal(SIGPIPE, SIG_IGN); /* as the host has it */
    for (size_t i = 0; i < SIGNALS; i++) sigaction(signals[i], NULL, &remembered.actions[i]);
    if (!getcwd(remembered.directory, sizeof remembered.directory)) remembered.directory[0] = 0;
    remembered.mask = mask_now();
}

void process_judge(void) {
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction now;
        sigaction(signals[i], NULL, &now);
        record_fact("process.signals", now.sa_handler == remembered.actions[i].sa_handler, "the action of signal %d was changed",
                    signals[i]);
    }
    char directory[4096];
    if (!getcwd(directory, sizeof directory)) directory[0] = 0;
    record_fact("process.directory", !strcmp(directory, remembered.directory), "the working directory became %s", directory);
    record_fact("process.umask", mask_now() == remembered.mask, "the umask was changed to %03o", (unsigned)mask_now());
    int children = process_children();
    record_fact("process.children", children == 0, "%d child processes are left after `destroy`", children);
}
