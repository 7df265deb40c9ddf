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

// From now on memory of `size` bytes or more is mapped for itself: only the pages of it that are written cost anything, and all
// of it is given back when it is freed. `most` pieces at a time: a process has vm.max_map_count (65,530) maps. To be called once, at
// the beginning.
void rm_map_from(size_t size, int most);

// Gives back only what the allocator holds free. Any thread; with much of it some ten milliseconds, in which allocations wait.
void rm_give_back_free(void);

#endif
