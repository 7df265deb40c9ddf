/* The plugin under a host of a few lines: what it says, and that a run ends once. `make test` runs it. */
#define _GNU_SOURCE
#include <martlet/martlet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int events, ends;
static martlet_status last_end;

#define CHECK(what)                                                               \
    do {                                                                          \
        if (!(what)) {                                                            \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #what);   \
            exit(1);                                                              \
        }                                                                         \
    } while (0)

static martlet_status emit(const martlet_host *host, const martlet_event *event, martlet_error *error) {
    (void)host, (void)event, (void)error;
    pthread_mutex_lock(&mutex);
    events++;
    pthread_mutex_unlock(&mutex);
    return MARTLET_OK;
}

static void progress(const martlet_host *host, const uint8_t *run, uint32_t percent, const martlet_string *message) {
    (void)host, (void)run, (void)percent, (void)message;
}

static martlet_status finished(const martlet_host *host, const uint8_t *run, martlet_status status,
                               const martlet_string *message, const martlet_bytes *result) {
    (void)host, (void)run, (void)message, (void)result;
    pthread_mutex_lock(&mutex);
    ends++;
    last_end = status;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return MARTLET_OK;
}

static const martlet_host_events events_side = {.struct_size = sizeof events_side, .emit = emit};
static const martlet_host_tasks tasks_side = {.struct_size = sizeof tasks_side, .progress = progress, .finished = finished};

static const void *host_extension(const martlet_host *host, const martlet_string *id) {
    (void)host;
    if (id->length == strlen(MARTLET_EXT_EVENTS) && !memcmp(id->data, MARTLET_EXT_EVENTS, id->length)) return &events_side;
    if (id->length == strlen(MARTLET_EXT_TASKS) && !memcmp(id->data, MARTLET_EXT_TASKS, id->length)) return &tasks_side;
    return NULL;
}

static char document[4096];

static martlet_status gather(const martlet_sink *sink, const martlet_bytes *bytes) {
    (void)sink;
    if (strlen(document) + bytes->length >= sizeof document) return MARTLET_RESOURCE_EXHAUSTED;
    strncat(document, (const char *)bytes->data, bytes->length);
    return MARTLET_OK;
}

static bool never(const martlet_call *call) { return (void)call, false; }

static martlet_string text(const char *s) { return (martlet_string){s, strlen(s)}; }

static const void *side(const martlet_module *module, martlet_plugin *plugin, const char *id) {
    martlet_string name = text(id);
    const void *found = module->ops->get_extension(plugin, &name);
    CHECK(found);
    return found;
}

static void wait_for_end(int number) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    pthread_mutex_lock(&mutex);
    while (ends < number) CHECK(!pthread_cond_timedwait(&changed, &mutex, &until));
    pthread_mutex_unlock(&mutex);
}

int main(void) {
    const martlet_host host = {.struct_size = sizeof host, .abi_major = MARTLET_ABI_MAJOR, .abi_minor = MARTLET_ABI_MINOR,
                               .get_extension = host_extension};
    const martlet_call call = {.struct_size = sizeof call, .deadline = INT64_MAX, .is_cancelled = never};
    const martlet_sink sink = {.struct_size = sizeof sink, .write = gather};
    const martlet_create_info info = {.struct_size = sizeof info};
    const char *json = "{\"greeting\":\"hello\"}";
    const martlet_bytes settings = {(const uint8_t *)json, strlen(json)};
    martlet_error error = {.struct_size = sizeof error};
    martlet_plugin *plugin = NULL;
    const martlet_module *module = martlet_module_v1();

    CHECK(!module->create(&host, &info, &plugin, &error) && plugin);
    CHECK(!module->ops->init(plugin, &call, &error));
    CHECK(!module->ops->activate(plugin, &call, &settings, &error));

    const martlet_plugin_state *state = side(module, plugin, MARTLET_EXT_STATE);
    CHECK(!state->read(plugin, &call, &sink, &error));
    CHECK(strstr(document, "\"state\":\"running\"") && strstr(document, json));

    const martlet_plugin_tasks *tasks = side(module, plugin, MARTLET_EXT_TASKS);
    martlet_string unknown = text("no-such-task"), greet = text("greet");
    const martlet_bytes none = {NULL, 0};
    uint8_t run[MARTLET_ID_SIZE] = {1};
    CHECK(tasks->start(plugin, &call, run, &unknown, &none, &error) == MARTLET_NOT_FOUND);
    /* The end of a run makes room for the next one, at once. */
    for (int number = 1; number <= 5; number++) {
        run[1] = (uint8_t)number;
        CHECK(!tasks->start(plugin, &call, run, &greet, &none, &error));
        wait_for_end(number);
        CHECK(!last_end);
    }
    CHECK(events == 5);
    run[1] = 6;
    CHECK(!tasks->start(plugin, &call, run, &greet, &none, &error));
    CHECK(!module->ops->deactivate(plugin, &call, &error));
    CHECK(ends == 6);

    module->ops->destroy(plugin);
    puts("ok");
    return 0;
}
