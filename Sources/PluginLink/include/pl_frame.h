/* Frames: a 16-byte header and a payload. Two stream sockets, inherited by the host: control and events, so that a
 * full event lane never delays control. All numbers are little-endian. */
#ifndef PL_FRAME_H
#define PL_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* Version of the hosting protocol; the host says it in its hello and the core refuses another. */
#define PL_PROTOCOL_VERSION 1

/* Descriptors the host is born with. */
#define PL_CONTROL_FD 3
#define PL_EVENTS_FD 4
#define PL_LIBRARY_FD 5

#define PL_HEADER_SIZE 16
/* Longest payload on the control lane: a document and the small fields beside it. */
#define PL_CONTROL_LIMIT (1048576u + 65536u)
/* Longest payload on the events lane: an event of 8 KiB and its field headers. */
#define PL_EVENT_LIMIT (8192u + 512u)
/* Most events a host may have emitted that are not yet stored, in number and in bytes. */
#define PL_EVENTS_IN_FLIGHT 1024u
#define PL_EVENT_BYTES_IN_FLIGHT (1024u * 1024u)

/* Frame types. An unknown type is ignored by the host and a protocol error to the core. */
enum {
    /* Host to core, control. */
    PL_HELLO = 1,
    PL_LOADED = 2,
    PL_REFUSED = 3,
    PL_ALIVE = 4,
    PL_REPLY = 5,
    PL_PROGRESS = 6,
    PL_FINISHED = 7,
    PL_STATE_CHANGED = 8,
    PL_LOG = 9,
    PL_SERVICE = 10,
    PL_FILE_WRITE = 11,
    PL_STORAGE_GET = 12,
    PL_STORAGE_PUT = 13,
    PL_SECRET_GET = 14,
    PL_SERVICE_STATE = 20,
    PL_ARTIFACT_APPEND = 21,
    PL_ARTIFACT_FINISH = 22,
    /* Core to host, control. */
    PL_HEARTBEAT = 64,
    PL_ANSWER = 65,
    PL_CANCEL_CALL = 66,
    PL_CANCEL_TASK = 67,
    /* Core to host, control: calls, each answered by one PL_REPLY with the same correlation. */
    PL_CREATE = 80,
    PL_INIT = 81,
    PL_ACTIVATE = 82,
    PL_DEACTIVATE = 83,
    PL_DESTROY = 84,
    PL_READ_STATE = 85,
    PL_CONTROL = 86,
    PL_VALIDATE = 87,
    PL_APPLY = 88,
    PL_READ_SETTINGS = 89,
    PL_START_TASK = 90,
    PL_READ_STATISTICS = 91,
    /* Host to core, events; the correlation is the event's number in this process, from 1. */
    PL_EVENT = 128,
    /* Core to host, events: every event through the correlation was stored or refused. */
    PL_STORED = 129
};

typedef struct pl_header {
    uint32_t length;
    uint16_t type;
    /* None is defined: sent as 0, ignored when read. */
    uint16_t flags;
    uint64_t correlation;
} pl_header;

void pl_header_encode(const pl_header *header, uint8_t out[PL_HEADER_SIZE]);
void pl_header_decode(const uint8_t in[PL_HEADER_SIZE], pl_header *header);

#endif
