#define _GNU_SOURCE
#include "reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pl_decoder.h"

/* Exit codes that the core knows. */
enum { EXIT_CORE_GONE = 0, EXIT_PROTOCOL = 70 };

struct reader {
    host *host;
    int wake;
    pl_decoder control;
    pl_decoder events;
};

static void control_frame(struct reader *reader, const pl_header *header, const uint8_t *payload) {
    host *host = reader->host;
    pl_writer empty = {0};
    switch (header->type) {
    case PL_HEARTBEAT:
        lane_send(&host->control, PL_ALIVE, header->correlation, &empty, LANE_FORCE);
        break;
    case PL_ANSWER:
        requests_answer(&host->requests, header->correlation, payload, header->length);
        break;
    case PL_CANCEL_CALL:
        calls_cancel(&host->calls, header->correlation);
        break;
    case PL_CANCEL_TASK:
        if (!calls_put(&host->cancels, header->type, header->correlation, payload, header->length)) _exit(EXIT_PROTOCOL);
        break;
    default:
        if (!calls_put(&host->calls, header->type, header->correlation, payload, header->length)) _exit(EXIT_PROTOCOL);
    }
}

static void events_frame(struct reader *reader, const pl_header *header, const uint8_t *payload) {
    if (header->type != PL_STORED) return;
    pl_field reason = pl_find(payload, header->length, PL_MESSAGE);
    martlet_status refusal = (martlet_status)pl_find_number(payload, header->length, PL_STATUS, MARTLET_OK);
    events_settled(&reader->host->events, header->correlation, refusal, reason.value, reason.length);
}

static void take(struct reader *reader, int fd, pl_decoder *decoder,
                 void (*frame)(struct reader *, const pl_header *, const uint8_t *)) {
    uint8_t bytes[16384];
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) _exit(EXIT_CORE_GONE);
    if (pl_decoder_add(decoder, bytes, (size_t)n)) _exit(EXIT_PROTOCOL);
    pl_header header;
    const uint8_t *payload;
    int got;
    while ((got = pl_decoder_next(decoder, &header, &payload)) == 1) frame(reader, &header, payload);
    if (got < 0) _exit(EXIT_PROTOCOL);
}

static void *run(void *context) {
    struct reader *reader = context;
    host *host = reader->host;
    for (;;) {
        struct pollfd ready[3] = {
            {.fd = host->control.fd, .events = POLLIN},
            {.fd = host->events_lane.fd, .events = POLLIN},
            {.fd = reader->wake, .events = POLLIN},
        };
        if (lane_waiting(&host->control)) ready[0].events |= POLLOUT;
        if (lane_waiting(&host->events_lane)) ready[1].events |= POLLOUT;
        if (poll(ready, 3, -1) < 0 && errno != EINTR) _exit(EXIT_PROTOCOL);
        uint64_t count;
        if (ready[2].revents && read(reader->wake, &count, sizeof count) < 0 && errno != EAGAIN) _exit(EXIT_PROTOCOL);
        if (ready[0].revents & (POLLIN | POLLHUP | POLLERR)) take(reader, host->control.fd, &reader->control, control_frame);
        if (ready[1].revents & (POLLIN | POLLHUP | POLLERR)) take(reader, host->events_lane.fd, &reader->events, events_frame);
        if (!lane_move(&host->control) || !lane_move(&host->events_lane)) _exit(EXIT_CORE_GONE);
    }
    return NULL;
}

bool reader_start(host *host, int wake) {
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) return false;
    reader->host = host;
    reader->wake = wake;
    pl_decoder_init(&reader->control, PL_CONTROL_LIMIT);
    pl_decoder_init(&reader->events, PL_EVENT_LIMIT);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, reader);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) free(reader);
    return error == 0;
}
