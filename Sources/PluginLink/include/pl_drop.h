/* Leaving root for good. */
#ifndef PL_DROP_H
#define PL_DROP_H

#include <sys/types.h>

/* Becomes the user and group alone: no other groups, no capabilities, none to be gained (no new privileges), not dumpable;
 * and makes sure that there is no way back. The calling process must have one thread. 0, or an errno value. */
int pl_drop(uid_t user, gid_t group);

/* Gives everything below the folder that root owns to the user, but for the entry `except`, and not the folder itself: files and
 * folders only, no link is followed, files with several names are left. To be called while nobody but root can write there. 0,
 * or an errno value. */
int pl_give_away(const char *folder, const char *except, uid_t user, gid_t group);

/* Waits for a child's end, and collects it. Its exit code, or 128 and the signal's number; -1 with errno. */
int pl_wait(int pidfd);

#endif
