#include <stdio.h>
#include <string.h>

#include "plugin.h"

json_t *pg_parse(const martlet_bytes *document) {
    json_error_t error;
    return json_loadb((const char *)document->data, document->length, 0, &error);
}

json_t *pg_settings(martlet_plugin *plugin) {
    pthread_mutex_lock(&plugin->mutex);
    json_t *copy = json_deep_copy(plugin->settings);
    pthread_mutex_unlock(&plugin->mutex);
    return copy;
}

static const char *member(json_t *entry, const char *key, const char *otherwise) {
    const char *value = json_string_value(json_object_get(entry, key));
    return value ? value : otherwise;
}

bool pg_cluster_at(json_t *settings, size_t index, struct pg_cluster *cluster) {
    json_t *entry = json_array_get(json_object_get(settings, "clusters"), index);
    if (!entry) return false;
    cluster->name = member(entry, "name", "");
    cluster->host = member(entry, "host", "/var/run/postgresql");
    cluster->user = member(entry, "user", "postgres");
    cluster->database = member(entry, "database", "postgres");
    cluster->secret = member(entry, "passwordSecret", "");
    cluster->unit = member(entry, "unit", "");
    json_t *port = json_object_get(entry, "port");
    snprintf(cluster->port, sizeof cluster->port, "%d", port ? (int)json_integer_value(port) : 5432);
    return true;
}

bool pg_cluster_named(json_t *settings, const char *name, size_t length, struct pg_cluster *cluster) {
    for (size_t i = 0; pg_cluster_at(settings, i, cluster); i++)
        if (strlen(cluster->name) == length && !memcmp(cluster->name, name, length)) return true;
    return false;
}

martlet_status pg_check_settings(json_t *settings, martlet_error *error) {
    struct pg_cluster one, other;
    if (!settings) return pg_fail(error, MARTLET_INVALID_ARGUMENT, "", "the settings are no JSON");
    if (json_array_size(json_object_get(settings, "clusters")) > PG_CLUSTERS)
        return pg_fail(error, MARTLET_INVALID_ARGUMENT, "/clusters", "there are more than %d clusters", PG_CLUSTERS);
    for (size_t i = 0; pg_cluster_at(settings, i, &one); i++)
        for (size_t j = 0; j < i && pg_cluster_at(settings, j, &other); j++)
            if (!strcmp(one.name, other.name)) {
                char pointer[64];
                snprintf(pointer, sizeof pointer, "/clusters/%zu/name", i);
                return pg_fail(error, MARTLET_INVALID_ARGUMENT, pointer, "two clusters are called %s", one.name);
            }
    return MARTLET_OK;
}

static martlet_status validate(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *document,
                               martlet_error *error) {
    (void)plugin;
    (void)call;
    json_t *settings = pg_parse(document);
    martlet_status status = pg_check_settings(settings, error);
    json_decref(settings);
    return status;
}

/* The settings say where clusters are: nothing of the application changes. */
static martlet_status apply(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *document,
                            martlet_error *error) {
    (void)call;
    json_t *settings = pg_parse(document);
    martlet_status status = pg_check_settings(settings, error);
    if (status) {
        json_decref(settings);
        return status;
    }
    pg_watch_end(plugin);
    pthread_mutex_lock(&plugin->mutex);
    json_decref(plugin->settings);
    plugin->settings = settings;
    pthread_mutex_unlock(&plugin->mutex);
    plugin->state->state_changed(plugin->host);
    if (pg_watch_begin(plugin)) return MARTLET_OK;
    return pg_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "no thread can be started");
}

static martlet_status read_back(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                martlet_error *error) {
    (void)call;
    (void)error;
    return pg_push(sink, pg_settings(plugin));
}

const martlet_plugin_settings pg_settings_side = {
    .struct_size = sizeof pg_settings_side, .validate = validate, .apply = apply, .read = read_back};
