// What a process keeps in memory of its own program files, and giving back what it does not need now.
#ifndef MARTLET_RESIDENT_MEMORY_H
#define MARTLET_RESIDENT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

// Page faults of this process so far that needed no disk: grows with every part of the program that is used anew.
int64_t rm_faults(void);

// Gives back the pages of the program and its libraries that are exactly what their files hold (code and constants), and
// what the allocator holds free. What is used afterwards is mapped again from the page cache, without disk where it is still
// there. Nothing that was written is touched. Any thread; takes well under a millisecond.
void rm_give_back(void);

// Forgets what is written there, and gives back the whole pages of it; they are zero when they are used again. The memory
// stays allocated. To be called for private memory of the heap whose content nobody reads any more.
void rm_forget(const void *memory, size_t size);

// Gives back only what the allocator holds free. Any thread; with much of it some ten milliseconds, in which allocations wait.
void rm_give_back_free(void);

#endif
