#define _GNU_SOURCE
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the path, step by step, so that no step is a link; its last part in `name`. -1 with errno. */
static int open_folder(const char *path, char name[256]) {
    int folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const char *part = path + 1;
    for (const char *end; folder >= 0; part = end + 1) {
        end = strchrnul(part, '/');
        size_t length = (size_t)(end - part);
        if (length > 255) {
            close(folder);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(name, part, length);
        name[length] = 0;
        if (!*end) return folder;
        int below = openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(folder);
        /* What a link gives with these flags: it is no folder. */
        errno = error;
        folder = below;
    }
    return folder;
}

static int write_all(int file, const uint8_t *content, size_t length) {
    while (length) {
        ssize_t n = write(file, content, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : EIO;
        content += n;
        length -= (size_t)n;
    }
    return 0;
}

static int fill(int file, const void *content, size_t length, const struct stat *former, mode_t mode, const char **what) {
    *what = "chown";
    if (former && fchown(file, former->st_uid, former->st_gid)) return errno;
    *what = "chmod";
    /* Not the bits that give somebody's rights away: another content is another program. */
    if (fchmod(file, (former ? former->st_mode : mode) & 0777)) return errno;
    *what = "write";
    int error = write_all(file, content, length);
    if (error) return error;
    *what = "fsync";
    return fsync(file) ? errno : 0;
}

static int replace_in(int folder, const char *name, const void *content, size_t length, mode_t mode, const char **what) {
    struct stat former;
    bool exists = !fstatat(folder, name, &former, AT_SYMLINK_NOFOLLOW);
    *what = "look at";
    if (!exists && errno != ENOENT) return errno;
    *what = "replace, as it is no plain file,";
    if (exists && !S_ISREG(former.st_mode)) return EINVAL;
    uint64_t chance;
    *what = "create a file beside";
    if (getrandom(&chance, sizeof chance, 0) != sizeof chance) return EAGAIN;
    char temporary[64];
    snprintf(temporary, sizeof temporary, ".martlet-%016llx.tmp", (unsigned long long)chance);
    int file = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    int error = fill(file, content, length, exists ? &former : NULL, mode, what);
    close(file);
    if (!error && renameat(folder, temporary, folder, name)) {
        *what = "rename to";
        error = errno;
    }
    if (error) {
        unlinkat(folder, temporary, 0);
        return error;
    }
    *what = "fsync the folder of";
    int readable = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (readable < 0) return errno;
    error = fsync(readable) ? errno : 0;
    close(readable);
    return error;
}

int file_replace(const char *path, const void *content, size_t length, mode_t mode, const char **what) {
    char name[256];
    *what = "open the folder of (no part of a path may be a symbolic link)";
    int folder = open_folder(path, name);
    if (folder < 0) return errno;
    int error = replace_in(folder, name, content, length, mode, what);
    close(folder);
    return error;
}
