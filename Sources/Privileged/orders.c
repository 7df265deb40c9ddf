#define _GNU_SOURCE
#include "orders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_TEXT = 1 << 20, MOST_WORDS = 5 };

char *orders_content(int file, size_t limit, size_t *length) {
    struct stat status;
    if (fstat(file, &status)) return NULL;
    if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > limit) {
        errno = EINVAL;
        return NULL;
    }
    size_t size = (size_t)status.st_size, got = 0;
    char *text = malloc(size + 1);
    if (!text) return NULL;
    while (got < size) {
        ssize_t n = pread(file, text + got, size - got, (off_t)got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            int error = errno;
            free(text);
            errno = error;
            return NULL;
        }
        if (n == 0) break;
        got += (size_t)n;
    }
    text[got] = 0;
    *length = got;
    return text;
}

/* Cuts the next line into words; their number, -1 at the end. */
static int next_line(char **at, char *words[MOST_WORDS]) {
    char *line = strsep(at, "\n");
    if (!line) return -1;
    int count = 0;
    for (char *word; count < MOST_WORDS && (word = strsep(&line, "\t"));) words[count++] = word;
    return count;
}

static bool add(grant_list *list, grant one) {
    grant *entries = realloc(list->entries, (list->count + 1) * sizeof *entries);
    if (!entries) return false;
    entries[list->count++] = one;
    list->entries = entries;
    return true;
}

static bool number(const char *text, uint32_t *value) {
    char *end;
    unsigned long long parsed = strtoull(text, &end, 10);
    *value = (uint32_t)parsed;
    return *text && !*end && parsed < UINT32_MAX;
}

static bool take_grant(grant_list *list, char *words[MOST_WORDS], int count) {
    grant one = {.kind = words[0], .plugin = count > 1 ? words[1] : ""};
    if (count == 3 && (!strcmp(one.kind, "unit") || !strcmp(one.kind, "path"))) {
        one.value = words[2];
        return add(list, one);
    }
    if (count != 5 || strcmp(one.kind, "user")) return false;
    uint32_t user, group;
    if (!number(words[2], &user) || !number(words[3], &group)) return false;
    one.value = "";
    one.user = user;
    one.group = group;
    one.library = words[4];
    return add(list, one);
}

static bool take_place(orders *into, char *words[MOST_WORDS], int count) {
    if (count != 2) return false;
    if (!strcmp(words[0], "agent")) into->agent = words[1];
    else if (!strcmp(words[0], "configuration")) into->configuration = words[1];
    else if (!strcmp(words[0], "host")) into->host = words[1];
    else if (!strcmp(words[0], "data")) into->data = words[1];
    else if (!strcmp(words[0], "control-group")) into->control_group = words[1];
    else if (!strcmp(words[0], "socket")) into->socket = words[1];
    else if (!strcmp(words[0], "services")) into->asks_manager = !strcmp(words[1], "manager");
    else return false;
    return true;
}

bool orders_read(int file, orders *into) {
    memset(into, 0, sizeof *into);
    size_t length;
    char *at = into->owner.text = orders_content(file, MOST_TEXT, &length);
    char *words[MOST_WORDS];
    for (int count; at && (count = next_line(&at, words)) >= 0;) {
        if (count == 1 && !*words[0]) continue;
        bool is_signed = !strncmp(words[0], "signed-", 7);
        if (is_signed) words[0] += 7;
        if (take_grant(is_signed ? &into->signed_grants : &into->owner, words, count)) continue;
        if (is_signed || !take_place(into, words, count)) {
            fprintf(stderr, "martlet-privileged: orders that are not understood: %s\n", words[0]);
            return false;
        }
    }
    if (into->agent && into->configuration && into->host && into->data) return true;
    fprintf(stderr, "martlet-privileged is started by martlet-agent, with orders. It is of no use by hand.\n");
    return false;
}

bool orders_take_signed(orders *orders, char *text) {
    grant_list list = {.text = text};
    char *at = text, *words[MOST_WORDS];
    bool good = true;
    for (int count; good && (count = next_line(&at, words)) >= 0;) {
        if (count == 1 && !*words[0]) continue;
        good = !strncmp(words[0], "signed-", 7) && strcmp(words[0], "signed-user");
        if (!good) break;
        words[0] += 7;
        good = take_grant(&list, words, count);
    }
    if (!good) {
        free(list.entries);
        return false;
    }
    free(orders->signed_grants.entries);
    free(orders->signed_grants.text);
    orders->signed_grants = list;
    return true;
}

static const grant *find(const grant_list *list, const char *kind, const char *plugin, const char *value,
                         bool (*fits)(const char *granted, const char *asked)) {
    for (size_t i = 0; i < list->count; i++) {
        const grant *one = &list->entries[i];
        if (!strcmp(one->kind, kind) && !strcmp(one->plugin, plugin) && (!fits || fits(one->value, value))) return one;
    }
    return NULL;
}

static bool same(const char *granted, const char *asked) { return !strcmp(granted, asked); }

static bool covers(const char *granted, const char *asked) {
    size_t length = strlen(granted);
    return !strncmp(granted, asked, length) && (asked[length] == 0 || asked[length] == '/');
}

bool orders_grant_unit(const orders *orders, const char *plugin, const char *unit) {
    return find(&orders->owner, "unit", plugin, unit, same) || find(&orders->signed_grants, "unit", plugin, unit, same);
}

bool orders_grant_path(const orders *orders, const char *plugin, const char *path) {
    return orders_is_plain_path(path) && (find(&orders->owner, "path", plugin, path, covers) ||
                                          find(&orders->signed_grants, "path", plugin, path, covers));
}

const grant *orders_user(const orders *orders, const char *plugin) {
    return find(&orders->owner, "user", plugin, NULL, NULL);
}

bool orders_is_plain_path(const char *path) {
    if (path[0] != '/' || strlen(path) >= 4096) return false;
    for (const char *part = path + 1;; part++) {
        const char *end = strchrnul(part, '/');
        size_t length = (size_t)(end - part);
        if (!length || (length == 1 && part[0] == '.') || (length == 2 && !memcmp(part, "..", 2))) return false;
        if (!*end) return true;
        part = end;
    }
}

bool orders_is_plugin(const char *name) {
    size_t length = strlen(name);
    return length && length <= 128 && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == length;
}
