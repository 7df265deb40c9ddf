/* What the helper was told while the agent was still root, and what a verified statement of trust added since. */
#ifndef PRIVILEGED_ORDERS_H
#define PRIVILEGED_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Lines of words between tabs: KIND, then PLUGIN VALUE for grants (unit, path), PLUGIN UID GID LIBRARY for users. */
typedef struct grant {
    const char *kind;
    const char *plugin;
    const char *value;
    uid_t user;
    gid_t group;
    const char *library;
} grant;

typedef struct grant_list {
    char *text;
    grant *entries;
    size_t count;
} grant_list;

typedef struct orders {
    /* martlet-agent and its configuration, for work that is Swift's. */
    const char *agent;
    const char *configuration;
    /* martlet-plugin-host. */
    const char *host;
    /* What marks processes of this agent's plugins. */
    const char *data;
    /* Folder of the control group below which hosts get theirs; NULL for none. */
    const char *control_group;
    /* Where the agent listens; NULL when it is not to be removed. */
    const char *socket;
    /* systemd is asked for units: nothing else is started with what this process is. */
    bool asks_manager;
    grant_list owner;
    grant_list signed_grants;
} orders;

/* Reads the memory file; false, after a sentence on standard error, when it is not as it must be. */
bool orders_read(int file, orders *into);

/* Replaces the signed grants by those of a text. False when it cannot be read; the former ones hold then. */
bool orders_take_signed(orders *orders, char *text);

bool orders_grant_unit(const orders *orders, const char *plugin, const char *unit);

/* A path that is, or lies below, one that was granted. It must be plain: absolute, no empty part, no `.` and `..`. */
bool orders_grant_path(const orders *orders, const char *plugin, const char *path);

/* The user that the host's owner gives the plugin instead of one of its own; NULL for none. */
const grant *orders_user(const orders *orders, const char *plugin);

bool orders_is_plain_path(const char *path);

/* An id that may become part of a file's name. */
bool orders_is_plugin(const char *name);

/* The file's content from its beginning, ended by zero, to be freed. NULL with errno: EINVAL beyond the limit, or of no plain file. */
char *orders_content(int file, size_t limit, size_t *length);

#endif
