/* A payload is a sequence of fields {tag u16, zero u16, length u32, value}. A reader ignores tags it does not know, so
 * that either side may say more later. Numbers are values of eight bytes. */
#ifndef PL_FIELDS_H
#define PL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_FIELD_HEADER_SIZE 8

enum {
    PL_STATUS = 1,
    PL_MESSAGE = 2,
    PL_POINTER = 3,
    PL_ERROR_FLAGS = 4,
    PL_DOCUMENT = 5,
    PL_PLUGIN = 6,
    PL_DEADLINE = 7,
    PL_INSTANCE = 8,
    PL_ACTION = 9,
    PL_RUN = 10,
    PL_TASK = 11,
    PL_PERCENT = 12,
    PL_LEVEL = 13,
    PL_NAME = 14,
    PL_MODE = 15,
    PL_EVENT_ID = 16,
    PL_SEVERITY = 17,
    PL_EVENT_TYPE = 18,
    PL_TIME = 19,
    PL_PROTOCOL = 20,
    PL_ABI_MAJOR = 21,
    PL_ABI_MINOR = 22,
    PL_PID = 23,
    PL_VERSION = 24,
    PL_OFFSET = 25
};

/* Grows as it is written to. Zero it before use; free it with pl_writer_free. */
typedef struct pl_writer {
    uint8_t *data;
    size_t length;
    size_t capacity;
    /* Memory ran out: what was put since then is missing, and the payload must not be sent. */
    bool failed;
} pl_writer;

void pl_put(pl_writer *writer, uint16_t tag, const void *value, size_t length);
void pl_put_number(pl_writer *writer, uint16_t tag, uint64_t value);
void pl_writer_free(pl_writer *writer);

/* One field; `value` points into the payload. */
typedef struct pl_field {
    uint16_t tag;
    const uint8_t *value;
    size_t length;
} pl_field;

/* Steps through a payload from *offset = 0: 1 with a field, 0 at the end, -1 when it is malformed. */
int pl_next_field(const uint8_t *payload, size_t length, size_t *offset, pl_field *field);

/* The first field with the tag; an empty one with value NULL when there is none or the payload is malformed. */
pl_field pl_find(const uint8_t *payload, size_t length, uint16_t tag);

/* The number in the first field with the tag, or `otherwise` when there is none of eight bytes. */
uint64_t pl_find_number(const uint8_t *payload, size_t length, uint16_t tag, uint64_t otherwise);

#endif
