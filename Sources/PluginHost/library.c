#define _GNU_SOURCE
#include "library.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "martlet/martlet.h"

static bool refuse(library_refusal *refusal, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(refusal->message, sizeof refusal->message, format, values);
    va_end(values);
    return false;
}

bool library_copy(void *to, size_t size, const void *from) {
    memset(to, 0, size);
    if (!from) return false;
    uint32_t theirs;
    memcpy(&theirs, from, sizeof theirs);
    if (theirs < 2 * sizeof(uint32_t)) return false;
    memcpy(to, from, theirs < size ? theirs : size);
    return true;
}

/* The part of a module that is the same in every version. */
struct module_prefix {
    uint32_t magic, struct_size;
    uint16_t abi_major, abi_minor, min_host_minor, reserved;
};

static bool check_prefix(const struct module_prefix *prefix, library_refusal *refusal) {
    if (prefix->magic != MARTLET_MODULE_MAGIC)
        return refuse(refusal, "%s() returned no martlet_module: magic is 0x%08x, must be 0x%08x; build the plugin "
                      "against martlet/module.h", MARTLET_MODULE_ENTRY, prefix->magic, MARTLET_MODULE_MAGIC);
    refusal->lacks_interface = true;
    if (prefix->abi_major != MARTLET_ABI_MAJOR)
        return refuse(refusal, "the plugin speaks interface version %u.%u, this host %d.%d; install a plugin built for "
                      "version %d, or the agent of the other version", prefix->abi_major, prefix->abi_minor,
                      MARTLET_ABI_MAJOR, MARTLET_ABI_MINOR, MARTLET_ABI_MAJOR);
    if (prefix->min_host_minor > MARTLET_ABI_MINOR)
        return refuse(refusal, "the plugin needs a host of interface version %d.%u or later, this one is %d.%d; update "
                      "the agent", MARTLET_ABI_MAJOR, prefix->min_host_minor, MARTLET_ABI_MAJOR, MARTLET_ABI_MINOR);
    refusal->lacks_interface = false;
    if (prefix->struct_size < offsetof(martlet_module, create) + sizeof(void *))
        return refuse(refusal, "martlet_module of the plugin is %u bytes, version %d needs %zu; set struct_size to the "
                      "size of the structure", prefix->struct_size, MARTLET_ABI_MAJOR, sizeof(martlet_module));
    return true;
}

static bool check_module(const martlet_module *module, const martlet_plugin_ops *ops, const char *expected_id,
                         library_refusal *refusal) {
    if (!module->create || !ops->init || !ops->activate || !ops->deactivate || !ops->destroy || !ops->get_extension)
        return refuse(refusal, "the plugin's module lacks an operation; create, init, activate, deactivate, destroy and "
                      "get_extension are all needed");
    size_t length = strlen(expected_id);
    if (module->id.length != length || memcmp(module->id.data, expected_id, length))
        return refuse(refusal, "the library is plugin %.*s, its manifest says %s; install the library that belongs to "
                      "the manifest", (int)(module->id.length > 128 ? 128 : module->id.length), module->id.data,
                      expected_id);
    return true;
}

bool library_load(int fd, const char *expected_id, martlet_module *module, martlet_plugin_ops *ops,
                  library_refusal *refusal) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) return refuse(refusal, "the library does not load: %s", dlerror());
    const martlet_module *(*entry)(void);
    *(void **)&entry = dlsym(handle, MARTLET_MODULE_ENTRY);
    if (!entry)
        return refuse(refusal, "the library does not export %s; this host speaks interface version %d only",
                      MARTLET_MODULE_ENTRY, MARTLET_ABI_MAJOR);
    const martlet_module *found = entry();
    if (!found) return refuse(refusal, "%s() returned NULL", MARTLET_MODULE_ENTRY);
    struct module_prefix prefix;
    memcpy(&prefix, found, sizeof prefix);
    if (!check_prefix(&prefix, refusal)) return false;
    memset(module, 0, sizeof *module);
    memcpy(module, found, prefix.struct_size < sizeof *module ? prefix.struct_size : sizeof *module);
    if (!library_copy(ops, sizeof *ops, module->ops)) return refuse(refusal, "the plugin's module has no operations");
    return check_module(module, ops, expected_id, refusal);
}
