/* SPDX-License-Identifier: Apache-2.0 */
/* The server's life.
 * - happy path: keys, database, listeners, loop; SIGTERM or SIGINT drains (no new connections, /readyz says no, what is in
 *   flight is finished) and ends it; a second one ends it at once
 * - a database of yours is away at the start: it listens and answers UNAVAILABLE; the schema is checked on the thread pool
 *   until the database can be asked, then connections are made; a wrong schema ends the process with words
 * - the private database was killed: it is started again, on the thread pool, while requests get UNAVAILABLE
 * - SIGHUP: settings and certificates are read again; what can't be read leaves all as it was
 * - SIGUSR1: one line of state */
#include "server/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/listen.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/core/notify.h"
#include "server/core/password.h"
#include "server/core/state.h"
#include "server/domain/plan.h"
#include "server/domain/schedule.h"
#include "server/http/ops.h"
#include "server/identity.h"
#include "server/net/session.h"
#include "server/pg/conninfo.h"
#include "server/pg/embedded.h"
#include "server/rpc/dispatch.h"
#include "server/store/ledger.h"

enum { CHECK_AGAIN_MS = 1000, BUSY_EVERY_MS = 5000 };

static struct domain domain;
static struct embedded *embedded;
static struct invocation *how;
static char bound[LISTEN_ADDRESS_MAX];
static bool draining;
static int64_t drain_until;
static int exit_code;

/* --- what the layers ask -------------------------------------------------------------------------------- */

static bool has_room(void *c) {
    (void)c;
    return domain.store == NULL || store_has_room(domain.store);
}

static bool ready(const char **why) {
    *why = draining ? "this server stops; try another one" : "the database is away; try again";
    return !draining && domain.store != NULL && store_is_ready(domain.store);
}

static bool is_ready(void *c, const char **why) {
    (void)c;
    return ready(why);
}

/* For a balancer: a seat would refuse a certificate that ran out, whatever else is well. */
static bool takes_clients(const char **why) {
    if (!ready(why)) return false;
    *why = "this instance's certificate ran out; renew it";
    return identity_is_good();
}

static void collect(void) {
    struct store_load load = domain.store != NULL ? store_load(domain.store) : (struct store_load){0};
    metrics_set(METRIC_IN_FLIGHT, dispatch_in_flight());
    metrics_set(METRIC_CONNECTIONS, session_count());
    metrics_set(METRIC_SESSIONS, dispatch_logged_in());
    metrics_set(METRIC_MEMORY, (double)dispatch_memory());
    metrics_set(METRIC_QUEUE, load.queued);
    metrics_set(METRIC_FEED_LAG, domain.store != NULL ? (double)store_feed_lag_ms(domain.store) / 1000 : 0);
    metrics_set(METRIC_DATABASE_READY, load.ready);
    metrics_set(METRIC_DATABASE_WANTED, load.wanted);
}

static void on_busy(uv_timer_t *t) {
    static uint64_t idle_before, at_before;
    uint64_t idle = uv_metrics_idle_time(t->loop), at = uv_hrtime();
    if (at_before != 0 && at > at_before)
        metrics_set(METRIC_LOOP_BUSY, 1 - (double)(idle - idle_before) / (double)(at - at_before));
    idle_before = idle;
    at_before = at;
}

/* --- signals -------------------------------------------------------------------------------------------- */

static void on_drain(uv_timer_t *t) {
    if ((dispatch_in_flight() == 0 && session_count() == 0 && !schedule_is_busy()) || clock_mono_ms() > drain_until)
        uv_stop(t->loop);
}

static void on_stop(uv_signal_t *h, int number) {
    static uv_timer_t timer;
    if (draining) {
        uv_stop(h->loop);
        return;
    }
    log_info("stopping", "signal=%d", number);
    notify_send("STOPPING=1");
    draining = true;
    schedule_pause();
    drain_until = clock_mono_ms() + config.limit_drain_ms;
    session_drain();
    uv_timer_init(h->loop, &timer);
    uv_timer_start(&timer, on_drain, 10, 20);
}

static void use_settings(void) {
    log_set_level(config.log_level);
    log_set_rate(config.log_lines_per_second);
    domain.addresses = config.listen_advertise[0] != '\0' ? config.listen_advertise : bound;
}

static void on_reload(uv_signal_t *h, int number) {
    (void)h, (void)number;
    char err[1024];
    notify_reloading();
    int status = config_load(how->file, how->n_settings, how->settings, err, sizeof err);
    if (status == 0) {
        use_settings();
        status = identity_reload(err, sizeof err);
    }
    if (status == 0) {
        identity_watch(domain.loop);
        log_info("reloaded", "state=%s", log_quote(how->state));
    } else {
        log_error("reload_failed", "why=%s", log_quote(err));
    }
    notify_send("READY=1");
}

static void on_dump(uv_signal_t *h, int number) {
    (void)h, (void)number;
    const char *why = "";
    bool yes = ready(&why);
    collect();
    log_info("state",
             "ready=%s why=%s connections=%.0f sessions=%.0f in_flight=%.0f memory_bytes=%.0f queue=%.0f "
             "database_ready=%.0f database_wanted=%.0f loop_busy=%.3f feed_lag_seconds=%.3f",
             yes ? "yes" : "no", log_quote(yes ? "" : why), metrics_value(METRIC_CONNECTIONS, 0, 0),
             metrics_value(METRIC_SESSIONS, 0, 0), metrics_value(METRIC_IN_FLIGHT, 0, 0),
             metrics_value(METRIC_MEMORY, 0, 0), metrics_value(METRIC_QUEUE, 0, 0),
             metrics_value(METRIC_DATABASE_READY, 0, 0), metrics_value(METRIC_DATABASE_WANTED, 0, 0),
             metrics_value(METRIC_LOOP_BUSY, 0, 0), metrics_value(METRIC_FEED_LAG, 0, 0));
}

/* While starting they wait, so that no private cluster is left behind by a stop in the middle. */
static void hold_signals(int what) {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGUSR1);
    sigprocmask(what, &held, NULL);
}

static void watch_signals(uv_loop_t *loop) {
    static const struct {
        int number;
        uv_signal_cb on_signal;
    } watched[] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_reload}, {SIGUSR1, on_dump}};
    static uv_signal_t signals[ARRAY_LEN(watched)];
    for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
        uv_signal_init(loop, &signals[i]);
        uv_signal_start(&signals[i], watched[i].on_signal, watched[i].number);
    }
}

/* --- the database --------------------------------------------------------------------------------------- */

static struct {
    uv_work_t work;
    uv_timer_t again;
    char err[1024];
    int result;
} checking;

static void check_schema(uv_work_t *w) {
    char conninfo[sizeof how->conninfo + 32];
    (void)w;
    snprintf(conninfo, sizeof conninfo, "%s connect_timeout=5", how->conninfo);
    checking.result = schema_check(conninfo, checking.err, sizeof checking.err);
    if (checking.result == 0 && ledger_load(conninfo, checking.err, sizeof checking.err) < 0) checking.result = 1;
}

static void on_checked(uv_work_t *w, int status);

static void start_store(uv_loop_t *loop) {
    domain.store = store_new(loop, how->conninfo, (int)config.database_writers);
    MUST(domain.store != NULL);
    domain_listen(&domain);
    schedule_start(&domain);
}

static void check_again(uv_timer_t *t) { uv_queue_work(t->loop, &checking.work, check_schema, on_checked); }

static void on_checked(uv_work_t *w, int status) {
    if (status < 0 || draining) return;
    switch (checking.result) {
        case 0: start_store(w->loop); break;
        case 1:
            log_warn("database", "ready=no why=%s", log_quote(checking.err));
            uv_timer_start(&checking.again, check_again, CHECK_AGAIN_MS, 0);
            break;
        default: exit_code = command_fail(checking.err, 1); uv_stop(w->loop);
    }
}

static struct {
    uv_work_t work;
    uv_timer_t timer;
    char err[1024];
    int result;
    bool busy;
} reviving;

static void revive(uv_work_t *w) {
    (void)w;
    reviving.result = embedded_revive(embedded, reviving.err, sizeof reviving.err);
}

static void on_revived(uv_work_t *w, int status) {
    (void)w;
    reviving.busy = false;
    if (status == 0 && reviving.result < 0) log_error("database", "ready=no why=%s", log_quote(reviving.err));
}

static void on_look_after(uv_timer_t *t) {
    if (draining || reviving.busy || store_is_ready(domain.store)) return;
    reviving.busy = uv_queue_work(t->loop, &reviving.work, revive, on_revived) == 0;
}

static void look_after(uv_loop_t *loop) {
    uv_timer_init(loop, &reviving.timer);
    uv_timer_start(&reviving.timer, on_look_after, CHECK_AGAIN_MS, CHECK_AGAIN_MS);
}

/* The private one is there, migrated, before anything listens; yours may come later. */
static int open_database(uv_loop_t *loop) {
    if (!command_database_is_given()) {
        embedded = embedded_start(how->state, how->conninfo, sizeof how->conninfo, how->err, sizeof how->err);
        if (embedded == NULL || schema_migrate(how->conninfo, how->err, sizeof how->err) < 0) return -1;
        return ledger_load(how->conninfo, how->err, sizeof how->err);
    }
    uv_timer_init(loop, &checking.again);
    return conninfo_normalize(config.database_url, how->conninfo, sizeof how->conninfo, how->err, sizeof how->err);
}

static void connect_database(uv_loop_t *loop) {
    if (embedded != NULL) {
        start_store(loop);
        look_after(loop);
    } else
        uv_queue_work(loop, &checking.work, check_schema, on_checked);
}

/* --- start and stop ------------------------------------------------------------------------------------- */

static int listen_all(uv_loop_t *loop) {
    static const struct ops ops = {takes_clients, collect};
    char ops_bound[LISTEN_ADDRESS_MAX], plain[LISTEN_ADDRESS_MAX] = "";
    if (session_listen(loop, config.listen_address, identity_tls(), bound, how->err, sizeof how->err) < 0 ||
        (config.listen_plain[0] != '\0' &&
         session_listen_plain(loop, config.listen_plain, plain, how->err, sizeof how->err) < 0) ||
        ops_listen(&ops, loop, config.ops_address, ops_bound, how->err, sizeof how->err) < 0)
        return -1;
    state_note(how->state, "listen", bound);
    state_note(how->state, "ops", ops_bound);
    log_info("ready", "listen=%s plain=%s ops=%s state=%s database=%s", bound, plain[0] != '\0' ? plain : "off",
             ops_bound[0] != '\0' ? ops_bound : "off", log_quote(how->state), embedded != NULL ? "private" : "yours");
    return 0;
}

static void run(uv_loop_t *loop) {
    static uv_timer_t busy;
    connect_database(loop);
    watch_signals(loop);
    uv_timer_init(loop, &busy);
    uv_timer_start(&busy, on_busy, 0, BUSY_EVERY_MS);
    identity_watch(loop);
    hold_signals(SIG_UNBLOCK);
    notify_watch(loop);
    notify_send("READY=1");
    uv_run(loop, UV_RUN_DEFAULT);
    if (domain.store != NULL) {
        schedule_stop();
        store_close(domain.store);
    }
    uv_run(loop, UV_RUN_NOWAIT);
    while (reviving.busy) uv_run(loop, UV_RUN_ONCE);
    log_info("stopped", "in_flight=%u", dispatch_in_flight());
}

int serve(struct invocation *in) {
    how = in;
    hold_signals(SIG_BLOCK);
    uv_loop_t *loop = domain.loop = uv_default_loop();
    uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
    password_start(loop);
    dispatch_start(loop);
    dispatch_has_room = has_room;
    dispatch_is_ready = is_ready;
    if (identity_load(in->state, domain.root_pin, in->err, sizeof in->err) < 0 || open_database(loop) < 0 ||
        dispatch_init(domain_modules, domain_module_count, &domain, in->err, sizeof in->err) < 0 ||
        plan_check(domain_modules, domain_module_count, in->err, sizeof in->err) < 0 || listen_all(loop) < 0) {
        exit_code = command_fail(in->err, 1);
    } else {
        use_settings();
        run(loop);
    }
    embedded_stop(embedded);
    return exit_code;
}
