#define _GNU_SOURCE
#include "pl_library.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_SEAL_SEAL 1
#define F_SEAL_SHRINK 2
#define F_SEAL_GROW 4
#define F_SEAL_WRITE 8
#endif

static int check(int file, uint64_t *size) {
    struct stat status;
    if (fstat(file, &status)) return errno;
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH))) return EPERM;
    if (status.st_uid != 0 && status.st_uid != geteuid()) return EPERM;
    if (status.st_size <= 0) return ENOEXEC;
    if ((uint64_t)status.st_size > PL_LIBRARY_LIMIT) return EFBIG;
    *size = (uint64_t)status.st_size;
    return 0;
}

static int copy(int file, int memory, uint64_t size) {
    uint64_t left = size;
    while (left) {
        ssize_t n = sendfile(memory, file, NULL, left);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return EIO;
        left -= (uint64_t)n;
    }
    return fcntl(memory, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) ? errno : 0;
}

int pl_library_seal(const char *path, uint64_t *size) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return -1;
    int memory = -1;
    int error = check(file, size);
    if (!error) {
        memory = memfd_create("martlet-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        error = memory < 0 ? errno : copy(file, memory, *size);
    }
    close(file);
    if (!error) return memory;
    if (memory >= 0) close(memory);
    errno = error;
    return -1;
}
