/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a run: global options, the command's row, its words, its code, the output. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/help.h"

enum { MEMORY_MAX = 64 << 20 };

static int seat_kind(const char *program) {
    static const struct {
        const char *name;
        int kind;
    } KINDS[] = {{"vouchsafe-sales", SALES}, {"vouchsafe-service", SERVICE}, {"vouchsafe-partner", PARTNER}};
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (!strcmp(KINDS[i].name, program)) return KINDS[i].kind;
    return ADMIN;
}

static int no_such_command(struct cli *c, int argc, char **argv) {
    const char *near = command_suggest(c->seat_kind, argc, argv);
    if (near) return cli_fail(c, EX_USAGE, "there is no command \"%s\"; did you mean: %s", argv[0], near);
    return cli_fail(c, EX_USAGE, "there is no command \"%s\"; see %s --help", argv[0], c->program);
}

/* Options before the command: only global ones. How many words they are, or -1 after an error. */
static int leading_globals(struct cli *c, int argc, char **argv) {
    int i = 0;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        c->err[0] = 0;
        if (!globals_take(&c->globals, argv[i], c->err, sizeof c->err))
            snprintf(c->err, sizeof c->err, "%s is no option of every command; put it behind the command", argv[i]);
        if (!c->err[0]) continue;
        cli_fail(c, EX_USAGE, "%s", c->err);
        return -1;
    }
    return i;
}

static bool asks_help(int argc, char **argv) {
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return true;
    return false;
}

static int dispatch(struct cli *c, int argc, char **argv) {
    int skipped = leading_globals(c, argc, argv), used;
    bool group;
    if (skipped < 0) return EX_USAGE;
    argc -= skipped, argv += skipped;
    if (c->globals.version) {
        printf(c->globals.json ? "{\"version\":\"%s\"}\n" : "vouchsafe %s\n", VOUCHSAFE_VERSION);
        return 0;
    }
    bool help = c->globals.help || asks_help(argc, argv);
    if (!argc && !help) return cli_fail(c, EX_USAGE, "no command; see %s --help", c->program);
    const struct command *m = command_match(c->seat_kind, argc, argv, &used, &group);
    if (help && m) return help_command(c, m);
    if (help && (!argc || group || argv[0][0] == '-')) return help_list(c, group ? argv[0] : NULL);
    if (group && !m && argc < 2) return help_list(c, argv[0]), cli_fail(c, EX_USAGE, "%s is not whole", argv[0]);
    if (!m) return no_such_command(c, argc, argv);
    int bad = args_parse(&c->args, &c->mem, m, argc - used, argv + used, &c->globals);
    out_free(&c->out);
    out_init(&c->out, &c->globals);
    return bad ? cli_fail(c, EX_USAGE, "%s", c->args.err) : cli_run(c);
}

/* With --json one object and a newline; an error's instead of what was gathered. */
static int finish(struct cli *c, int code) {
    if (c->globals.json && c->failed) {
        buf_free(&c->out.json.b);
        c->out.json.b = c->error.b;
        buf_init(&c->error.b, 0);
        c->out.format = OUT_JSON;
    }
    if (c->out.format == OUT_JSON && buf_len(&c->out.json.b)) buf_put_u8(&c->out.json.b, '\n');
    return out_flush(&c->out) ? EX_IOERR : code;
}

int cli_main(int argc, char **argv, const char *program) {
    static struct cli c;
    c.program = program;
    c.seat_kind = seat_kind(program);
    if (sodium_init() < 0) return EX_SOFTWARE;
    arena_init(&c.mem, MEMORY_MAX);
    buf_init(&c.error.b, 0);
    buf_init(&c.calendar, 0);
    out_init(&c.out, &c.globals);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--json")) c.globals.json = true; /* before the first error may be told */
    int code = finish(&c, dispatch(&c, argc - 1, argv + 1));
    line_close(&c);
    out_free(&c.out);
    buf_free(&c.error.b);
    buf_free(&c.calendar);
    arena_free(&c.mem);
    return code;
}
