/* SPDX-License-Identifier: Apache-2.0 */
/* The settings' table, read from file, environment and flags, in this order. */
#include "server/core/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static char *values[ROWS];
static const char *origins[ROWS];
static bool loaded;

static int find(const char *key) {
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].key, key) == 0) return i;
    return -1;
}

static int check(const struct row *row, const char *value, const char *where, char *err, size_t err_size) {
    if (row->kind == CONFIG_BOOL && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
        snprintf(err, err_size, "%s: %s is yes or no, not \"%s\"", where, row->key, value);
        return -1;
    }
    char *end;
    errno = 0;
    long long n = row->kind == CONFIG_INT ? strtoll(value, &end, 10) : 0;
    if (row->kind == CONFIG_INT && (*value == '\0' || *end != '\0' || errno != 0 || n < row->min || n > row->max)) {
        snprintf(err, err_size, "%s: %s is a number from %lld to %lld, not \"%s\"", where, row->key,
                 (long long)row->min, (long long)row->max, value);
        return -1;
    }
    return 0;
}

static int set(int i, const char *value, const char *origin, const char *where, char *err, size_t err_size) {
    if (check(&rows[i], value, where, err, err_size) < 0) return -1;
    if (loaded && !rows[i].reloadable) return 0;
    free(values[i]);
    values[i] = strdup(value);
    origins[i] = origin;
    return values[i] == NULL ? -1 : 0;
}

static char *trim(char *s) {
    while (isspace((unsigned char)*s)) s++;
    for (size_t n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]);) s[--n] = '\0';
    return s;
}

static int read_line(char *line, char *section, size_t section_size, const char *where, char *err, size_t err_size) {
    char *s = trim(line), key[128];
    size_t n = strlen(s);
    if (*s == '\0' || *s == '#') return 0;
    if (*s == '[' && n > 2 && s[n - 1] == ']') {
        snprintf(section, section_size, "%.*s", (int)(n - 2), s + 1);
        return 0;
    }
    char *eq = strchr(s, '=');
    if (eq == NULL) {
        snprintf(err, err_size, "%s: write key = value, or [section]", where);
        return -1;
    }
    *eq = '\0';
    snprintf(key, sizeof key, "%s%s%s", section, section[0] == '\0' ? "" : ".", trim(s));
    int i = find(key);
    if (i < 0) {
        snprintf(err, err_size, "%s: there is no setting %s; vouchsafed --dump-config lists them", where, key);
        return -1;
    }
    return set(i, trim(eq + 1), "file", where, err, err_size);
}

static int read_file(const char *file, char *err, size_t err_size) {
    FILE *f = fopen(file, "re");
    char line[4096], section[64] = "", where[600];
    int status = 0, number = 0;
    if (f == NULL) {
        snprintf(err, err_size, "can't read %s: %s", file, strerror(errno));
        return -1;
    }
    while (status == 0 && fgets(line, sizeof line, f) != NULL) {
        snprintf(where, sizeof where, "%s line %d", file, ++number);
        status = read_line(line, section, sizeof section, where, err, err_size);
    }
    fclose(f);
    return status;
}

static int read_environment(char *err, size_t err_size) {
    for (int i = 0; i < ROWS; i++) {
        char name[128] = "VOUCHSAFE_";
        size_t n = strlen(name);
        for (const char *p = rows[i].key; *p != '\0' && n < sizeof name - 1; p++)
            name[n++] = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
        const char *value = getenv(name);
        if (value != NULL && set(i, value, "environment", name, err, err_size) < 0) return -1;
    }
    return 0;
}

static int read_flags(int n, char **args, char *err, size_t err_size) {
    for (int i = 0; i < n; i++) {
        char key[128];
        const char *eq = strchr(args[i], '=');
        int row = -1;
        if (strncmp(args[i], "--", 2) == 0 && eq != NULL) {
            snprintf(key, sizeof key, "%.*s", (int)(eq - args[i] - 2), args[i] + 2);
            row = find(key);
        }
        if (row < 0) {
            snprintf(err, err_size,
                     "%s: not a setting; write --section.key=value (vouchsafed --dump-config lists them)", args[i]);
            return -1;
        }
        if (set(row, eq + 1, "flag", args[i], err, err_size) < 0) return -1;
    }
    return 0;
}

static void publish(void) {
    for (int i = 0; i < ROWS; i++) {
        void *at = (char *)&config + rows[i].offset;
        if (rows[i].kind == CONFIG_TEXT)
            *(char **)at = values[i];
        else if (rows[i].kind == CONFIG_INT)
            *(int64_t *)at = strtoll(values[i], NULL, 10);
        else
            *(bool *)at = strcmp(values[i], "yes") == 0;
    }
}

int config_load(const char *file, int n_args, char **args, char *err, size_t err_size) {
    for (int i = 0; i < ROWS; i++)
        if (set(i, rows[i].def, "default", "default", err, err_size) < 0) return -1;
    if ((file != NULL && read_file(file, err, err_size) < 0) || read_environment(err, err_size) < 0 ||
        read_flags(n_args, args, err, err_size) < 0)
        return -1;
    publish();
    loaded = true;
    return 0;
}

void config_dump(void) {
    for (int i = 0; i < ROWS; i++)
        printf("%s = %s  # %s; %s\n", rows[i].key, rows[i].secret && values[i][0] != '\0' ? "***" : values[i],
               origins[i], rows[i].doc);
}
