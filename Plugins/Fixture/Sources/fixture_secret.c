/* Secrets: what is told of one is its length and its FNV-1a, not the value. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static martlet_status take(const martlet_sink *sink, const martlet_bytes *bytes) {
    struct fixture_fingerprint *print = sink->caller_data;
    for (size_t i = 0; i < bytes->length; i++) print->hash = (print->hash ^ bytes->data[i]) * 1099511628211u;
    print->length += bytes->length;
    return MARTLET_OK;
}

martlet_status fixture_secret(martlet_plugin *plugin, const char *name, struct fixture_fingerprint *print,
                              martlet_error *error) {
    *print = (struct fixture_fingerprint){14695981039346656037u, 0};
    martlet_string wanted = {name, strlen(name)};
    martlet_sink sink = {.struct_size = sizeof sink, .caller_data = print, .write = take};
    return plugin->secret->get(plugin->host, fixture_deadline(5), &wanted, &sink, error);
}

martlet_status fixture_apply_secret(martlet_plugin *plugin, const char *settings, martlet_error *error) {
    char name[256], path[512];
    fixture_text(settings, "secret", "", name, sizeof name);
    fixture_text(settings, "secretFile", "", path, sizeof path);
    if (!*name || !*path) return MARTLET_OK;
    struct fixture_fingerprint print;
    martlet_status status = fixture_secret(plugin, name, &print, error);
    if (status) return status;
    FILE *file = fopen(path, "we");
    if (!file) return fixture_fail(error, MARTLET_INTERNAL, "/secretFile", "the file cannot be written");
    fprintf(file, "%016llx", (unsigned long long)print.hash);
    fclose(file);
    return MARTLET_OK;
}
