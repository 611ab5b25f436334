/* SPDX-License-Identifier: Apache-2.0 */
/* The settings' table, read from file, environment and flags, in this order. */
#include "server/core/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/listen.h"
#include "server/core/log.h"

struct config config;

enum {
#define X(field, key, kind, def, min, max, reload, secret, doc) ROW_##field,
    CONFIG_LIST(X)
#undef X
        ROWS
};

static const struct row {
    const char *key, *def, *doc;
    enum config_kind kind;
    size_t offset;
    int64_t min, max;
    bool reloadable, secret;
} rows[ROWS] = {
#define X(field, key, kind, def, min, max, reload, secret, doc) \
    {key, def, doc, CONFIG_##kind, offsetof(struct config, field), min, max, reload, secret},
    CONFIG_LIST(X)
#undef X
};

/* What a row is set to, and by whom. `next` is filled by a load and becomes `now` when all of it was right. */
struct value {
    char *text;
    const char *origin;
    int line; /* of the file */
};
static struct value now[ROWS], next[ROWS];
static bool loaded;

/* Where a value comes from: what --dump-config calls it, and what an error names. */
struct source {
    const char *origin, *where;
    int line; /* 0: not from the file */
};

static int find(const char *key) {
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].key, key) == 0) return i;
    return -1;
}

/* --- values --------------------------------------------------------------------------------------------- */

/* The place of value among the "a|b|c: ..." of a CHOICE's doc, or -1. */
static int choice_of(const struct row *row, const char *value) {
    const char *at = row->doc;
    for (int i = 0;; i++) {
        size_t n = strcspn(at, "|:");
        if (n == strlen(value) && strncmp(at, value, n) == 0) return i;
        if (at[n] != '|') return -1;
        at += n + 1;
    }
}

static int check(const struct row *row, const char *value, const char *where, char *err, size_t err_size) {
    char *end;
    errno = 0;
    long long n = row->kind == CONFIG_INT ? strtoll(value, &end, 10) : 0;
    if (row->kind == CONFIG_BOOL && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        snprintf(err, err_size, "%s: %s is yes or no, not \"%s\"", where, row->key, value);
    else if (row->kind == CONFIG_CHOICE && choice_of(row, value) < 0)
        snprintf(err, err_size, "%s: %s is one of %.*s, not \"%s\"", where, row->key, (int)strcspn(row->doc, ":"),
                 row->doc, value);
    else if (row->kind == CONFIG_LOCAL && value[0] != '\0' && !listen_is_local(value))
        snprintf(
            err, err_size,
            "%s: %s has no TLS, so it is the path of a unix socket or an address of the loopback (127.0.0.1:7644), "
            "not \"%s\"",
            where, row->key, value);
    else if (row->kind == CONFIG_PROGRAM && value[0] != '\0' && value[0] != '/')
        snprintf(err, err_size, "%s: %s is the whole path of a program, without arguments, not \"%s\"", where, row->key,
                 value);
    else if (row->kind == CONFIG_INT && (*value == '\0' || isspace((unsigned char)*value) || *end != '\0' ||
                                         errno != 0 || n < row->min || n > row->max))
        snprintf(err, err_size, "%s: %s is a number from %lld to %lld, not \"%s\"", where, row->key,
                 (long long)row->min, (long long)row->max, value);
    else
        return 0;
    return -1;
}

static int set(int i, const char *value, struct source from, char *err, size_t err_size) {
    if (check(&rows[i], value, from.where, err, err_size) < 0) return -1;
    if (from.line > 0 && next[i].line > 0) {
        snprintf(err, err_size, "%s: %s is set on line %d already", from.where, rows[i].key, next[i].line);
        return -1;
    }
    free(next[i].text);
    next[i] = (struct value){strdup(value), from.origin, from.line};
    if (next[i].text != NULL) return 0;
    snprintf(err, err_size, "no memory");
    return -1;
}

/* --- the file ------------------------------------------------------------------------------------------- */

static char *trim(char *s) {
    while (isspace((unsigned char)*s)) s++;
    for (size_t n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]);) s[--n] = '\0';
    return s;
}

struct reader {
    const char *file;
    char section[64], where[600];
    int line;
};

static int read_section(struct reader *r, const char *name, size_t n, char *err, size_t err_size) {
    snprintf(r->section, sizeof r->section, "%.*s.", (int)n, name);
    for (int i = 0; i < ROWS; i++)
        if (strncmp(rows[i].key, r->section, strlen(r->section)) == 0) return 0;
    snprintf(err, err_size, "%s: there is no section [%.*s]; vouchsafed --dump-config lists the settings", r->where,
             (int)n, name);
    return -1;
}

static int read_line(struct reader *r, char *line, char *err, size_t err_size) {
    char *s = trim(line), key[128];
    size_t n = strlen(s);
    if (*s == '\0' || *s == '#') return 0;
    if (*s == '[' && n > 2 && s[n - 1] == ']') return read_section(r, s + 1, n - 2, err, err_size);
    char *eq = strchr(s, '=');
    if (*s == '[' || eq == NULL) {
        snprintf(err, err_size, "%s: write key = value, or [section]", r->where);
        return -1;
    }
    *eq = '\0';
    snprintf(key, sizeof key, "%s%s", r->section, trim(s));
    int i = find(key);
    if (i < 0) {
        snprintf(err, err_size, "%s: there is no setting %s; vouchsafed --dump-config lists them", r->where, key);
        return -1;
    }
    return set(i, trim(eq + 1), (struct source){"file", r->where, r->line}, err, err_size);
}

/* A line that is cut short would be a wrong value: lines have any length, and a NUL is an error. */
static int read_file(const char *file, char *err, size_t err_size) {
    struct reader r = {.file = file};
    FILE *f = fopen(file, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t n = 0;
    int status = 0;
    errno = f == NULL ? errno : 0;
    while (f != NULL && status == 0 && (n = getline(&line, &room, f)) >= 0) {
        snprintf(r.where, sizeof r.where, "%s line %d", file, ++r.line);
        if (strlen(line) != (size_t)n) {
            snprintf(err, err_size, "%s: it holds a NUL byte; settings are text", r.where);
            status = -1;
        } else {
            status = read_line(&r, line, err, err_size);
        }
    }
    if (status == 0 && (f == NULL || ferror(f))) {
        snprintf(err, err_size, "can't read %s: %s", file, strerror(errno));
        status = -1;
    }
    if (f != NULL) fclose(f);
    free(line);
    return status;
}

/* --- environment and flags ------------------------------------------------------------------------------ */

static int read_environment(char *err, size_t err_size) {
    for (int i = 0; i < ROWS; i++) {
        char name[128] = "VOUCHSAFE_";
        size_t n = strlen(name);
        for (const char *p = rows[i].key; *p != '\0' && n < sizeof name - 1; p++)
            name[n++] = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
        const char *value = getenv(name);
        if (value != NULL && set(i, value, (struct source){"environment", name, 0}, err, err_size) < 0) return -1;
    }
    return 0;
}

static int read_flags(int n, char **args, char *err, size_t err_size) {
    for (int i = 0; i < n; i++) {
        char key[128];
        const char *eq = strchr(args[i], '=');
        size_t len = strcspn(args[i], "=");
        snprintf(key, sizeof key, "%.*s", len > 2 ? (int)(len - 2) : 0, args[i] + 2);
        int row = find(key);
        if (row < 0 || eq == NULL) {
            snprintf(err, err_size,
                     row < 0 ? "--%s: there is no such setting; vouchsafed --dump-config lists them"
                             : "--%s: write --section.key=value",
                     key);
            return -1;
        }
        char where[140]; /* never the value: it may be a secret */
        snprintf(where, sizeof where, "--%s", key);
        if (set(row, eq + 1, (struct source){"flag", where, 0}, err, err_size) < 0) return -1;
    }
    return 0;
}

/* --- taking what was read ------------------------------------------------------------------------------- */

static void publish(int i) {
    void *at = (char *)&config + rows[i].offset;
    switch (rows[i].kind) {
        case CONFIG_TEXT:
        case CONFIG_PROGRAM:
        case CONFIG_LOCAL: *(char **)at = now[i].text; break;
        case CONFIG_INT: *(int64_t *)at = strtoll(now[i].text, NULL, 10); break;
        case CONFIG_BOOL: *(bool *)at = strcmp(now[i].text, "yes") == 0; break;
        case CONFIG_CHOICE: *(int *)at = choice_of(&rows[i], now[i].text); break;
    }
}

static void take(int i) {
    bool differs = loaded && strcmp(now[i].text, next[i].text) != 0;
    if (differs && !rows[i].reloadable)
        log_warn("setting_needs_restart", "name=%s", rows[i].key);
    else if (!loaded || differs) {
        if (differs) log_info("setting_changed", "name=%s", rows[i].key);
        free(now[i].text);
        now[i] = next[i];
        next[i].text = NULL;
        publish(i);
    }
}

int config_load(const char *file, int n_args, char **args, char *err, size_t err_size) {
    int status = 0;
    for (int i = 0; i < ROWS && status == 0; i++)
        status = set(i, rows[i].def, (struct source){"default", "default", 0}, err, err_size);
    if (status == 0 && file != NULL) status = read_file(file, err, err_size);
    if (status == 0) status = read_environment(err, err_size);
    if (status == 0) status = read_flags(n_args, args, err, err_size);
    for (int i = 0; i < ROWS; i++) {
        if (status == 0) take(i);
        free(next[i].text);
        next[i] = (struct value){0};
    }
    loaded = loaded || status == 0;
    return status;
}

void config_dump(void) {
    for (int i = 0; i < ROWS; i++)
        printf("%s = %s  # %s; %s; %s\n", rows[i].key, rows[i].secret && now[i].text[0] != '\0' ? "***" : now[i].text,
               now[i].origin, rows[i].reloadable ? "reloadable" : "needs a restart", rows[i].doc);
}
