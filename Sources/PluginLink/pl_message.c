#define _GNU_SOURCE
#include "pl_message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int pl_message_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? errno : 0; }

int pl_message_send(int link, const void *bytes, size_t length, const int *descriptors, int count) {
    if (length > PL_MESSAGE_LIMIT || count < 0 || count > PL_MESSAGE_DESCRIPTORS) return EMSGSIZE;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    union {
        struct cmsghdr first;
        char space[CMSG_SPACE(sizeof(int) * PL_MESSAGE_DESCRIPTORS)];
    } control;
    if (count) {
        memset(&control, 0, sizeof control);
        header.msg_control = control.space;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * (size_t)count);
    }
    ssize_t sent;
    do sent = sendmsg(link, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

static void take_descriptors(struct msghdr *header, pl_message *message) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof descriptor);
            if (message->descriptor_count < PL_MESSAGE_DESCRIPTORS)
                message->descriptors[message->descriptor_count++] = descriptor;
            else close(descriptor);
        }
    }
}

int pl_message_receive(int link, pl_message *message, int wait) {
    message->length = 0;
    message->descriptor_count = 0;
    struct iovec part = {.iov_base = message->bytes, .iov_len = sizeof message->bytes};
    union {
        struct cmsghdr first;
        char space[CMSG_SPACE(sizeof(int) * PL_MESSAGE_DESCRIPTORS)];
    } control;
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    ssize_t got;
    do got = recvmsg(link, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    while (got < 0 && errno == EINTR);
    if (got < 0) return -1;
    take_descriptors(&header, message);
    /* An empty message cannot be told from the end, and nobody sends one. */
    if (got == 0) {
        pl_message_close(message);
        return 0;
    }
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        pl_message_close(message);
        errno = EMSGSIZE;
        return -1;
    }
    message->length = (size_t)got;
    return 1;
}

const uint8_t *pl_message_bytes(const pl_message *message) { return message->bytes; }

void pl_message_close(pl_message *message) {
    for (int i = 0; i < message->descriptor_count; i++)
        if (message->descriptors[i] >= 0) close(message->descriptors[i]);
    message->descriptor_count = 0;
}
