#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pl_frame.h"

#define FACTS 512

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void write_all(const uint8_t *bytes, size_t length) {
    while (length) {
        ssize_t n = write(RECORD_FD, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(74); /* the reader is gone */
        bytes += n;
        length -= (size_t)n;
    }
}

void record_frame(uint16_t type, pl_writer *writer) {
    pl_header header = {.length = (uint32_t)writer->length, .type = type};
    uint8_t head[PL_HEADER_SIZE];
    pl_header_encode(&header, head);
    pthread_mutex_lock(&mutex);
    write_all(head, sizeof head);
    write_all(writer->data, writer->length);
    pthread_mutex_unlock(&mutex);
    pl_writer_free(writer);
}

/* Whether this was not told yet. */
static bool is_new(const char *check, bool kept) {
    static struct {
        char check[64];
        bool kept;
    } told[FACTS];
    static int count;
    bool fresh = true;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < count && fresh; i++) fresh = told[i].kept != kept || strcmp(told[i].check, check) != 0;
    if (fresh && count < FACTS) {
        snprintf(told[count].check, sizeof told[count].check, "%s", check);
        told[count++].kept = kept;
    }
    pthread_mutex_unlock(&mutex);
    return fresh;
}

void record_fact(const char *check, bool kept, const char *format, ...) {
    char text[512];
    if (!is_new(check, kept)) return;
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, check, strlen(check));
    pl_put_number(&writer, PL_STATUS, kept ? 0 : 1);
    if (!kept) pl_put(&writer, PL_MESSAGE, text, strlen(text));
    record_frame(RECORD_FACT, &writer);
}

/* No allocation, no lock: the thread that crashed may hold both. */
static size_t put_static(uint8_t *at, uint16_t tag, const void *value, size_t length) {
    uint8_t field[8] = {(uint8_t)tag, (uint8_t)(tag >> 8), 0, 0, (uint8_t)length, (uint8_t)(length >> 8), 0, 0};
    memcpy(at, field, sizeof field);
    memcpy(at + sizeof field, value, length);
    return sizeof field + length;
}

void record_fact_in_signal(const char *check, const char *what) {
    uint8_t frame[PL_HEADER_SIZE + 600];
    const uint8_t broken[8] = {1};
    size_t length = 0, limit = strlen(what) < 400 ? strlen(what) : 400;
    uint8_t *payload = frame + PL_HEADER_SIZE;
    length += put_static(payload + length, PL_NAME, check, strlen(check));
    length += put_static(payload + length, PL_STATUS, broken, sizeof broken);
    length += put_static(payload + length, PL_MESSAGE, what, limit);
    pl_header header = {.length = (uint32_t)length, .type = RECORD_FACT};
    pl_header_encode(&header, frame);
    write_all(frame, PL_HEADER_SIZE + length);
}

void record_begin(const char *call, int64_t limit) {
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, call, strlen(call));
    pl_put_number(&writer, PL_DEADLINE, (uint64_t)limit);
    record_frame(RECORD_BEGIN, &writer);
}

void record_end(const char *call, martlet_status status, const martlet_error *error, const uint8_t *document,
                size_t length) {
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, call, strlen(call));
    pl_put_number(&writer, PL_STATUS, (uint64_t)(int64_t)status);
    if (error && error->message_length <= sizeof error->message)
        pl_put(&writer, PL_MESSAGE, error->message, error->message_length);
    pl_put(&writer, PL_DOCUMENT, document, length);
    record_frame(RECORD_END, &writer);
}

void record_done(void) {
    pl_writer writer = {0};
    record_frame(RECORD_DONE, &writer);
}
