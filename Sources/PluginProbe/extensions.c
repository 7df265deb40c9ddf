#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "guard.h"
#include "probe.h"
#include "record.h"

static const char *const ids[] = {MARTLET_EXT_STATE, MARTLET_EXT_CONTROL, MARTLET_EXT_SETTINGS, MARTLET_EXT_TASKS,
                                  MARTLET_EXT_STATISTICS};
#define IDS (sizeof ids / sizeof ids[0])

static const void *ask(const probe *probe, const char *id) {
    martlet_string name = {guard_lend("lent.id", id, strlen(id)), strlen(id)};
    const void *side = probe->ops.get_extension(probe->plugin, guard_lend("lent.id", &name, sizeof name));
    guard_take_back("lent.id");
    return side;
}

struct answers {
    const probe *probe;
    const void *sides[IDS];
};

static void *ask_all(void *context) {
    struct answers *answers = context;
    for (size_t i = 0; i < IDS; i++) answers->sides[i] = ask(answers->probe, ids[i]);
    return NULL;
}

static bool same(const struct answers *one, const struct answers *other) {
    return !memcmp(one->sides, other->sides, sizeof one->sides);
}

static void judge_names(const probe *probe) {
    record_fact("extensions.unknown", !ask(probe, "com.example.unheard-of/1"), "an unknown id was answered with an extension");
    record_fact("extensions.empty-id", !ask(probe, ""), "an empty id was answered with an extension");
    for (size_t i = 0; i < IDS; i++) {
        char later[64];
        snprintf(later, sizeof later, "%.*s/999", (int)(strlen(ids[i]) - 2), ids[i]);
        record_fact("extensions.revision", !ask(probe, later), "%s, which this plugin cannot know, was answered", later);
        snprintf(later, sizeof later, "%sx", ids[i]);
        record_fact("extensions.whole-id", !ask(probe, later), "%s was taken for %s", later, ids[i]);
    }
}

/* Copies a side into zeroed memory; `check` tells whether it is as large as version 1.0 has it. */
static void take(const char *check, const void *side, void *to, size_t size) {
    memset(to, 0, size);
    if (!side) return;
    uint32_t theirs;
    memcpy(&theirs, side, sizeof theirs);
    record_fact(check, theirs >= size, "struct_size is %u, version 1.0 has %zu", theirs, size);
    memcpy(to, side, theirs < size ? theirs : size);
}

void probe_look_at_extensions(probe *probe) {
    struct answers first = {.probe = probe}, second = {.probe = probe}, other = {.probe = probe};
    pthread_t thread;
    record_begin("get_extension", LIMIT_EXTENSION);
    ask_all(&first);
    ask_all(&second);
    record_fact("extensions.stable", same(&first, &second), "the same id was answered with another pointer");
    if (!pthread_create(&thread, NULL, ask_all, &other)) {
        pthread_join(thread, NULL);
        record_fact("extensions.thread-safe", same(&first, &other), "another thread was answered with another pointer");
    }
    judge_names(probe);
    take("extensions.state", first.sides[0], &probe->state, sizeof probe->state);
    take("extensions.control", first.sides[1], &probe->control, sizeof probe->control);
    take("extensions.settings", first.sides[2], &probe->settings_side, sizeof probe->settings_side);
    take("extensions.tasks", first.sides[3], &probe->tasks_side, sizeof probe->tasks_side);
    take("extensions.statistics", first.sides[4], &probe->statistics, sizeof probe->statistics);
    if (first.sides[0]) record_fact("extensions.state", probe->state.read != NULL, "read is NULL");
    if (first.sides[3])
        record_fact("extensions.tasks", probe->tasks_side.start && probe->tasks_side.cancel, "start or cancel is NULL");
    if (first.sides[4]) record_fact("extensions.statistics", probe->statistics.read != NULL, "read is NULL");
    if (first.sides[1]) record_fact("extensions.control", probe->control.perform != NULL, "perform is NULL");
    record_end("get_extension", MARTLET_OK, NULL, NULL, 0);
    guard_take_back_all_but("host.after-destroy");
}
