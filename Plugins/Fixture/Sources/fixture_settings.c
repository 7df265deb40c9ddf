/* Settings that are in force in a file, as those of a real application are: others may change it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static bool named(const char *settings, char *path, size_t capacity) {
    fixture_text(settings, "settingsFile", "", path, capacity);
    return *path;
}

bool fixture_write_settings(const char *settings) {
    char path[512];
    if (!named(settings, path, sizeof path)) return true;
    FILE *file = fopen(path, "we");
    if (!file) return false;
    bool written = fputs(settings, file) >= 0;
    return fclose(file) == 0 && written;
}

bool fixture_read_settings(const char *settings, char *out, size_t capacity) {
    char path[512];
    FILE *file = named(settings, path, sizeof path) ? fopen(path, "re") : NULL;
    if (!file) return false;
    out[fread(out, 1, capacity - 1, file)] = 0;
    fclose(file);
    return true;
}
