#define _GNU_SOURCE
#include "resident_memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

int64_t rm_faults(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

static int give_back(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    uintptr_t page = *(uintptr_t *)data;
    // Text relocations would have been written into the segments below.
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_DYNAMIC) continue;
        for (const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(info->dlpi_addr + header->p_vaddr); entry->d_tag != DT_NULL;
             entry++)
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || (header->p_flags & PF_W)) continue;
        uintptr_t begin = (info->dlpi_addr + header->p_vaddr) & ~(page - 1);
        // Whole pages of this segment only: the last one may belong to the next, which is written.
        uintptr_t end = (info->dlpi_addr + header->p_vaddr + header->p_filesz) & ~(page - 1);
        if (end > begin) (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    return 0;
}

void rm_map_from(size_t size, int most) {
    mallopt(M_MMAP_THRESHOLD, (int)size);
    mallopt(M_MMAP_MAX, most);
}

void rm_give_back_free(void) { malloc_trim(0); }

void rm_give_back(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    malloc_trim(0);
    dl_iterate_phdr(give_back, &page);
}
