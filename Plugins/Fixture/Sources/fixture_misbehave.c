#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

int64_t fixture_deadline(int seconds) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)now.tv_sec + seconds) * 1000000000 + now.tv_nsec;
}

martlet_status fixture_fail(martlet_error *error, martlet_status status, const char *pointer, const char *message) {
    if (!error || error->struct_size < sizeof *error) return status;
    error->code = status;
    error->pointer_length = (uint32_t)strlen(pointer);
    memcpy(error->pointer, pointer, error->pointer_length);
    error->message_length = (uint32_t)strlen(message);
    memcpy(error->message, message, error->message_length);
    return status;
}

bool fixture_misbehave(martlet_plugin *plugin, const char *settings, const char *call, bool *bad_json) {
    char where[32], how[32];
    if (bad_json) *bad_json = false;
    bool early = plugin && settings == plugin->local;
    fixture_text(settings, early ? "misbehaveEarlyIn" : "misbehaveIn", "none", where, sizeof where);
    if (strcmp(where, call)) return false;
    fixture_text(settings, early ? "misbehaveEarlyHow" : "misbehaveHow", "fail", how, sizeof how);
    if (!strcmp(how, "crash")) abort();
    if (!strcmp(how, "exit")) exit(3);
    if (!strcmp(how, "hang")) for (;;) pause();
    if (!strcmp(how, "output")) for (;;) puts("endless output of a fixture that misbehaves");
    if (bad_json && !strcmp(how, "badJSON")) *bad_json = true;
    return true;
}
