#define _GNU_SOURCE
#include "hide.h"
#include "pl_filter.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

/* As the kernel has them; headers of a distribution may be older than its kernel. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};
struct beneath {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));

enum { RULE_BENEATH = 1, REFER = 1 << 13, TRUNCATE = 1 << 14, READ_FOLDER = 1 << 3 };
/* Of version 1: run, write, read, list, remove and make of every kind. */
#define FIRST_RIGHTS ((UINT64_C(1) << 13) - 1)
/* Run, write, read, truncate: what can be done with a file. */
#define FILE_RIGHTS (UINT64_C(7) | TRUNCATE)
#define SCOPE_SIGNALS (UINT64_C(1) << 1)

typedef struct walk {
    int rules;
    uint64_t rights;
} walk;

static int allow(const walk *walk, int place, uint64_t rights) {
    struct beneath rule = {.allowed = rights & walk->rights, .folder = place};
    return (int)syscall(SYS_landlock_add_rule, walk->rules, RULE_BENEATH, &rule, 0);
}

/* All in the folder but the next part of the hidden path; then in that one. */
static bool allow_around(const walk *walk, const char *folder, const char *rest) {
    size_t length = strcspn(rest, "/");
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (!entries) return false;
    /* Names may be listed: who may not is the mode's to say. */
    bool good = !allow(walk, descriptor, READ_FOLDER);
    for (struct dirent *entry; good && (entry = readdir(entries));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (strlen(entry->d_name) == length && !memcmp(entry->d_name, rest, length)) continue;
        struct stat status;
        int place = openat(descriptor, entry->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        /* Gone meanwhile, or a link, whose target counts. */
        if (place < 0) continue;
        if (!fstat(place, &status) && !S_ISLNK(status.st_mode))
            good = !allow(walk, place, S_ISDIR(status.st_mode) ? ~UINT64_C(0) : FILE_RIGHTS);
        close(place);
    }
    closedir(entries);
    if (!good || !rest[length]) return good;
    char next[4096];
    snprintf(next, sizeof next, "%s/%.*s", strcmp(folder, "/") ? folder : "", (int)length, rest);
    return allow_around(walk, next, rest + length + 1);
}

bool host_hide(const char *folder) {
    int version = pl_landlock_version();
    char *real = realpath(folder, NULL);
    /* No Landlock, or nothing to hide. */
    if (version < 1 || !real || !strcmp(real, "/")) {
        free(real);
        return true;
    }
    struct ruleset all = {.files = FIRST_RIGHTS | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0),
                          .scoped = version >= 6 ? SCOPE_SIGNALS : 0};
    walk walk = {.rights = all.files};
    size_t size = version >= 6 ? sizeof all : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    walk.rules = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    bool good = walk.rules >= 0 && allow_around(&walk, "/", real + 1) &&
                !syscall(SYS_landlock_restrict_self, walk.rules, 0);
    if (!good) perror("hiding the agent's files");
    if (walk.rules >= 0) close(walk.rules);
    free(real);
    return good;
}
