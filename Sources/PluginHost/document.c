#include "document.h"

#include <stdlib.h>
#include <string.h>

static martlet_status overflow(document *document) {
    document->overflowed = true;
    document->length = 0;
    return MARTLET_RESOURCE_EXHAUSTED;
}

static martlet_status append(const martlet_sink *sink, const martlet_bytes *bytes) {
    document *document = sink->caller_data;
    /* It belongs to the call it was passed to, and to that call's thread. */
    if (!atomic_load(&document->is_open) || !pthread_equal(pthread_self(), document->thread))
        return MARTLET_FAILED_PRECONDITION;
    if (!bytes || (!bytes->data && bytes->length)) return MARTLET_INVALID_ARGUMENT;
    if (document->overflowed || bytes->length > MARTLET_DOCUMENT_LIMIT - document->length) return overflow(document);
    size_t needed = document->length + bytes->length;
    if (needed > document->capacity) {
        size_t capacity = document->capacity ? document->capacity : 1024;
        while (capacity < needed) capacity *= 2;
        uint8_t *data = realloc(document->data, capacity);
        if (!data) return overflow(document);
        document->data = data;
        document->capacity = capacity;
    }
    if (bytes->length) memcpy(document->data + document->length, bytes->data, bytes->length);
    document->length = needed;
    return MARTLET_OK;
}

void document_open(document *document) {
    document->thread = pthread_self();
    atomic_store(&document->is_open, true);
    document->sink = (martlet_sink){.struct_size = sizeof(martlet_sink), .caller_data = document, .write = append};
}

void document_close(document *document) {
    atomic_store(&document->is_open, false);
    free(document->data);
    document->data = NULL;
    document->length = document->capacity = 0;
    document->overflowed = false;
}
