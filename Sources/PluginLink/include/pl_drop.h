/* Leaving root for good. */
#ifndef PL_DROP_H
#define PL_DROP_H

#include <sys/types.h>

/* Becomes the user and group alone: no other groups, no capabilities, none to be gained (no new privileges), not dumpable;
 * and makes sure that there is no way back. One that dies with its parent still does. The calling process must have one
 * thread. 0, or an errno value. */
int pl_drop(uid_t user, gid_t group);

/* What pl_drop did about being looked into, after another program was run. */
void pl_close_memory(void);

/* Gives everything below the folder to the user, but for the entry `except`, and not the folder itself: files and folders only, no
 * link is followed, files with several names are left. 0, or an errno value. */
int pl_give_away(const char *folder, const char *except, uid_t user, gid_t group);

/* Gives away what is at the path if that is a socket of ours, and nothing that was put into its place. 0, or an errno value. */
int pl_give_socket(const char *path, uid_t user, gid_t group);

/* Waits for a child's end, and collects it. Its exit code, or 128 and the signal's number; -1 with errno. */
int pl_wait(int pidfd);

#endif
