/* SPDX-License-Identifier: Apache-2.0 */
#include "server/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/config.h"
#include "server/core/keys.h"
#include "server/core/state.h"
#include "server/http/ops.h"
#include "server/pg/embedded.h"
#include "server/serve.h"
#include "server/store/business.h"
#include "server/store/store.h"

static const char examples[] = "vouchsafed: the Vouchsafe server\n\n"
                               "  vouchsafed --state.directory=/var/lib/vouchsafe\n"
                               "  vouchsafed business create \"Hartwell Roofing\" --admin mara\n\n"
                               "usage: vouchsafed [COMMAND] [--config FILE] [--section.key=value ...]\n\n";

static const char footer[] = "  --check-config   say whether the settings are fine\n"
                             "  --dump-config    list the settings: value, origin, whether SIGHUP reloads it\n"
                             "  --version, --help\n\n"
                             "Settings come from --config FILE, then VOUCHSAFE_SECTION_KEY in the environment,\n"
                             "then --section.key=value; the last one wins. Without database.url and PG*\n"
                             "variables it makes and looks after a private PostgreSQL.\n";

int command_fail(const char *err, int code) {
    fprintf(stderr, "vouchsafed: %s\n", err);
    return code;
}

bool command_database_is_given(void) {
    static const char *const variables[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
    bool given = config.database_url[0] != '\0';
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) given = given || getenv(variables[i]) != NULL;
    return given;
}

static int find_database(struct invocation *in) {
    snprintf(in->conninfo, sizeof in->conninfo, "%s", config.database_url);
    if (command_database_is_given()) return 0;
    return embedded_find(in->state, in->conninfo, sizeof in->conninfo, in->err, sizeof in->err);
}

static int run_migrate(struct invocation *in) {
    if (find_database(in) < 0 || schema_migrate(in->conninfo, in->err, sizeof in->err) < 0)
        return command_fail(in->err, 1);
    return 0;
}

const char *command_option(const struct invocation *in, const char *name, const char *otherwise) {
    for (int i = 0; i + 1 < in->n_words; i++)
        if (strcmp(in->words[i], name) == 0) return in->words[i + 1];
    return otherwise;
}

static int run_business_create(struct invocation *in) {
    char line[1500], listen[128];
    struct keys keys;
    const char *login = command_option(in, "--admin", NULL);
    if (in->n_words < 5 || in->words[2][0] == '-' || login == NULL)
        return command_fail("usage: vouchsafed business create NAME --admin LOGIN [--zone ZONE] [--country CC]",
                            EXIT_USAGE);
    if (keys_load(in->state, &keys, in->err, sizeof in->err) < 0) return command_fail(in->err, 1);
    tls_context_unref(keys.tls);
    state_read_note(in->state, "listen", listen, sizeof listen);
    const char *addresses = config.listen_advertise[0] != '\0' ? config.listen_advertise
                            : listen[0] != '\0'                ? listen
                                                               : config.listen_address;
    if (find_database(in) < 0 || business_create(in->conninfo, in->words[2], login, command_option(in, "--zone", "UTC"),
                                                 command_option(in, "--country", "US"), addresses, keys.root_pin, line,
                                                 sizeof line, in->err, sizeof in->err) < 0)
        return command_fail(in->err, 1);
    printf("%s\n", line);
    return 0;
}

/* Port 0 in ops.address means "any": the running server noted which. */
static int run_healthcheck(struct invocation *in) {
    char address[128];
    size_t n = strlen(config.ops_address);
    snprintf(address, sizeof address, "%s", config.ops_address);
    if (n == 0 || (n > 2 && strcmp(config.ops_address + n - 2, ":0") == 0))
        state_read_note(in->state, "ops", address, sizeof address);
    if (ops_ask_ready(address, in->err, sizeof in->err) < 0) return command_fail(in->err, EXIT_UNAVAILABLE);
    printf("ready\n");
    return 0;
}

static const struct command {
    const char *words[2];
    const char *usage, *doc;
    int (*run)(struct invocation *in);
} commands[] = {
    {{NULL, NULL}, "", "serve", serve},
    {{"migrate", NULL}, "migrate", "bring your database's schema up to date", run_migrate},
    {{"business", "create"},
     "business create NAME --admin LOGIN [--zone ZONE] [--country CC]",
     "make a business; prints its admin's join line",
     run_business_create},
    {{"instance", "request"},
     "instance request [FILE]",
     "make this instance's key and ask for its certificate",
     run_instance_request},
    {{"instance", "certify"},
     "instance certify REQUEST [FILE] [--valid 825d]",
     "where root.key is: make an instance's certificate",
     run_instance_certify},
    {{"instance", "install"},
     "instance install FILE",
     "check this instance's certificate and put it in place",
     run_instance_install},
    {{"root", "create"}, "root create", "a root key alone, on a machine of its own", run_root_create},
    {{"root", "replace"}, "root replace", "a new root key that the old one vouches for", run_root_replace},
    {{"root", "retire"}, "root retire", "no longer vouch for the root of before", run_root_retire},
    {{"--healthcheck", NULL}, "--healthcheck", "ask a running server's /readyz (ops.address)", run_healthcheck},
};

void command_help(void) {
    printf("%s", examples);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        printf("  vouchsafed%s%s\n                   %s\n", commands[i].usage[0] != '\0' ? " " : "", commands[i].usage,
               commands[i].doc);
    printf("\n%s", footer);
}

static bool is_named(const struct command *c, const struct invocation *in) {
    if (c->words[0] == NULL) return in->n_words == 0;
    for (int i = 0; i < 2 && c->words[i] != NULL; i++)
        if (i >= in->n_words || strcmp(in->words[i], c->words[i]) != 0) return false;
    return true;
}

int command_run(struct invocation *in) {
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (!is_named(&commands[i], in)) continue;
        if (state_directory(in->state, sizeof in->state, in->err, sizeof in->err) < 0) return command_fail(in->err, 1);
        in->usage = commands[i].usage;
        return commands[i].run(in);
    }
    snprintf(in->err, sizeof in->err, "there is no command \"%s\"; vouchsafed --help lists them", in->words[0]);
    return command_fail(in->err, EXIT_USAGE);
}
