/* Numbered events, and what the device confirmed of them, kept over every death of this process: the plugin that a test
 * of exactly-once delivery asks afterwards. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

/* The file that test and plugin share while both run. */
struct shared {
    /* Highest number that was ever emitted; written before the event is. */
    _Atomic uint64_t emitted;
    /* The test's: no number above this is emitted yet. */
    _Atomic uint64_t allowed;
};

static void pause_milliseconds(long milliseconds) {
    struct timespec pause = {.tv_nsec = milliseconds * 1000000};
    nanosleep(&pause, NULL);
}

static struct shared *map(const char *path) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct shared))) return NULL;
    void *mapped = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return mapped == MAP_FAILED ? NULL : mapped;
}

/* The same number has the same id in every life of the plugin. */
static martlet_status emit_number(martlet_plugin *plugin, uint64_t number, size_t size) {
    char line[64], data[4096];
    martlet_event event = {.struct_size = sizeof event, .severity = MARTLET_SEVERITY_INFO + (int32_t)(number % 4)};
    memcpy(event.id, "journal:", 8);
    for (int i = 0; i < 8; i++) event.id[15 - i] = (uint8_t)(number >> (8 * i));
    size_t used = (size_t)snprintf(data, sizeof data, "{\"number\":%llu,\"padding\":\"", (unsigned long long)number);
    while (used < size && used + 3 < sizeof data) data[used++] = 'x';
    memcpy(data + used, "\"}", 2);
    event.type = (martlet_string){"fixture.number", 14};
    event.text = (martlet_string){line, (size_t)snprintf(line, sizeof line, "number %llu", (unsigned long long)number)};
    event.data = (martlet_bytes){(const uint8_t *)data, used + 2};
    martlet_error error = {.struct_size = sizeof error};
    return plugin->events->emit(plugin->host, &event, &error);
}

/* Emits first to last and waits until they are stored. False when some are not: then all are to be emitted again. */
static bool store(martlet_plugin *plugin, struct shared *shared, uint64_t first, uint64_t last, size_t size) {
    martlet_status status = MARTLET_OK;
    for (uint64_t number = first; number <= last && !status; number++) {
        if (atomic_load(&shared->emitted) < number) atomic_store(&shared->emitted, number);
        status = emit_number(plugin, number, size);
    }
    martlet_error error = {.struct_size = sizeof error};
    martlet_status stored = plugin->events->flush(plugin->host, fixture_deadline(30), &error);
    return !status && !stored;
}

static void *keep(void *context) {
    martlet_plugin *plugin = context;
    char path[512], confirmed_path[600];
    fixture_text(plugin->settings, "journal", "", path, sizeof path);
    size_t size = (size_t)fixture_number(plugin->settings, "journalSize", 0);
    uint64_t batch = (uint64_t)fixture_number(plugin->settings, "journalBatch", 50), confirmed = 0;
    snprintf(confirmed_path, sizeof confirmed_path, "%s.confirmed", path);
    struct shared *shared = map(path);
    int file = open(confirmed_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (!shared || file < 0) {
        perror(path);
        return NULL;
    }
    if (pread(file, &confirmed, sizeof confirmed, 0) != sizeof confirmed) confirmed = 0;
    while (!atomic_load(&plugin->journal_stops)) {
        uint64_t allowed = atomic_load(&shared->allowed);
        uint64_t last = allowed - confirmed < batch ? allowed : confirmed + batch;
        if (confirmed >= allowed) {
            pause_milliseconds(2);
        } else if (!store(plugin, shared, confirmed + 1, last, size)) {
            pause_milliseconds(20);
        } else if (pwrite(file, &last, sizeof last, 0) == sizeof last && fdatasync(file) == 0) {
            confirmed = last;
        }
    }
    close(file);
    munmap(shared, sizeof *shared);
    return NULL;
}

void fixture_journal_begin(martlet_plugin *plugin) {
    char path[512];
    fixture_text(plugin->settings, "journal", "", path, sizeof path);
    if (!*path || plugin->journal_runs) return;
    plugin->journal_runs = pthread_create(&plugin->journal, NULL, keep, plugin) == 0;
}

void fixture_journal_end(martlet_plugin *plugin) {
    if (!plugin->journal_runs) return;
    atomic_store(&plugin->journal_stops, true);
    pthread_join(plugin->journal, NULL);
    plugin->journal_runs = false;
    atomic_store(&plugin->journal_stops, false);
}
