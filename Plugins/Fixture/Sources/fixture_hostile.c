/* What a plugin does wrong on purpose, beside what it does in a call: children it leaves, memory it takes, threads that
 * use what is not theirs any more. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

/* The child that is never to be left behind; its number is in the file. */
static void linger(const char *path, bool forgets) {
    FILE *file = fopen(path, "a");
    if (file) {
        fprintf(file, "%d\n", (int)getpid());
        fclose(file);
    }
    if (forgets) execle("/bin/sleep", "sleep", "1000", (char *)NULL, (char *[]){NULL});
    for (;;) pause();
}

bool fixture_leave_child(const char *how, const char *path) {
    pid_t child = fork();
    if (child < 0) return false;
    if (child > 0) return strcmp(how, "fork") == 0 || waitpid(child, NULL, 0) == child;
    if (strcmp(how, "fork") == 0) linger(path, false);
    /* A session of its own, and init or whoever as its parent: what daemons do. */
    setsid();
    if (fork() == 0) linger(path, strcmp(how, "forget") == 0);
    _exit(0);
}

void fixture_grow(void) {
    const size_t step = 1 << 20;
    for (unsigned long steps = 0;; steps++) {
        char *memory = malloc(step);
        if (!memory) {
            fprintf(stderr, "fixture: out of memory after %lu MiB\n", steps);
            abort();
        }
        memset(memory, 1, step);
    }
}

/* A sink of a call, used by another thread or after the call has returned. */

struct kept_sink {
    const martlet_sink *sink;
    bool late;
};

static void *use_sink(void *context) {
    struct kept_sink *kept = context;
    struct timespec pause = {.tv_nsec = 50000000};
    if (kept->late) nanosleep(&pause, NULL);
    martlet_bytes bytes = {(const uint8_t *)"{}", 2};
    martlet_status status = kept->sink->write(kept->sink, &bytes);
    fprintf(stderr, "fixture: the sink said %d to another thread\n", (int)status);
    free(kept);
    return NULL;
}

void fixture_misuse_sink(const martlet_sink *sink, bool late) {
    /* Calls come one at a time: the next one waits for what the former one left. */
    static pthread_t former;
    static bool has_former;
    struct kept_sink *kept = malloc(sizeof *kept);
    if (has_former) pthread_join(former, NULL);
    has_former = false;
    if (!kept) return;
    *kept = (struct kept_sink){sink, late};
    if (pthread_create(&former, NULL, use_sink, kept)) return free(kept);
    if (late) has_former = true;
    else pthread_join(former, NULL);
}

/* Calls of the host after the plugin was destroyed. */

static void *call_for_ever(void *context) {
    const martlet_host *host = context;
    martlet_string events_id = {MARTLET_EXT_EVENTS, strlen(MARTLET_EXT_EVENTS)};
    martlet_string tasks_id = {MARTLET_EXT_TASKS, strlen(MARTLET_EXT_TASKS)};
    const martlet_host_events *events = host->get_extension(host, &events_id);
    const martlet_host_tasks *tasks = host->get_extension(host, &tasks_id);
    uint8_t run[MARTLET_ID_SIZE] = {0};
    martlet_string nothing = {"", 0};
    for (;;) {
        martlet_event event = {.struct_size = sizeof event, .severity = MARTLET_SEVERITY_INFO};
        event.type = (martlet_string){"fixture.note", 12};
        event.id[0] = run[0]++;
        if (events->emit(host, &event, NULL) == MARTLET_FAILED_PRECONDITION) events->flush(host, 0, NULL);
        tasks->progress(host, run, 1, &nothing);
    }
    return NULL;
}

void fixture_call_after_destroy(const martlet_host *host) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, call_for_ever, (void *)host) == 0) pthread_detach(thread);
}
