/* SPDX-License-Identifier: Apache-2.0 */
/* vouchsafed: the command line. What it can do is in commands.c, the server itself in serve.c. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/commands.h"
#include "server/core/config.h"
#include "server/core/log.h"

struct flags {
    bool help, version, check, dump;
};

/* Settings hold a dot before their '='; everything else that isn't a flag is a word for the command. */
static bool is_setting(const char *arg) {
    size_t n = strcspn(arg, "=");
    return strncmp(arg, "--", 2) == 0 && memchr(arg, '.', n) != NULL;
}

static int read_args(int argc, char **argv, struct invocation *in, struct flags *flags) {
    const struct {
        const char *name;
        bool *flag;
    } known[] = {{"--help", &flags->help},
                 {"-h", &flags->help},
                 {"--version", &flags->version},
                 {"--check-config", &flags->check},
                 {"--dump-config", &flags->dump}};
    for (int i = 1; i < argc; i++) {
        bool *flag = NULL;
        for (size_t k = 0; k < ARRAY_LEN(known); k++)
            if (strcmp(argv[i], known[k].name) == 0) flag = known[k].flag;
        if (flag != NULL)
            *flag = true;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            in->file = argv[++i];
        else if (strncmp(argv[i], "--config=", 9) == 0)
            in->file = argv[i] + 9;
        else if (is_setting(argv[i]) && in->n_settings < (int)ARRAY_LEN(in->settings))
            in->settings[in->n_settings++] = argv[i];
        else if (!is_setting(argv[i]) && in->n_words < (int)ARRAY_LEN(in->words))
            in->words[in->n_words++] = argv[i];
        else
            return -1;
    }
    return 0;
}

int main(int argc, char **argv) {
    static struct invocation in;
    struct flags flags = {0};
    signal(SIGPIPE, SIG_IGN);
    log_start();
    if (sodium_init() < 0) return command_fail("libsodium doesn't start", 1);
    if (read_args(argc, argv, &in, &flags) < 0) return command_fail("too many arguments", EXIT_USAGE);
    if (flags.help) return command_help(), 0;
    if (flags.version) return printf("vouchsafed %s\n", VOUCHSAFE_VERSION), 0;
    if (config_load(in.file, in.n_settings, in.settings, in.err, sizeof in.err) < 0)
        return command_fail(in.err, EXIT_CONFIG);
    log_set_level(config.log_level);
    if (flags.check) return printf("the settings are fine\n"), 0;
    if (flags.dump) return config_dump(), 0;
    return command_run(&in);
}
