/* rollback DIRECTORY UNDO: leaves every file below DIRECTORY as it was when it was last synced, and UNDO empty. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "undo.h"

static const char *undo;
static unsigned long files, changes, names;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static char *whole(const char *path, size_t *length) {
    struct stat status;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status)) {
        *length = 0;
        return NULL;
    }
    char *bytes = malloc((size_t)status.st_size + 1);
    if (!bytes || read(file, bytes, (size_t)status.st_size) != status.st_size) fail(path);
    *length = (size_t)status.st_size;
    close(file);
    return bytes;
}

/* Takes back the changes of one file's content, the last first. */
static int restore(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)place;
    char undo_path[PATH_MAX];
    size_t length;
    if (kind != FTW_F) return 0;
    snprintf(undo_path, sizeof undo_path, "%s/data-%lu", undo, (unsigned long)status->st_ino);
    char *bytes = whole(undo_path, &length);
    if (!bytes) return 0;
    size_t count = 0, *starts = calloc(length / sizeof(struct undo_data) + 1, sizeof *starts);
    for (size_t at = 0; at + sizeof(struct undo_data) <= length;) {
        struct undo_data record;
        memcpy(&record, bytes + at, sizeof record);
        /* The kill may have come in the middle of the last note: then its change was not made. */
        if (at + sizeof record + record.length > length) break;
        starts[count++] = at;
        at += sizeof record + record.length;
    }
    int file = open(path, O_WRONLY);
    if (file < 0) fail(path);
    for (size_t i = count; i > 0; i--) {
        struct undo_data record;
        memcpy(&record, bytes + starts[i - 1], sizeof record);
        if (ftruncate(file, (off_t)record.size)) fail(path);
        if (record.length && pwrite(file, bytes + starts[i - 1] + sizeof record, record.length, (off_t)record.offset) < 0)
            fail(path);
    }
    files += count > 0;
    changes += count;
    close(file);
    free(starts);
    free(bytes);
    return unlink(undo_path);
}

static int is_name(const struct dirent *entry) { return !strncmp(entry->d_name, "name-", 5); }

static void restore_name(const char *path) {
    size_t length;
    struct undo_name *record = (struct undo_name *)whole(path, &length);
    if (record && length == sizeof *record) {
        if (record->what == 'c') unlink(record->path);
        if (record->what == 'u' && *record->kept) rename(record->kept, record->path);
        if (record->what == 'r') {
            rename(record->other, record->path);
            if (*record->kept) rename(record->kept, record->other);
        }
        names += 1;
    }
    free(record);
    unlink(path);
}

static int clear(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    size_t length = strlen(path);
    bool memory = length > 4 && !strcmp(path + length - 4, "-shm");
    return kind == FTW_F && (memory || !strncmp(path + place->base, "kept-", 5)) ? unlink(path) : 0;
}

int main(int count, char **values) {
    if (count != 3) return 2;
    const char *directory = values[1];
    undo = values[2];
    nftw(undo, restore, 16, FTW_PHYS);
    nftw(directory, restore, 16, FTW_PHYS);
    struct dirent **entries;
    int found = scandir(undo, &entries, is_name, alphasort);
    char path[PATH_MAX];
    for (int i = found - 1; i >= 0; i--) {
        snprintf(path, sizeof path, "%s/%s", undo, entries[i]->d_name);
        restore_name(path);
    }
    nftw(directory, clear, 16, FTW_PHYS);
    nftw(undo, clear, 16, FTW_PHYS);
    printf("%lu changes in %lu files and %lu names taken back\n", changes, files, names);
    return 0;
}
