/* Preloaded into a process: every change of a file below UNSYNCED_DIRECTORY is noted in UNSYNCED_UNDO before it is made,
 * and forgotten when it is synced, so that a killed process can be left with what a power cut would have left it.
 * A -shm file is shared memory, not storage, and rebuilt by SQLite. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "undo.h"

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* One change at a time: the note and the change belong together. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *directory, *undo;
static unsigned long sequence;

__attribute__((constructor)) static void begin(void) {
    directory = getenv("UNSYNCED_DIRECTORY");
    undo = getenv("UNSYNCED_UNDO");
    /* A later process counts on from where a former one can have come. */
    sequence = (unsigned long)getpid() * 1000000;
}

static bool watched_path(const char *path) {
    if (!directory || !undo || !path) return false;
    size_t length = strlen(directory), all = strlen(path);
    return !strncmp(path, directory, length) && path[length] == '/' && (all < 4 || strcmp(path + all - 4, "-shm"));
}

static bool watched(int fd, struct stat *status) {
    char link[64], path[PATH_MAX];
    if (!directory || !undo || fstat(fd, status)) return false;
    if (!S_ISREG(status->st_mode)) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return false;
    path[length] = 0;
    return watched_path(path);
}

static void fail(const char *what) {
    perror(what);
    abort();
}

static int undo_file(ino_t inode, int flags) {
    REAL(int, "open", const char *, int, ...);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/data-%lu", undo, (unsigned long)inode);
    return real(path, flags | O_CLOEXEC, 0600);
}

static void write_all(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (real(fd, bytes, length) != (ssize_t)length) fail("undo");
}

/* Notes what the octets from `offset` on are now; a file opened only for writing is read through /proc. */
static void note(int fd, const struct stat *status, uint64_t offset, uint64_t length) {
    REAL(int, "open", const char *, int, ...);
    uint64_t size = (uint64_t)status->st_size;
    if (offset > size) offset = size;
    if (length > size - offset) length = size - offset;
    struct undo_data header = {.offset = offset, .length = length, .size = size};
    char *record = malloc(sizeof header + length), link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int from = real(link, O_RDONLY | O_CLOEXEC), to = undo_file(status->st_ino, O_WRONLY | O_CREAT | O_APPEND);
    if (!record || from < 0 || to < 0) fail("undo");
    memcpy(record, &header, sizeof header);
    if (pread(from, record + sizeof header, length, (off_t)offset) != (ssize_t)length) fail("undo");
    write_all(to, record, sizeof header + length);
    free(record);
    close(from);
    close(to);
}

static ino_t inode_of_folder(const char *path) {
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = 0;
    struct stat status;
    return stat(folder, &status) ? 0 : status.st_ino;
}

/* Notes a change of names; what is to be kept gets a second name among the undo files. */
static void note_name(char what, const char *path, const char *other, const char *keep) {
    REAL(int, "open", const char *, int, ...);
    struct undo_name record = {.what = what};
    char name[PATH_MAX];
    sequence += 1;
    if (keep && access(keep, F_OK) == 0) {
        snprintf(record.kept, sizeof record.kept, "%s/kept-%020lu", undo, sequence);
        if (link(keep, record.kept)) fail("undo");
    }
    snprintf(record.path, sizeof record.path, "%s", path);
    snprintf(record.other, sizeof record.other, "%s", other ? other : "");
    snprintf(name, sizeof name, "%s/name-%020lu-%lu", undo, sequence, (unsigned long)inode_of_folder(path));
    int file = real(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail("undo");
    write_all(file, &record, sizeof record);
    close(file);
}

static void forget_names(ino_t folder) {
    REAL(int, "unlink", const char *);
    char suffix[64], path[PATH_MAX];
    snprintf(suffix, sizeof suffix, "-%lu", (unsigned long)folder);
    DIR *stream = opendir(undo);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        const char *end = strrchr(entry->d_name, '-');
        if (strncmp(entry->d_name, "name-", 5) || !end || strcmp(end, suffix)) continue;
        snprintf(path, sizeof path, "%s/%s", undo, entry->d_name);
        real(path);
    }
    if (stream) closedir(stream);
}

static void synced(int fd) {
    REAL(int, "ftruncate", int, off_t);
    struct stat status;
    if (!directory || !undo || fstat(fd, &status)) return;
    if (S_ISDIR(status.st_mode)) return forget_names(status.st_ino);
    int file = undo_file(status.st_ino, O_WRONLY);
    if (file < 0) return;
    if (real(file, 0)) fail("undo");
    close(file);
}

/* The calls. `size_at` is where a write that names no offset goes. */

static uint64_t place(int fd, const struct stat *status) {
    return fcntl(fd, F_GETFL) & O_APPEND ? (uint64_t)status->st_size : (uint64_t)lseek(fd, 0, SEEK_CUR);
}

#define CHANGE(fd, offset, length, call) \
    struct stat status; \
    pthread_mutex_lock(&turn); \
    if (watched(fd, &status)) note(fd, &status, offset, length); \
    __typeof__(call) result = call; \
    int error = errno; \
    pthread_mutex_unlock(&turn); \
    errno = error; \
    return result

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    CHANGE(fd, place(fd, &status), length, real(fd, bytes, length));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    size_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    CHANGE(fd, place(fd, &status), length, real(fd, parts, count));
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    CHANGE(fd, (uint64_t)offset, length, real(fd, bytes, length, offset));
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }

int ftruncate(int fd, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    CHANGE(fd, (uint64_t)size, (uint64_t)status.st_size, real(fd, size));
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

int fsync(int fd) {
    REAL(int, "fsync", int);
    int result = real(fd);
    if (!result) {
        pthread_mutex_lock(&turn);
        synced(fd);
        pthread_mutex_unlock(&turn);
    }
    return result;
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    int result = real(fd);
    if (!result) {
        pthread_mutex_lock(&turn);
        synced(fd);
        pthread_mutex_unlock(&turn);
    }
    return result;
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    pthread_mutex_lock(&turn);
    if (watched_path(path)) note_name('u', path, NULL, path);
    int result = real(path), error = errno;
    pthread_mutex_unlock(&turn);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    pthread_mutex_lock(&turn);
    if (watched_path(from) || watched_path(to)) note_name('r', from, to, to);
    int result = real(from, to), error = errno;
    pthread_mutex_unlock(&turn);
    errno = error;
    return result;
}

static int open_noted(const char *path, int flags, mode_t mode) {
    REAL(int, "open", const char *, int, ...);
    bool concerns = watched_path(path) && flags & (O_CREAT | O_TRUNC);
    if (!concerns) return real(path, flags, mode);
    pthread_mutex_lock(&turn);
    if (access(path, F_OK)) {
        note_name('c', path, NULL, NULL);
    } else if (flags & O_TRUNC) {
        struct stat status;
        int file = real(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && fstat(file, &status) == 0) note(file, &status, 0, (uint64_t)status.st_size);
        if (file >= 0) close(file);
    }
    int result = real(path, flags, mode), error = errno;
    pthread_mutex_unlock(&turn);
    errno = error;
    return result;
}

#define MODE_ARGUMENT(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return open_noted(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return open_noted(path, flags, mode);
}
