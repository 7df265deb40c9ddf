#include "waiting.h"

#include <errno.h>
#include <time.h>

void waiting_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool waiting_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline) {
    if (deadline <= 0) return false;
    struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
    return pthread_cond_timedwait(condition, mutex, &until) != ETIMEDOUT;
}

int64_t waiting_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
