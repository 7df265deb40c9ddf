#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin.h"

martlet_string pg_text(const char *string) { return (martlet_string){string, strlen(string)}; }

static uint32_t bounded(int length, size_t capacity) {
    if (length < 0) return 0;
    return (uint32_t)((size_t)length < capacity ? (size_t)length : capacity - 1);
}

martlet_status pg_fail(martlet_error *error, martlet_status status, const char *pointer, const char *format, ...) {
    if (!error) return status;
    va_list values;
    va_start(values, format);
    int length = vsnprintf(error->message, sizeof error->message, format, values);
    va_end(values);
    error->code = status;
    error->message_length = bounded(length, sizeof error->message);
    error->pointer_length = bounded(snprintf(error->pointer, sizeof error->pointer, "%s", pointer), sizeof error->pointer);
    if (status == MARTLET_UNAVAILABLE) error->flags |= MARTLET_ERROR_RETRYABLE;
    return status;
}

martlet_status pg_push(const martlet_sink *sink, json_t *document) {
    char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
    json_decref(document);
    if (!text) return MARTLET_RESOURCE_EXHAUSTED;
    martlet_bytes bytes = {(const uint8_t *)text, strlen(text)};
    martlet_status status = sink->write(sink, &bytes);
    free(text);
    return status;
}

int64_t pg_deadline(int seconds) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)now.tv_sec + seconds) * 1000000000 + now.tv_nsec;
}

void pg_pause(void) {
    struct timespec pause = {.tv_nsec = 25000000};
    nanosleep(&pause, NULL);
}

const char *pg_local(martlet_plugin *plugin, const char *name, const char *otherwise) {
    const char *value = json_string_value(json_object_get(plugin->local, name));
    return value && *value ? value : otherwise;
}
