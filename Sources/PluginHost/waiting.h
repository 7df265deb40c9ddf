/* Condition variables on the monotonic clock. */
#ifndef HOST_WAITING_H
#define HOST_WAITING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

void waiting_condition_init(pthread_cond_t *condition);

/* Waits once; false when `deadline` (CLOCK_MONOTONIC, nanoseconds) has passed. */
bool waiting_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t waiting_now(void);

#endif
