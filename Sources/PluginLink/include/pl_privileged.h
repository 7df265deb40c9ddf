/* What the agent core, which has no privilege, asks of martlet-privileged: messages of a pl_header and fields. The header's
 * length is that of the fields; the answer has the correlation of the request. */
#ifndef PL_PRIVILEGED_H
#define PL_PRIVILEGED_H

/* Descriptors the helper is born with: the link, and a memory file with its orders. */
#define PP_LINK_FD 3
#define PP_ORDERS_FD 4

/* Users of plugins' own; Swift's PluginUser derives them from ids. */
#define PP_FIRST_USER 0x70000000u
#define PP_END_USER 0x7FFE0000u

/* Requests. */
enum {
    /* PP_PLUGIN, PP_USER, limits; descriptors: output, control lane, events lane, library. The answer has PP_PID and the
     * process's pidfd; the correlation is the host's number from then on. PP_ERRNO when it was not started. */
    PP_START_HOST = 1,
    /* PP_HOST: ends it and what it started. No answer. */
    PP_KILL_HOST = 2,
    /* PP_HOST, which has exited: ends what it left behind, collects it. The answer has PP_SIGNALLED and PP_VALUE. */
    PP_END_HOST = 3,
    /* PP_PLUGIN, PP_NAME (unit), PP_ACTION (of martlet.service/1; 0 asks for the state), PP_DEADLINE. */
    PP_SERVICE = 4,
    /* PP_PLUGIN, PP_NAME (path), PP_MODE; descriptor: a file with the content. */
    PP_FILE = 5,
    /* Descriptor: a file with a signed statement of trust, as it travels. */
    PP_TRUST = 6,
    PP_ANSWER = 64
};

/* Fields. Numbers are values of eight bytes. */
enum {
    /* A martlet_status. */
    PP_STATUS = 1,
    PP_MESSAGE = 2,
    PP_DOCUMENT = 3,
    PP_PLUGIN = 4,
    PP_NAME = 5,
    PP_ACTION = 6,
    PP_DEADLINE = 7,
    PP_MODE = 8,
    PP_USER = 9,
    PP_MEMORY = 10,
    PP_FILES = 11,
    PP_PROCESSES = 12,
    PP_HOST = 13,
    PP_PID = 14,
    PP_ERRNO = 15,
    PP_SIGNALLED = 16,
    PP_VALUE = 17
};

/* Hosts and other work at one time. */
#define PP_MOST_HOSTS 128
#define PP_MOST_JOBS 32
/* Longest content of a file. */
#define PP_FILE_LIMIT (1024u * 1024u)
/* Longest answer of work: its message or document. */
#define PP_WORDS_LIMIT 8192u

#endif
