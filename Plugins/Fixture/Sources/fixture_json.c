#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* Where the value of `key` begins in a flat object, or NULL. */
static const char *value_of(const char *json, const char *key) {
    char quoted[80];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = json ? strstr(json, quoted) : NULL;
    return found ? found + strlen(quoted) : NULL;
}

void fixture_text(const char *json, const char *key, const char *otherwise, char *out, size_t capacity) {
    const char *value = value_of(json, key);
    if (!value || *value != '"') {
        snprintf(out, capacity, "%s", otherwise);
        return;
    }
    size_t length = 0;
    for (value++; *value && *value != '"' && length + 1 < capacity; value++) {
        if (*value == '\\' && value[1]) value++;
        out[length++] = *value;
    }
    out[length] = 0;
}

long long fixture_number(const char *json, const char *key, long long otherwise) {
    const char *value = value_of(json, key);
    return value && (*value == '-' || (*value >= '0' && *value <= '9')) ? strtoll(value, NULL, 10) : otherwise;
}
