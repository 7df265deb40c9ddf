#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "call.h"
#include "probe.h"
#include "process.h"
#include "record.h"
#include "text.h"

typedef const martlet_module *entry_function(void);

static void *call_entry(void *entry) { return (void *)((entry_function *)entry)(); }

/* [thread-safe], no side effects: the same from every thread, every time. */
static const martlet_module *judge_entry(entry_function *entry) {
    int before = process_threads();
    const martlet_module *found = entry();
    record_fact("entry.returns", found != NULL, "%s() returned NULL", MARTLET_MODULE_ENTRY);
    if (!found) return NULL;
    record_fact("entry.no-threads", process_threads() <= before, "calling %s() started a thread", MARTLET_MODULE_ENTRY);
    record_fact("entry.stable", entry() == found, "%s() returned another pointer the second time", MARTLET_MODULE_ENTRY);
    pthread_t threads[4];
    int started = 0;
    while (started < 4 && !pthread_create(&threads[started], NULL, call_entry, (void *)entry)) started++;
    bool same = true;
    for (int i = 0; i < started; i++) {
        void *theirs = NULL;
        pthread_join(threads[i], &theirs);
        same = same && theirs == found;
    }
    record_fact("entry.thread-safe", same, "%s() returned another pointer on another thread", MARTLET_MODULE_ENTRY);
    return found;
}

/* The four fields that never change; the rest may only be read when they are right. */
static bool judge_prefix(const martlet_module *module) {
    record_fact("module.magic", module->magic == MARTLET_MODULE_MAGIC, "magic is 0x%08x, must be 0x%08x", module->magic,
                MARTLET_MODULE_MAGIC);
    if (module->magic != MARTLET_MODULE_MAGIC) return false;
    record_fact("module.abi-major", module->abi_major == MARTLET_ABI_MAJOR, "abi_major is %u, this host's is %d",
                module->abi_major, MARTLET_ABI_MAJOR);
    if (module->abi_major != MARTLET_ABI_MAJOR) return false;
    size_t least = offsetof(martlet_module, create) + sizeof module->create;
    record_fact("module.struct-size", module->struct_size >= least, "struct_size is %u, version 1.0 has %zu",
                module->struct_size, least);
    record_fact("module.abi-minor", module->abi_minor <= MARTLET_ABI_MINOR || module->struct_size > least,
                "abi_minor is %u, but the structure is that of an earlier one", module->abi_minor);
    record_fact("module.min-host-minor", module->min_host_minor <= MARTLET_ABI_MINOR,
                "the plugin needs a host of minor %u, this one is %d", module->min_host_minor, MARTLET_ABI_MINOR);
    return module->struct_size >= least && module->min_host_minor <= MARTLET_ABI_MINOR;
}

static bool is(const martlet_string *string, const char *text) {
    return string->length == strlen(text) && !memcmp(string->data, text, string->length);
}

static void judge_texts(const probe *probe, const martlet_module *module) {
    record_fact("module.reserved", module->reserved == 0, "reserved is %u, must be 0", module->reserved);
    bool good = text_is_good(&module->id) && text_is_good(&module->name) && text_is_good(&module->version);
    record_fact("module.text", good, "id, name or version is missing or no UTF-8");
    if (!good) return;
    record_fact("module.id", is(&module->id, probe->id), "the library is plugin %.*s, the manifest says %s",
                (int)module->id.length, module->id.data, probe->id);
    record_fact("module.name", module->name.length > 0, "the name is empty");
    record_fact("module.version", is(&module->version, probe->version), "the library says version %.*s, the manifest %s",
                (int)module->version.length, module->version.data, probe->version);
}

static bool judge_operations(probe *probe, const martlet_module *module) {
    record_fact("module.create", module->create != NULL, "create is NULL");
    record_fact("module.ops", module->ops != NULL, "ops is NULL");
    if (!module->ops || !module->create) return false;
    uint32_t size = module->ops->struct_size;
    record_fact("module.ops-size", size >= sizeof probe->ops, "struct_size of the operations is %u, version 1.0 has %zu", size,
                sizeof probe->ops);
    memcpy(&probe->ops, module->ops, size < sizeof probe->ops ? size : sizeof probe->ops);
    record_fact("ops.init", probe->ops.init != NULL, "init is NULL");
    record_fact("ops.activate", probe->ops.activate != NULL, "activate is NULL");
    record_fact("ops.deactivate", probe->ops.deactivate != NULL, "deactivate is NULL");
    record_fact("ops.destroy", probe->ops.destroy != NULL, "destroy is NULL");
    record_fact("ops.get-extension", probe->ops.get_extension != NULL, "get_extension is NULL");
    return probe->ops.init && probe->ops.activate && probe->ops.deactivate && probe->ops.destroy && probe->ops.get_extension;
}

bool probe_load(probe *probe) {
    int before = process_threads();
    record_begin("load", LIMIT_LOAD);
    void *handle = dlopen(probe->library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const char *problem = handle ? "" : dlerror();
    record_fact("load.resolves", handle != NULL, "%s", problem);
    if (!handle) return false;
    record_fact("load.no-threads", process_threads() <= before, "loading the library started a thread");
    entry_function *entry;
    *(void **)&entry = dlsym(handle, MARTLET_MODULE_ENTRY);
    record_fact("entry.found", entry != NULL, "the library does not export %s", MARTLET_MODULE_ENTRY);
    if (!entry) return false;
    const martlet_module *module = judge_entry(entry);
    bool good = module && judge_prefix(module);
    if (good) {
        judge_texts(probe, module);
        good = judge_operations(probe, module);
        probe->module = *module;
    }
    record_end("load", MARTLET_OK, NULL, NULL, 0);
    return good;
}
