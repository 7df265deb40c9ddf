#define _GNU_SOURCE
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A test that needs two of them builds another. */
#ifndef FIXTURE_ID
#define FIXTURE_ID "martlet.fixture"
#endif

static martlet_string text(const char *string) { return (martlet_string){string, strlen(string)}; }

static martlet_status push(const martlet_sink *sink, const char *string) {
    martlet_bytes bytes = {(const uint8_t *)string, strlen(string)};
    return sink->write(sink, &bytes);
}

static const void *host_side(const martlet_host *host, const char *id) {
    martlet_string name = text(id);
    return host->get_extension(host, &name);
}

static martlet_status keep_settings(martlet_plugin *plugin, const martlet_bytes *settings) {
    char *copy = strndup((const char *)settings->data, settings->length);
    if (!copy) return MARTLET_RESOURCE_EXHAUSTED;
    pthread_mutex_lock(&plugin->mutex);
    free(plugin->settings);
    plugin->settings = copy;
    pthread_mutex_unlock(&plugin->mutex);
    return MARTLET_OK;
}

static martlet_status misbehaved(martlet_error *error) {
    return fixture_fail(error, MARTLET_INTERNAL, "/misbehaveIn", "failing as the settings want");
}

/* martlet.state/1 */

static martlet_status read_state(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                 martlet_error *error) {
    bool bad_json;
    char greeting[256], document[600];
    (void)call;
    if (fixture_misbehave(plugin, plugin->settings, "readState", &bad_json))
        return bad_json ? push(sink, "{\"instances\":[") : misbehaved(error);
    char how[16];
    fixture_text(plugin->settings, "misbehaveHow", "", how, sizeof how);
    if (!strcmp(how, "otherThread") || !strcmp(how, "lateThread")) fixture_misuse_sink(sink, !strcmp(how, "lateThread"));
    fixture_text(plugin->settings, "greeting", "", greeting, sizeof greeting);
    snprintf(document, sizeof document,
             "{\"instances\":[{\"instance\":\"\",\"state\":\"%s\",\"version\":\"1.0\","
             "\"details\":{\"greeting\":\"%s\"}}]}",
             atomic_load(&plugin->running) ? "running" : "stopped", greeting);
    return push(sink, document);
}

static const martlet_plugin_state state_side = {.struct_size = sizeof state_side, .read = read_state};

/* martlet.control/1 */

static martlet_status use_service(martlet_plugin *plugin, int32_t action, martlet_error *error) {
    char unit[128];
    fixture_text(plugin->settings, "unit", "", unit, sizeof unit);
    if (!*unit) return MARTLET_OK;
    martlet_string name = text(unit);
    return plugin->service->perform(plugin->host, fixture_deadline(8), action, &name, error);
}

static martlet_status control(martlet_plugin *plugin, const martlet_call *call, int32_t action,
                              const martlet_string *instance, martlet_error *error) {
    (void)call;
    (void)instance;
    if (fixture_misbehave(plugin, plugin->settings, "control", NULL)) return misbehaved(error);
    martlet_status status = use_service(plugin, action, error);
    if (status) return status;
    atomic_store(&plugin->running, action != MARTLET_CONTROL_STOP);
    plugin->state->state_changed(plugin->host);
    return MARTLET_OK;
}

static const martlet_plugin_control control_side = {.struct_size = sizeof control_side, .perform = control};

/* martlet.settings/1 */

static martlet_status validate(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                               martlet_error *error) {
    char greeting[256], copy[4096];
    (void)call;
    snprintf(copy, sizeof copy, "%.*s", (int)settings->length, (const char *)settings->data);
    if (fixture_misbehave(plugin, copy, "validate", NULL)) return misbehaved(error);
    fixture_text(copy, "greeting", "", greeting, sizeof greeting);
    if (!strcmp(greeting, "refuse me"))
        return fixture_fail(error, MARTLET_INVALID_ARGUMENT, "/greeting", "this greeting is refused");
    return MARTLET_OK;
}

static martlet_status apply(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                            martlet_error *error) {
    char copy[4096];
    (void)call;
    snprintf(copy, sizeof copy, "%.*s", (int)settings->length, (const char *)settings->data);
    if (fixture_misbehave(plugin, copy, "apply", NULL)) return misbehaved(error);
    fixture_journal_end(plugin);
    if (!fixture_write_settings(copy))
        return fixture_fail(error, MARTLET_INTERNAL, "/settingsFile", "the file cannot be written");
    martlet_status status = fixture_apply_secret(plugin, copy, error);
    if (!status) status = keep_settings(plugin, settings);
    if (!status) fixture_journal_begin(plugin);
    return status;
}

static martlet_status read_settings(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                    martlet_error *error) {
    bool bad_json;
    (void)call;
    if (fixture_misbehave(plugin, plugin->settings, "readSettings", &bad_json))
        return bad_json ? push(sink, "nonsense") : misbehaved(error);
    char file[4096];
    return push(sink, fixture_read_settings(plugin->settings, file, sizeof file) ? file : plugin->settings);
}

static const martlet_plugin_settings settings_side = {
    .struct_size = sizeof settings_side, .validate = validate, .apply = apply, .read = read_settings};

/* martlet.statistics/1 */

static martlet_status read_statistics(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                      martlet_error *error) {
    bool bad_json;
    char document[400];
    (void)call;
    if (fixture_misbehave(plugin, plugin->settings, "statistics", &bad_json))
        return bad_json ? push(sink, "[]]") : misbehaved(error);
    snprintf(document, sizeof document,
             "{\"instances\":[{\"instance\":\"\",\"values\":["
             "{\"name\":\"events.emitted\",\"value\":%llu,\"startTime\":1},"
             "{\"name\":\"running\",\"value\":%d},{\"name\":\"not.in.manifest\",\"value\":1}]}]}",
             atomic_load(&plugin->emitted), atomic_load(&plugin->running) ? 1 : 0);
    return push(sink, document);
}

static const martlet_plugin_statistics statistics_side = {.struct_size = sizeof statistics_side, .read = read_statistics};

/* A plugin's life */

static martlet_status init(martlet_plugin *plugin, const martlet_call *call, martlet_error *error) {
    (void)call;
    const martlet_host *host = plugin->host;
    if (fixture_misbehave(plugin, plugin->local, "init", NULL)) return misbehaved(error);
    plugin->tasks = host_side(host, MARTLET_EXT_TASKS);
    plugin->events = host_side(host, MARTLET_EXT_EVENTS);
    plugin->state = host_side(host, MARTLET_EXT_STATE);
    plugin->service = host_side(host, MARTLET_EXT_SERVICE);
    plugin->file = host_side(host, MARTLET_EXT_FILE);
    plugin->storage = host_side(host, MARTLET_EXT_STORAGE);
    plugin->secret = host_side(host, MARTLET_EXT_SECRET);
    plugin->log = host_side(host, MARTLET_EXT_LOG);
    plugin->artifact = host_side(host, MARTLET_EXT_ARTIFACT);
    if (!plugin->tasks || !plugin->events || !plugin->state || !plugin->service || !plugin->file || !plugin->storage)
        return fixture_fail(error, MARTLET_FAILED_PRECONDITION, "", "the host lacks an extension");
    return MARTLET_OK;
}

static martlet_status activate(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                               martlet_error *error) {
    (void)call;
    martlet_status status = keep_settings(plugin, settings);
    if (status) return status;
    if (fixture_misbehave(plugin, plugin->settings, "activate", NULL)) return misbehaved(error);
    atomic_store(&plugin->running, true);
    fixture_journal_begin(plugin);
    martlet_string line = text("fixture is active");
    if (plugin->log) plugin->log->write(plugin->host, MARTLET_LOG_INFO, &line);
    return MARTLET_OK;
}

static martlet_status deactivate(martlet_plugin *plugin, const martlet_call *call, martlet_error *error) {
    (void)call;
    if (fixture_misbehave(plugin, plugin->settings, "deactivate", NULL)) return misbehaved(error);
    fixture_end_runs(plugin);
    fixture_journal_end(plugin);
    return MARTLET_OK;
}

static void destroy(martlet_plugin *plugin) {
    char how[16];
    fixture_misbehave(plugin, plugin->settings, "destroy", NULL);
    fixture_text(plugin->settings, "misbehaveHow", "", how, sizeof how);
    if (!strcmp(how, "callLater")) fixture_call_after_destroy(plugin->host);
    free(plugin->settings);
    free(plugin->local);
    free(plugin);
}

static const void *get_extension(martlet_plugin *plugin, const martlet_string *id) {
    static const struct {
        const char *id;
        const void *side;
    } offered[] = {
        {MARTLET_EXT_STATE, &state_side},           {MARTLET_EXT_CONTROL, &control_side},
        {MARTLET_EXT_SETTINGS, &settings_side},     {MARTLET_EXT_TASKS, &fixture_tasks},
        {MARTLET_EXT_STATISTICS, &statistics_side},
    };
    (void)plugin;
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        if (strlen(offered[i].id) == id->length && !memcmp(offered[i].id, id->data, id->length)) return offered[i].side;
    return NULL;
}

static martlet_status create(const martlet_host *host, const martlet_create_info *info, martlet_plugin **plugin,
                             martlet_error *error) {
    martlet_plugin *made = calloc(1, sizeof *made);
    if (!made) return fixture_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "out of memory");
    made->host = host;
    made->local = strndup((const char *)info->local.data, info->local.length);
    if (fixture_misbehave(made, made->local, "create", NULL)) return misbehaved(error);
    pthread_mutex_init(&made->mutex, NULL);
    *plugin = made;
    return MARTLET_OK;
}

static const martlet_plugin_ops ops = {
    .struct_size = sizeof ops,
    .init = init,
    .activate = activate,
    .deactivate = deactivate,
    .destroy = destroy,
    .get_extension = get_extension,
};

static const martlet_module module = {
    .magic = MARTLET_MODULE_MAGIC,
    .struct_size = sizeof module,
    .abi_major = MARTLET_ABI_MAJOR,
    .abi_minor = MARTLET_ABI_MINOR,
    .min_host_minor = 0,
    .id = {FIXTURE_ID, sizeof FIXTURE_ID - 1},
    .name = {"Fixture", 7},
    .version = {"1.0.0", 5},
    .ops = &ops,
    .create = create,
};

MARTLET_EXPORT const martlet_module *martlet_module_v1(void) { return &module; }
