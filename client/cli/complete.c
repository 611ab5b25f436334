/* SPDX-License-Identifier: Apache-2.0 */
/* Completion scripts and the manual, from the command tables. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "client/cli/help.h"

/* "--stage --set": the command's options and those of all. */
static void print_options(const struct command *m, const char *before) {
    struct option list[OPTION_MAX];
    size_t n = command_options(m, list);
    for (size_t i = 0; i < n; i++) printf("%s--%s", i ? " " : before, list[i].name);
}

static void bash(struct cli *c) {
    const struct command *m;
    char id[40];
    snprintf(id, sizeof id, "%s", c->program);
    for (char *p = id; *p; p++)
        if (!isalnum((unsigned char)*p)) *p = '_';
    printf(
        "_%s() {\n    local said=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" cur=${COMP_WORDS[COMP_CWORD]} words=\"\"\n    local commands=(",
        id);
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) printf(" \"%s\"", m->words);
    printf(" )\n    case \"$said\" in\n");
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) { /* "touch strike" comes before "touch" can take it */
        if (!strchr(m->words, ' ')) continue;
        printf("        \"%s\"|\"%s \"*) words=\"", m->words, m->words);
        print_options(m, "");
        puts("\";;");
    }
    puts("        \"\") words=\"$(printf '%s\\n' \"${commands[@]%% *}\" | sort -u)\";;");
    puts("        *)\n            words=$(printf '%s\\n' \"${commands[@]}\" | sed -n \"s/^$said //p\")");
    puts("            case \"${said%% *}\" in");
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) {
        if (strchr(m->words, ' ')) continue;
        printf("                %s) words=\"$words ", m->words);
        print_options(m, "");
        puts("\";;");
    }
    puts("            esac;;\n    esac");
    printf("    words=\"$words");
    for (size_t i = 0; i < GLOBAL_OPTIONS_N; i++) printf(" --%s", GLOBAL_OPTIONS[i].name);
    printf("\"\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\ncomplete -o default -F _%s %s\n",
           id, c->program);
}

static void quoted(const char *s) { /* in single quotes, for zsh and fish */
    putchar('\'');
    for (; *s; s++)
        if (*s == '\'')
            printf("'\\''");
        else
            putchar(*s);
    putchar('\'');
}

static void zsh(struct cli *c) {
    const struct command *m;
    printf("#compdef %s\nlocal -a said options\nsaid=(${words[2,CURRENT-1]})\ncase \"${said[*]}\" in\n", c->program);
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) {
        struct option list[OPTION_MAX];
        size_t n = command_options(m, list);
        if (!n) continue;
        printf("  %s\"%s\"|\"%s \"*) options=(", "", m->words, m->words);
        for (size_t k = 0; k < n; k++) {
            char text[160];
            snprintf(text, sizeof text, "--%s:%s", list[k].name, list[k].doc);
            printf("%s", k ? " " : "");
            quoted(text);
        }
        puts(");;");
    }
    puts("esac\nif (( $#said == 0 )); then\n  local -a commands\n  commands=(");
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) {
        char text[200];
        snprintf(text, sizeof text, "%.*s", (int)strcspn(m->words, " "), m->words);
        printf("    ");
        quoted(text);
        puts("");
    }
    puts("  )\n  compadd -- ${(u)commands}\n  return\nfi\nif (( $#said == 1 )); then\n  case $said[1] in");
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) {
        const char *rest = strchr(m->words, ' ');
        if (rest) printf("    %.*s) compadd -- %s;|\n", (int)(rest - m->words), m->words, rest + 1);
    }
    puts("  esac\nfi\n_describe option options");
}

static void fish(struct cli *c) {
    const struct command *m;
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) {
        struct option list[OPTION_MAX];
        size_t n = command_options(m, list), first = strcspn(m->words, " ");
        const char *rest = m->words[first] ? m->words + first + 1 : NULL;
        printf("complete -c %s -n __fish_use_subcommand -f -a %.*s\n", c->program, (int)first, m->words);
        if (rest) {
            printf("complete -c %s -n '__fish_seen_subcommand_from %.*s' -f -a %s -d ", c->program, (int)first,
                   m->words, rest);
            quoted(m->summary);
            puts("");
        }
        for (size_t k = 0; k < n; k++) {
            printf("complete -c %s -n '__fish_seen_subcommand_from %s' -l %s %s -d ", c->program,
                   rest ? rest : m->words, list[k].name, list[k].value ? "-r" : "");
            quoted(list[k].doc);
            puts("");
        }
    }
}

bool completion_print(struct cli *c, const char *shell) {
    static const struct {
        const char *shell;
        void (*print)(struct cli *c);
    } SHELLS[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < ARRAY_LEN(SHELLS); i++)
        if (!strcmp(SHELLS[i].shell, shell)) return SHELLS[i].print(c), true;
    return false;
}

/* --- the manual (mdoc) --------------------------------------------------------------------------------------------------- */

static void roff(const char *s) { /* text that may hold what roff would read */
    if (*s == '.' || *s == '\'') printf("\\&");
    for (; *s; s++) {
        if (*s == '\\')
            printf("\\e");
        else if (*s == '-')
            printf("\\-");
        else
            putchar(*s);
    }
}

static void manual_command(struct cli *c, const struct command *m) {
    struct option list[OPTION_MAX];
    size_t n = command_options(m, list);
    printf(".It Cm %s\n", m->words);
    roff(m->summary);
    puts(".");
    for (size_t i = 0; i < n; i++) {
        printf(".br\n.Fl Fl %s%s%s\n", list[i].name, list[i].value ? " Ar " : "", list[i].value ? list[i].value : "");
        roff(list[i].doc);
        puts("");
    }
    puts(".Bd -literal -compact");
    for (size_t i = 0; i < ARRAY_LEN(m->examples); i++) {
        printf("%s ", c->program);
        roff(m->examples[i]);
        puts("");
    }
    puts(".Ed");
}

void help_manual(struct cli *c) {
    const struct command *m;
    char upper[40];
    snprintf(upper, sizeof upper, "%s", c->program);
    for (char *p = upper; *p; p++) *p = (char)toupper((unsigned char)*p);
    printf(
        ".Dd $Mdocdate$\n.Dt %s 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd a seat of the Vouchsafe referral engine\n"
        ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar word ...\n.Op Fl Fl option ...\n.Sh DESCRIPTION\nThe commands are:\n.Bl -tag -width Ds\n",
        upper, c->program);
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++) manual_command(c, m);
    puts(".El\n.Pp\nOptions of every command:\n.Bl -tag -width Ds");
    for (size_t i = 0; i < GLOBAL_OPTIONS_N; i++) {
        printf(".It Fl Fl %s\n", GLOBAL_OPTIONS[i].name);
        roff(GLOBAL_OPTIONS[i].doc);
        puts("");
    }
    puts(
        ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev VOUCHSAFE_HOME\nwhere seats and outboxes are kept\n"
        ".It Ev NO_COLOR\nno colours\n.It Ev COLUMNS\nwidth of tables\n.El\n.Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n"
        ".It 0\ndone\n.It 64\nusage\n.It 65\nbad data, or refused\n.It 66\nno such file\n.It 69\nno line to the server\n"
        ".It 74\na file can't be read or written\n.It 75\nsaved here, sent when the line is back\n.It 77\nnot allowed, or not logged in\n.El");
}
