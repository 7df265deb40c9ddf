#define _GNU_SOURCE
#include "guard.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

#define LOANS 4096

struct loan {
    const char *check;
    uint8_t *pages;
    /* Without the page that is never readable. */
    size_t size;
    bool writable, taken_back;
};

static struct loan loans[LOANS];
static atomic_int loan_count;

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static uint8_t *map(size_t usable) {
    uint8_t *pages = mmap(NULL, usable + page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + usable, page_size(), PROT_NONE)) {
        perror("probe: memory");
        _exit(71);
    }
    return pages;
}

/* `at` is where the thing lies. */
static struct loan *lend(const char *check, size_t size, size_t alignment, bool writable, uint8_t **at) {
    size_t room = (size + alignment - 1) / alignment * alignment;
    size_t usable = (room + page_size()) / page_size() * page_size();
    int index = atomic_fetch_add(&loan_count, 1);
    if (index >= LOANS) {
        fprintf(stderr, "probe: more than %d things were lent\n", LOANS);
        _exit(71);
    }
    loans[index] = (struct loan){.check = check, .pages = map(usable), .size = usable, .writable = writable};
    *at = loans[index].pages + usable - room;
    return &loans[index];
}

const void *guard_lend(const char *check, const void *data, size_t size) {
    uint8_t *at;
    /* Texts end where their pages end; structures need their alignment, and their sizes are multiples of it. */
    struct loan *loan = lend(check, size, size % 8 ? 1 : 8, false, &at);
    if (size) memcpy(at, data, size);
    mprotect(loan->pages, loan->size, PROT_READ);
    return at;
}

void *guard_lend_writable(const char *check, size_t size) {
    uint8_t *at;
    lend(check, size, 8, true, &at);
    return at;
}

static void take_back(struct loan *loan) {
    if (loan->taken_back) return;
    loan->taken_back = true;
    mprotect(loan->pages, loan->size, PROT_NONE);
}

void guard_take_back(const char *check) {
    for (int i = 0; i < atomic_load(&loan_count); i++)
        if (loans[i].check && !strcmp(loans[i].check, check)) take_back(&loans[i]);
}

void guard_take_back_all_but(const char *check) {
    for (int i = 0; i < atomic_load(&loan_count); i++)
        if (loans[i].check && strcmp(loans[i].check, check)) take_back(&loans[i]);
}

void guard_tell(void) {
    for (int i = 0; i < atomic_load(&loan_count); i++) {
        if (!loans[i].taken_back) continue;
        record_fact(loans[i].check, true, "kept");
        record_fact("lent.bounds", true, "kept");
        if (!loans[i].writable) record_fact("lent.read-only", true, "kept");
    }
}

static void tell(const struct loan *loan, const uint8_t *address) {
    if (loan->taken_back) {
        record_fact_in_signal(loan->check, "it was used after it was taken back");
    } else if (address >= loan->pages + loan->size) {
        record_fact_in_signal("lent.bounds", "memory past the end of what was lent was touched");
    } else {
        record_fact_in_signal("lent.read-only", "something that is only to be read was written to");
    }
    _exit(70);
}

static void caught(int number, siginfo_t *info, void *context) {
    (void)context;
    const uint8_t *address = info->si_addr;
    for (int i = 0; i < atomic_load(&loan_count); i++)
        if (address >= loans[i].pages && address < loans[i].pages + loans[i].size + page_size()) tell(&loans[i], address);
    signal(number, SIG_DFL); /* not ours: it happens again, and ends the process as it would have */
}

void guard_install(void) {
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}
