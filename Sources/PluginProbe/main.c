#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "call.h"
#include "guard.h"
#include "probe.h"
#include "process.h"
#include "record.h"

enum { EXIT_USAGE = 64 };

static bool hasten(const char *value) {
    char *end;
    call_haste = strtol(value, &end, 10);
    return !*end && call_haste >= 1 && call_haste <= 100;
}

static bool add_task(probe *probe, char *value) {
    char *parameters = strchr(value, '=');
    if (!parameters || probe->task_count == PROBE_TASKS) return false;
    *parameters = 0;
    probe->tasks[probe->task_count++] = (probe_task){value, parameters + 1};
    return true;
}

static bool option(probe *probe, const char *name, char *value) {
    if (!strcmp(name, "--library")) probe->library = value;
    else if (!strcmp(name, "--scenario")) probe->scenario = value;
    else if (!strcmp(name, "--id")) probe->id = value;
    else if (!strcmp(name, "--version")) probe->version = value;
    else if (!strcmp(name, "--local")) probe->local = value;
    else if (!strcmp(name, "--settings")) probe->settings = value;
    else if (!strcmp(name, "--haste")) return hasten(value);
    else if (!strcmp(name, "--task")) return add_task(probe, value);
    else return false;
    return true;
}

int main(int count, char **values) {
    static probe probe;
    bool good = count % 2 == 1;
    for (int i = 1; good && i + 1 < count; i += 2) good = option(&probe, values[i], values[i + 1]);
    if (!good || !probe.library || !probe.scenario || !probe.id || !probe.version || !probe.local || !probe.settings) {
        fprintf(stderr, "martlet-plugin-probe loads a plugin for `martlet plugin check`, which starts it. It is of no use by hand.\n");
        return EXIT_USAGE;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    fcntl(RECORD_FD, F_SETFD, FD_CLOEXEC);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    process_remember();
    guard_install();
    if (probe_load(&probe) && !probe_run(&probe)) return EXIT_USAGE;
    record_done();
    fflush(NULL);
    _exit(0);
}
