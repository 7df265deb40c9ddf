/* What the preloaded library writes down and the roll-back reads: how to take back what was not synced. */
#ifndef UNDO_H
#define UNDO_H

#include <stdint.h>

/* Undo of a file's content, in UNDO/data-INODE: records one after the other, each followed by its old bytes. Taken back
 * from the last to the first. The file is emptied by an fsync of what it describes. */
struct undo_data {
    uint64_t offset;
    uint64_t length;
    /* Size of the file before the change; taking back cuts it to this. */
    uint64_t size;
};

/* Undo of a name, in UNDO/name-SEQUENCE-DIRECTORY'S INODE, one each. Removed by an fsync of the directory. */
struct undo_name {
    /* 'c': `path` was made; 'u': `path` was removed; 'r': `path` became `other`. */
    char what;
    /* Holds what `path` (removed) or `other` (replaced) was; empty when it was nothing. */
    char kept[512];
    char path[512];
    char other[512];
};

#endif
