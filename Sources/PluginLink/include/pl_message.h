/* Whole messages with descriptors, over a SOCK_SEQPACKET socket: what the agent core and martlet-privileged speak. */
#ifndef PL_MESSAGE_H
#define PL_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Longest message; what may be longer (a file's content, a statement) travels as a descriptor of a memory file. */
#define PL_MESSAGE_LIMIT 16384u
#define PL_MESSAGE_DESCRIPTORS 4

typedef struct pl_message {
    uint8_t bytes[PL_MESSAGE_LIMIT];
    size_t length;
    /* Owned by the receiver, close-on-exec. */
    int descriptors[PL_MESSAGE_DESCRIPTORS];
    int descriptor_count;
} pl_message;

/* A connected pair, close-on-exec. 0, or an errno value. */
int pl_message_pair(int ends[2]);

/* Sends one message; waits until there is room. 0, or an errno value. */
int pl_message_send(int link, const void *bytes, size_t length, const int *descriptors, int count);

/* 1 with a message; 0 at the end of the link; -1 with errno: EMSGSIZE for one that was longer than the limit or had more
 * descriptors, which is gone, EAGAIN when there is none and `wait` is 0. */
int pl_message_receive(int link, pl_message *message, int wait);

/* The bytes, for Swift, which does not see so long an array. */
const uint8_t *pl_message_bytes(const pl_message *message);

/* Closes what came with the message and was not taken (set to -1). */
void pl_message_close(pl_message *message);

#endif
