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

void document_init(document *document) {
    memset(document, 0, sizeof *document);
    document->sink = (martlet_sink){.struct_size = sizeof(martlet_sink), .caller_data = document, .write = append};
}

void document_free(document *document) {
    free(document->data);
    memset(document, 0, sizeof *document);
}
