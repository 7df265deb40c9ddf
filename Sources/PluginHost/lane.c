#define _GNU_SOURCE
#include "lane.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pl_frame.h"
#include "waiting.h"

bool lane_init(lane *lane, int fd, int wake, size_t limit) {
    memset(lane, 0, sizeof *lane);
    lane->fd = fd;
    lane->wake = wake;
    lane->limit = limit;
    pthread_mutex_init(&lane->mutex, NULL);
    waiting_condition_init(&lane->moved);
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool make_room(lane *lane, size_t more) {
    if (lane->end + more <= lane->capacity) return true;
    memmove(lane->data, lane->data + lane->start, lane->end - lane->start);
    lane->end -= lane->start;
    lane->start = 0;
    size_t capacity = lane->capacity ? lane->capacity : 4096;
    while (capacity < lane->end + more) capacity *= 2;
    if (capacity == lane->capacity) return true;
    uint8_t *data = realloc(lane->data, capacity);
    if (!data) return false;
    lane->data = data;
    lane->capacity = capacity;
    return true;
}

static bool append(lane *lane, uint16_t type, uint64_t correlation, const pl_writer *writer) {
    if (!make_room(lane, PL_HEADER_SIZE + writer->length)) return false;
    pl_header header = {.length = (uint32_t)writer->length, .type = type, .correlation = correlation};
    pl_header_encode(&header, lane->data + lane->end);
    if (writer->length) memcpy(lane->data + lane->end + PL_HEADER_SIZE, writer->data, writer->length);
    lane->end += PL_HEADER_SIZE + writer->length;
    return true;
}

bool lane_send(lane *lane, uint16_t type, uint64_t correlation, pl_writer *writer, lane_policy policy) {
    bool sent = false;
    if (!writer->failed) {
        pthread_mutex_lock(&lane->mutex);
        if (policy == LANE_WAIT)
            while (lane->end - lane->start > lane->limit) pthread_cond_wait(&lane->moved, &lane->mutex);
        if (policy != LANE_DROP || lane->end - lane->start <= lane->limit)
            sent = append(lane, type, correlation, writer);
        pthread_mutex_unlock(&lane->mutex);
    }
    pl_writer_free(writer);
    uint64_t one = 1;
    if (sent) {
        ssize_t ignored = write(lane->wake, &one, sizeof one);
        (void)ignored;
    }
    return sent;
}

bool lane_move(lane *lane) {
    bool alive = true;
    pthread_mutex_lock(&lane->mutex);
    while (lane->start < lane->end) {
        ssize_t n = send(lane->fd, lane->data + lane->start, lane->end - lane->start, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            alive = errno == EAGAIN;
            break;
        }
        lane->start += (size_t)n;
    }
    if (lane->start == lane->end) lane->start = lane->end = 0;
    pthread_cond_broadcast(&lane->moved);
    pthread_mutex_unlock(&lane->mutex);
    return alive;
}

bool lane_waiting(lane *lane) {
    pthread_mutex_lock(&lane->mutex);
    bool waiting = lane->start < lane->end;
    pthread_mutex_unlock(&lane->mutex);
    return waiting;
}

void lane_drain(lane *lane, int64_t deadline) {
    pthread_mutex_lock(&lane->mutex);
    while (lane->start < lane->end && waiting_until(&lane->moved, &lane->mutex, deadline)) {}
    pthread_mutex_unlock(&lane->mutex);
}
