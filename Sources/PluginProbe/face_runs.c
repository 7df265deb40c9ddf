#define _GNU_SOURCE
#include "face_runs.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "face.h"
#include "pl_frame.h"
#include "record.h"
#include "text.h"

#define RUNS 64

static struct {
    uint8_t id[MARTLET_ID_SIZE];
    bool used, ended;
} runs[RUNS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* The caller holds the mutex. -1 when there is none. */
static int find(const uint8_t *run) {
    for (int i = 0; i < RUNS; i++)
        if (runs[i].used && !memcmp(runs[i].id, run, MARTLET_ID_SIZE)) return i;
    return -1;
}

void face_expect_run(const uint8_t run[MARTLET_ID_SIZE]) {
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < RUNS; i++) {
        if (runs[i].used) continue;
        memcpy(runs[i].id, run, MARTLET_ID_SIZE);
        runs[i].used = true;
        break;
    }
    pthread_mutex_unlock(&mutex);
}

void face_forget_run(const uint8_t run[MARTLET_ID_SIZE]) {
    pthread_mutex_lock(&mutex);
    int index = find(run);
    bool spoke = index >= 0 && runs[index].ended;
    if (index >= 0) runs[index].used = false;
    pthread_mutex_unlock(&mutex);
    record_fact("tasks.refused-is-silent", !spoke, "a run was refused by `start` and yet told to be finished");
}

bool face_run_ended(const uint8_t run[MARTLET_ID_SIZE], int64_t deadline) {
    struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
    pthread_mutex_lock(&mutex);
    int index = find(run), error = 0;
    while (index >= 0 && !runs[index].ended && deadline && error != ETIMEDOUT)
        error = pthread_cond_clockwait(&changed, &mutex, CLOCK_MONOTONIC, &until);
    bool ended = index >= 0 && runs[index].ended;
    pthread_mutex_unlock(&mutex);
    return ended;
}

bool face_run_is_known(const uint8_t *run) {
    pthread_mutex_lock(&mutex);
    int index = find(run);
    bool known = index >= 0 && !runs[index].ended;
    pthread_mutex_unlock(&mutex);
    return known;
}

void face_run_progress(const uint8_t *run, uint32_t percent, const martlet_string *message) {
    record_fact("tasks.progress-range", percent <= 100, "progress of %u percent", percent);
    record_fact("tasks.progress-text", text_is_good(message), "a progress text that is no UTF-8");
    pthread_mutex_lock(&mutex);
    int index = find(run);
    bool known = index >= 0, ended = known && runs[index].ended;
    pthread_mutex_unlock(&mutex);
    record_fact("tasks.known-run", known, "progress of a run that was never started");
    record_fact("tasks.silent-after-end", !ended, "progress of a run that had finished");
}

void face_run_finished(const uint8_t *run, martlet_status status, const martlet_string *message,
                       const martlet_bytes *result) {
    record_fact("tasks.end-status", status >= MARTLET_OK && status <= MARTLET_UNAUTHENTICATED,
                "a run finished with status %d; statuses are 0 to 16", (int)status);
    record_fact("tasks.end-text", text_is_good(message), "a text of a run's end that is no UTF-8");
    record_fact("tasks.end-says-why", status == MARTLET_OK || status == MARTLET_CANCELLED || (message && message->length),
                "a run failed with status %d and no message", (int)status);
    record_fact("tasks.result-size", result && result->length <= MARTLET_DOCUMENT_LIMIT, "a result of more than 1 MiB");
    pthread_mutex_lock(&mutex);
    int index = find(run);
    bool known = index >= 0, again = known && runs[index].ended;
    if (known) runs[index].ended = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    record_fact("tasks.known-run", known, "the end of a run that was never started");
    record_fact("tasks.finished-once", !again, "a run was told to be finished a second time");
    pl_writer writer = {0};
    pl_put(&writer, PL_RUN, run, MARTLET_ID_SIZE);
    pl_put_number(&writer, PL_STATUS, (uint64_t)(int64_t)status);
    if (result && result->length <= MARTLET_DOCUMENT_LIMIT) pl_put(&writer, PL_DOCUMENT, result->data, result->length);
    record_frame(PL_FINISHED, &writer);
}
