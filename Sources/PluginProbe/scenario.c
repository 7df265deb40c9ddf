#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "face.h"
#include "guard.h"
#include "pl_process.h"
#include "probe.h"
#include "process.h"
#include "record.h"

/* How often a plugin is activated and deactivated to see whether something is left each time. */
#define CYCLES 6
/* How long a destroyed plugin is watched. */
#define WATCH_NANOSECONDS 300000000

static void stage(life_stage stage) { atomic_store(&face_stage, stage); }

static bool create(probe *probe, face_kind kind) {
    stage(LIFE_NONE);
    probe->host = face_make(kind);
    probe_call call = call_begin("create", LIMIT_CALL);
    size_t length = strlen(probe->local);
    martlet_create_info info = {.struct_size = sizeof info};
    info.plugin_id = (martlet_string){guard_lend("lent.info", probe->id, strlen(probe->id)), strlen(probe->id)};
    info.local = (martlet_bytes){guard_lend("lent.info", probe->local, length), length};
    martlet_status status = probe->module.create(probe->host, guard_lend("lent.info", &info, sizeof info), &probe->plugin, call.error);
    call_end(&call, status);
    record_fact("life.create", !status && probe->plugin, "create returned status %d and %s", (int)status,
                probe->plugin ? "a plugin" : "no plugin");
    if (!status && probe->plugin) stage(LIFE_CREATED);
    return !status && probe->plugin;
}

static martlet_status init(probe *probe) {
    probe_call call = call_begin("init", LIMIT_CALL);
    martlet_status status = call_end(&call, probe->ops.init(probe->plugin, call.call, call.error));
    if (!status) stage(LIFE_INITIALISED);
    return status;
}

static martlet_status activate(probe *probe) {
    probe_call call = call_begin("activate", LIMIT_CALL);
    stage(LIFE_ACTIVE);
    const martlet_bytes *settings = call_bytes("lent.settings", probe->settings);
    martlet_status status = call_end(&call, probe->ops.activate(probe->plugin, call.call, settings, call.error));
    if (status) stage(LIFE_INITIALISED);
    return status;
}

static martlet_status deactivate(probe *probe) {
    probe_call call = call_begin("deactivate", LIMIT_STOP);
    martlet_status status = call_end(&call, probe->ops.deactivate(probe->plugin, call.call, call.error));
    stage(LIFE_INITIALISED);
    return status;
}

static void destroy(probe *probe) {
    probe_call call = call_begin("destroy", LIMIT_STOP);
    probe->ops.destroy(probe->plugin);
    stage(LIFE_DESTROYED);
    guard_take_back("host.after-destroy");
    call_end(&call, MARTLET_OK);
    /* Not a wait for something: a plugin that calls later has this long to be caught. */
    nanosleep(&(struct timespec){.tv_nsec = WATCH_NANOSECONDS}, NULL);
    record_fact("host.after-destroy", true, "kept");
}

static void read_state(probe *probe) {
    if (!probe->state.read) return;
    probe_call call = call_begin("read-state", LIMIT_CALL);
    call_end(&call, probe->state.read(probe->plugin, call.call, call.sink, call.error));
}

static void read_statistics(probe *probe) {
    if (!probe->statistics.read) return;
    probe_call call = call_begin("read-statistics", LIMIT_CALL);
    call_end(&call, probe->statistics.read(probe->plugin, call.call, call.sink, call.error));
}

static void read_settings(probe *probe, const char *name) {
    if (!probe->settings_side.read) return;
    probe_call call = call_begin(name, LIMIT_CALL);
    call_end(&call, probe->settings_side.read(probe->plugin, call.call, call.sink, call.error));
}

static void validate(probe *probe) {
    if (!probe->settings_side.validate) return;
    probe_call call = call_begin("validate", LIMIT_VALIDATE);
    const martlet_bytes *settings = call_bytes("lent.settings", probe->settings);
    call_end(&call, probe->settings_side.validate(probe->plugin, call.call, settings, call.error));
}

static void apply(probe *probe, const char *name) {
    if (!probe->settings_side.apply) return;
    probe_call call = call_begin(name, LIMIT_CALL);
    const martlet_bytes *settings = call_bytes("lent.settings", probe->settings);
    call_end(&call, probe->settings_side.apply(probe->plugin, call.call, settings, call.error));
}

/* An action of a later version: to be refused, not guessed. */
static void control_unknown(probe *probe) {
    if (!probe->control.perform) return;
    probe_call call = call_begin("control", LIMIT_CALL);
    const martlet_string *nothing = call_string("lent.instance", "");
    martlet_status status = call_end(&call, probe->control.perform(probe->plugin, call.call, 999, nothing, call.error));
    record_fact("control.unknown-action", status == MARTLET_UNIMPLEMENTED, "an action it cannot know gave status %d, expected 12",
                (int)status);
}

/* Tasks */

static const uint8_t *new_run(uint8_t run[MARTLET_ID_SIZE]) {
    static uint8_t number;
    memset(run, 0xA5, MARTLET_ID_SIZE);
    run[0] = ++number;
    return run;
}

/* What `start` said last. */
static martlet_status last_start;

static bool start(probe *probe, const probe_task *task, const uint8_t *run, bool with_error) {
    probe_call call = call_begin(with_error ? "start-task" : "start-without-error", LIMIT_START);
    const uint8_t *lent = guard_lend("lent.run", run, MARTLET_ID_SIZE);
    const martlet_string *name = call_string("lent.task", task->name);
    const martlet_bytes *parameters = call_bytes("lent.parameters", task->parameters);
    face_expect_run(run);
    if (!with_error) call.error = NULL;
    martlet_status status = probe->tasks_side.start(probe->plugin, call.call, lent, name, parameters, call.error);
    last_start = call_end(&call, status);
    if (status) face_forget_run(run);
    return !status;
}

struct cancelling {
    probe *probe;
    const uint8_t *run;
};

static void *cancel(void *context) {
    struct cancelling *cancelling = context;
    probe *probe = cancelling->probe;
    probe->tasks_side.cancel(probe->plugin, guard_lend("lent.run", cancelling->run, MARTLET_ID_SIZE));
    return NULL;
}

/* [thread-safe]: on another thread than the calls'. */
static void cancel_run(probe *probe, const uint8_t *run, const char *call) {
    struct cancelling cancelling = {probe, run};
    pthread_t thread;
    record_begin(call, LIMIT_START);
    if (!pthread_create(&thread, NULL, cancel, &cancelling)) pthread_join(thread, NULL);
    record_end(call, MARTLET_OK, NULL, NULL, 0);
    guard_take_back("lent.run");
}

static void unknown_task(probe *probe) {
    uint8_t run[MARTLET_ID_SIZE];
    probe_task task = {"com.example.no-such-task", "{}"};
    bool started = start(probe, &task, new_run(run), true);
    bool ended = started && face_run_ended(run, pl_now() + LIMIT_CALL);
    record_fact("tasks.unknown", !started || ended, "a task that is not in the manifest was started and never finished");
    if (!start(probe, &task, new_run(run), false)) record_fact("errors.null", true, "kept");
    cancel_run(probe, new_run(run), "cancel-unknown");
    record_fact("tasks.cancel-unknown", true, "kept");
}

static void run_to_the_end(probe *probe, const probe_task *task) {
    uint8_t run[MARTLET_ID_SIZE];
    bool started = start(probe, task, new_run(run), true);
    record_fact("tasks.declared", last_start != MARTLET_NOT_FOUND && last_start != MARTLET_UNIMPLEMENTED,
                "task %s of the manifest is not known: status %d", task->name, (int)last_start);
    if (!started) return;
    record_begin("run", LIMIT_RUN + LIMIT_START);
    bool ended = face_run_ended(run, pl_now() + LIMIT_RUN);
    record_fact("deadline.run", ended, "the run of %s went on for more than 60 s", task->name);
    record_fact("tasks.finishes", ended, "the run of %s was not told to be finished within 60 s", task->name);
    record_end("run", MARTLET_OK, NULL, NULL, 0);
}

static void run_and_cancel(probe *probe, const probe_task *task) {
    uint8_t run[MARTLET_ID_SIZE];
    if (!start(probe, task, new_run(run), true)) return;
    cancel_run(probe, run, "cancel-task");
    record_begin("run", LIMIT_CALL + LIMIT_START);
    bool ended = face_run_ended(run, pl_now() + LIMIT_CALL);
    record_fact("tasks.cancel-ends", ended, "the run of %s went on for 10 s after it was cancelled", task->name);
    record_end("run", MARTLET_OK, NULL, NULL, 0);
}

static void work_on_tasks(probe *probe) {
    if (!probe->tasks_side.start || !probe->tasks_side.cancel) return;
    unknown_task(probe);
    for (int i = 0; i < probe->task_count; i++) run_to_the_end(probe, &probe->tasks[i]);
    for (int i = 0; i < probe->task_count; i++) run_and_cancel(probe, &probe->tasks[i]);
}

/* Scenarios */

static bool begin(probe *probe, face_kind kind) {
    if (!create(probe, kind)) return false;
    martlet_status status = init(probe);
    record_fact("life.init", !status, "init returned status %d", (int)status);
    if (status) return false;
    probe_look_at_extensions(probe);
    status = activate(probe);
    record_fact("life.activate", !status, "activate returned status %d with the manifest's defaults", (int)status);
    return !status;
}

/* Deactivates while a run is under way. */
static void end(probe *probe) {
    uint8_t run[MARTLET_ID_SIZE];
    bool runs = probe->tasks_side.start && probe->task_count && start(probe, &probe->tasks[0], new_run(run), true);
    martlet_status status = deactivate(probe);
    record_fact("life.deactivate", !status, "deactivate returned status %d", (int)status);
    if (runs) record_fact("tasks.end-by-deactivate", face_run_ended(run, 0), "a run was not finished when deactivate returned");
}

static void cycle(probe *probe) {
    int threads = 0, descriptors = 0;
    for (int i = 0; i < CYCLES; i++) {
        martlet_status status = activate(probe);
        record_fact("life.again", !status, "activate after deactivate returned status %d", (int)status);
        if (status) return;
        read_state(probe);
        if (deactivate(probe)) return;
        /* The first rounds may make what is kept for good. */
        if (i == 1) threads = process_threads(), descriptors = process_descriptors();
    }
    record_fact("process.threads", process_threads() <= threads + 1, "%d threads after activating %d times, %d before",
                process_threads(), CYCLES, threads);
    record_fact("process.descriptors", process_descriptors() <= descriptors, "%d descriptors after activating %d times, %d before",
                process_descriptors(), CYCLES, descriptors);
}

static void whole_life(probe *probe) {
    if (!begin(probe, FACE_FULL)) return;
    read_state(probe);
    read_statistics(probe);
    read_settings(probe, "read-before-validate");
    validate(probe);
    read_settings(probe, "read-after-validate");
    apply(probe, "apply");
    read_settings(probe, "read-settings");
    apply(probe, "apply-again");
    control_unknown(probe);
    work_on_tasks(probe);
    read_state(probe);
    read_statistics(probe);
    end(probe);
    cycle(probe);
    destroy(probe);
    process_judge();
}

static void created_only(probe *probe) {
    if (create(probe, FACE_FULL)) destroy(probe);
}

static void initialised_only(probe *probe) {
    if (create(probe, FACE_FULL) && !init(probe)) destroy(probe);
}

static void destroyed_active(probe *probe) {
    if (begin(probe, FACE_FULL)) destroy(probe);
}

/* Everything that may be asked for of a plugin that has `init` behind it; a run only where its end can be told. */
static void ask_for_all(probe *probe, bool with_tasks) {
    if (init(probe)) return destroy(probe);
    probe_look_at_extensions(probe);
    if (!activate(probe)) {
        read_state(probe);
        read_statistics(probe);
        validate(probe);
        apply(probe, "apply");
        read_settings(probe, "read-settings");
        if (with_tasks && probe->tasks_side.start && probe->task_count) run_and_cancel(probe, &probe->tasks[0]);
        deactivate(probe);
    }
    destroy(probe);
}

static void refused(probe *probe) {
    if (create(probe, FACE_REFUSING)) ask_for_all(probe, true);
}

static void bare(probe *probe) {
    if (create(probe, FACE_BARE)) ask_for_all(probe, false);
}

static void cancelled(probe *probe) {
    if (!begin(probe, FACE_FULL)) return;
    call_cancelled = true;
    read_state(probe);
    read_statistics(probe);
    validate(probe);
    apply(probe, "apply");
    read_settings(probe, "read-settings");
    call_cancelled = false;
    deactivate(probe);
    destroy(probe);
}

static void loaded_only(probe *probe) { (void)probe; }

bool probe_run(probe *probe) {
    static const struct {
        const char *name;
        void (*body)(struct probe *);
    } scenarios[] = {{"load", loaded_only},           {"life", whole_life},
                     {"created", created_only},       {"initialised", initialised_only},
                     {"active", destroyed_active},    {"cancelled", cancelled},
                     {"refused", refused},            {"bare", bare}};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(scenarios[i].name, probe->scenario)) continue;
        scenarios[i].body(probe);
        guard_tell();
        return true;
    }
    return false;
}
