/* SPDX-License-Identifier: Apache-2.0 */
/* vouchsafed: start, serve, stop. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/keys.h"
#include "server/core/log.h"
#include "server/domain/plan.h"
#include "server/domain/schedule.h"
#include "server/net/session.h"
#include "server/pg/embedded.h"
#include "server/rpc/dispatch.h"
#include "server/store/business.h"

static const char help[] =
    "vouchsafed: the Vouchsafe server\n\n"
    "  vouchsafed --state.directory=/var/lib/vouchsafe\n"
    "  vouchsafed business create \"Hartwell Roofing\" --admin mara\n\n"
    "usage:\n"
    "  vouchsafed [--config FILE] [--section.key=value ...]            serve\n"
    "  vouchsafed migrate [...]                                        bring your database's schema up to date\n"
    "  vouchsafed business create NAME --admin LOGIN [--zone ZONE] [--country CC] [...]\n"
    "                                                                  make a business; prints its admin's join line\n"
    "  vouchsafed --check-config | --dump-config [...]                 check or list the settings\n"
    "  vouchsafed --version | --help\n\n"
    "Without database.url and PG* variables it makes and looks after a private PostgreSQL.\n";

static struct domain domain;
static struct embedded *embedded;
static bool draining;
static int64_t drain_until;

static bool has_room(void *c) { return store_has_room(((struct domain *)c)->store); }

static bool is_ready(void *c, const char **why) {
    *why = draining ? "this server stops; try another one" : "the database is away; try again";
    return !draining && store_is_ready(((struct domain *)c)->store);
}

static void on_drain(uv_timer_t *t) {
    if ((dispatch_in_flight() == 0 && session_count() == 0) || clock_mono_ms() > drain_until) uv_stop(t->loop);
}

static void on_signal(uv_signal_t *h, int number) {
    static uv_timer_t timer;
    if (draining) {
        uv_stop(h->loop);
        return;
    }
    log_info("stopping", "signal=%d", number);
    draining = true;
    drain_until = clock_mono_ms() + config.limit_drain_ms;
    session_drain();
    uv_timer_init(h->loop, &timer);
    uv_timer_start(&timer, on_drain, 10, 20);
}

static bool own_database(void) {
    return config.database_url[0] != '\0' || getenv("PGHOST") || getenv("PGSERVICE") || getenv("PGDATABASE");
}

static int fail(const char *err) {
    fprintf(stderr, "vouchsafed: %s\n", err);
    return 1;
}

static int serve(const char *state, char *conninfo, size_t size, char *err, size_t err_size) {
    struct tls_context *tls = keys_load(state, domain.root_pin, err, err_size);
    if (tls == NULL) return fail(err);
    if (!own_database() && (embedded = embedded_start(state, conninfo, size, err, err_size)) == NULL) return fail(err);
    if ((embedded != NULL ? schema_migrate(conninfo, err, err_size) : schema_check(conninfo, err, err_size)) < 0 ||
        dispatch_init(domain_modules, domain_module_count, &domain, err, err_size) < 0 ||
        plan_check(domain_modules, domain_module_count, err, err_size) < 0) {
        embedded_stop(embedded);
        return fail(err);
    }
    uv_loop_t *loop = uv_default_loop();
    char bound[128];
    domain.loop = loop;
    domain.store = store_new(loop, conninfo, (int)config.database_writers);
    dispatch_has_room = has_room;
    dispatch_is_ready = is_ready;
    if (session_listen(loop, config.listen_address, tls, bound, sizeof bound, err, err_size) < 0) {
        embedded_stop(embedded);
        return fail(err);
    }
    keys_note(state, "listen", bound);
    domain.addresses = config.listen_advertise[0] != '\0' ? config.listen_advertise : bound;
    static uv_signal_t signals[2];
    for (int i = 0; i < 2; i++) {
        uv_signal_init(loop, &signals[i]);
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGTERM : SIGINT);
    }
    log_info("ready", "listen=%s state=%s database=%s", bound, log_quote(state),
             embedded != NULL ? "private" : "yours");
    schedule_start(&domain);
    uv_run(loop, UV_RUN_DEFAULT);
    schedule_stop();
    store_close(domain.store);
    uv_run(loop, UV_RUN_NOWAIT);
    embedded_stop(embedded);
    log_info("stopped", "in_flight=%u", dispatch_in_flight());
    return 0;
}

static int create_business(int n, char **args, const char *state, const char *conninfo, char *err, size_t err_size) {
    const char *login = NULL, *zone = "UTC", *country = "US";
    char line[1500], listen[128];
    uint8_t pin[32];
    for (int i = 1; i + 1 < n; i += 2) {
        if (strcmp(args[i], "--admin") == 0)
            login = args[i + 1];
        else if (strcmp(args[i], "--zone") == 0)
            zone = args[i + 1];
        else if (strcmp(args[i], "--country") == 0)
            country = args[i + 1];
    }
    if (n < 3 || login == NULL)
        return fail("usage: vouchsafed business create NAME --admin LOGIN [--zone ZONE] [--country CC]"), 64;
    struct tls_context *tls = keys_load(state, pin, err, err_size);
    if (tls == NULL) return fail(err);
    tls_context_unref(tls);
    keys_read_note(state, "listen", listen, sizeof listen);
    const char *addresses = config.listen_advertise[0] != '\0' ? config.listen_advertise
                            : listen[0] != '\0'                ? listen
                                                               : config.listen_address;
    if (business_create(conninfo, args[0], login, zone, country, addresses, pin, line, sizeof line, err, err_size) < 0)
        return fail(err);
    printf("%s\n", line);
    return 0;
}

int main(int argc, char **argv) {
    char err[1024] = "", conninfo[2048], state[512], *settings[64], *words[16];
    const char *file = NULL;
    int n_settings = 0, n_words = 0;
    bool check = false, dump = false;
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) return fail("libsodium doesn't start");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return printf("%s", help), 0;
        if (strcmp(argv[i], "--version") == 0) return printf("vouchsafed %s\n", VOUCHSAFE_VERSION), 0;
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            file = argv[++i];
        else if (strcmp(argv[i], "--check-config") == 0)
            check = true;
        else if (strcmp(argv[i], "--dump-config") == 0)
            dump = true;
        else if (strncmp(argv[i], "--", 2) == 0 && strchr(argv[i], '.') != NULL && n_settings < 64)
            settings[n_settings++] = argv[i];
        else if (n_words < 16)
            words[n_words++] = argv[i];
    }
    if (config_load(file, n_settings, settings, err, sizeof err) < 0) return fail(err), 78;
    enum log_level level = LOG_INFO_;
    if (log_parse_level(config.log_level, &level) < 0) return fail("log.level is debug, info, warn or error"), 78;
    log_set_level(level);
    if (check) return printf("the settings are fine\n"), 0;
    if (dump) return config_dump(), 0;
    if (keys_state_directory(state, sizeof state, err, sizeof err) < 0) return fail(err);
    snprintf(conninfo, sizeof conninfo, "%s", config.database_url);
    if (n_words == 0) return serve(state, conninfo, sizeof conninfo, err, sizeof err);
    if (!own_database() && embedded_find(state, conninfo, sizeof conninfo, err, sizeof err) < 0) return fail(err);
    if (strcmp(words[0], "migrate") == 0) return schema_migrate(conninfo, err, sizeof err) < 0 ? fail(err) : 0;
    if (n_words > 2 && strcmp(words[0], "business") == 0 && strcmp(words[1], "create") == 0)
        return create_business(n_words - 2, words + 2, state, conninfo, err, sizeof err);
    return fail("no such command; vouchsafed --help lists them"), 64;
}
