/* A sink that gathers a document in memory. It stays where it is between calls, so that a plugin which keeps the sink of
 * a call writes into nothing. */
#ifndef HOST_DOCUMENT_H
#define HOST_DOCUMENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "martlet/sink.h"

typedef struct document {
    martlet_sink sink;
    uint8_t *data;
    size_t length;
    size_t capacity;
    bool overflowed;
    /* Of the call that is under way. */
    pthread_t thread;
    atomic_bool is_open;
} document;

/* Zeroed before the first time. */
void document_open(document *document);
void document_close(document *document);

#endif
