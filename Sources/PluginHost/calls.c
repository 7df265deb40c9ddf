#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "pl_fields.h"
#include "waiting.h"

void calls_init(calls *calls) {
    memset(calls, 0, sizeof *calls);
    pthread_mutex_init(&calls->mutex, NULL);
    waiting_condition_init(&calls->arrived);
}

static bool is_cancelled(const martlet_call *call) {
    queued_call *queued = call->host_data;
    return atomic_load(&queued->cancelled) || waiting_now() >= call->deadline;
}

bool calls_put(calls *calls, uint16_t type, uint64_t correlation, const uint8_t *payload, size_t length) {
    queued_call *queued = malloc(sizeof *queued + length);
    if (!queued) return false;
    queued->next = NULL;
    queued->type = type;
    queued->correlation = correlation;
    atomic_init(&queued->cancelled, false);
    queued->length = length;
    if (length) memcpy(queued->payload, payload, length);
    queued->call = (martlet_call){
        .struct_size = sizeof(martlet_call),
        .id = correlation,
        .deadline = (int64_t)pl_find_number(payload, length, PL_DEADLINE, (uint64_t)INT64_MAX),
        .host_data = queued,
        .is_cancelled = is_cancelled,
    };
    pthread_mutex_lock(&calls->mutex);
    if (calls->last) calls->last->next = queued;
    else calls->first = queued;
    calls->last = queued;
    pthread_cond_signal(&calls->arrived);
    pthread_mutex_unlock(&calls->mutex);
    return true;
}

void calls_cancel(calls *calls, uint64_t correlation) {
    pthread_mutex_lock(&calls->mutex);
    if (calls->current && calls->current->correlation == correlation) atomic_store(&calls->current->cancelled, true);
    for (queued_call *queued = calls->first; queued; queued = queued->next)
        if (queued->correlation == correlation) atomic_store(&queued->cancelled, true);
    pthread_mutex_unlock(&calls->mutex);
}

queued_call *calls_next(calls *calls) {
    pthread_mutex_lock(&calls->mutex);
    while (!calls->first) pthread_cond_wait(&calls->arrived, &calls->mutex);
    queued_call *queued = calls->first;
    calls->first = queued->next;
    if (!calls->first) calls->last = NULL;
    calls->current = queued;
    pthread_mutex_unlock(&calls->mutex);
    return queued;
}

void calls_done(calls *calls, queued_call *queued) {
    pthread_mutex_lock(&calls->mutex);
    calls->current = NULL;
    pthread_mutex_unlock(&calls->mutex);
    free(queued);
}
