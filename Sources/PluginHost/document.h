/* A sink that gathers a document in memory. */
#ifndef HOST_DOCUMENT_H
#define HOST_DOCUMENT_H

#include <stdbool.h>

#include "martlet/sink.h"

typedef struct document {
    martlet_sink sink;
    uint8_t *data;
    size_t length;
    size_t capacity;
    bool overflowed;
} document;

void document_init(document *document);
void document_free(document *document);

#endif
