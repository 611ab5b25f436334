/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/mapping.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "client/cli/suggest.h"
#include "vouchsafe/buf.h"

static char *trim(char *s) {
    while (isspace((unsigned char)*s)) s++;
    for (size_t n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]);) s[--n] = '\0';
    return s;
}

static char *keep(const struct mapping *m, const char *s) { return arena_strndup(m->a, s, strlen(s)); }
/* A bare column name is the template of just that column. */
static char *keep_template(const struct mapping *m, const char *s) {
    return strchr(s, '{') != NULL ? keep(m, s) : arena_printf(m->a, "{%s}", s);
}

static const char *set_import(struct mapping *m, const char *key, char *value) {
    const struct {
        const char *key;
        char **at;
    } texts[] = {{"source", &m->source},
                 {"contact_source", &m->contact_source},
                 {"organization_source", &m->organization_source},
                 {"deal_source", &m->deal_source},
                 {"project_source", &m->project_source},
                 {"date", &m->date},
                 {"zone", &m->zone}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].key, key) == 0) return *texts[i].at = keep(m, value), NULL;
    if (strcmp(key, "key") == 0) return m->key = keep_template(m, value), NULL;
    if (strcmp(key, "delimiter") == 0) {
        m->delimiter = strcmp(value, "tab") == 0 ? '\t' : value[0];
        return strlen(value) == 1 || strcmp(value, "tab") == 0 ? NULL : "delimiter is one character, or tab";
    }
    if (strcmp(key, "cells") == 0) {
        m->escapes = strcmp(value, "vouchsafe") == 0;
        return m->escapes || strcmp(value, "plain") == 0 ? NULL : "cells is plain or vouchsafe";
    }
    if (strcmp(key, "encoding") != 0)
        return "[import] knows source, key, delimiter, encoding, cells, date, zone, contact_source, organization_source, deal_source, "
               "project_source";
    m->latin1 = strcmp(value, "latin-1") == 0;
    return m->latin1 || strcmp(value, "utf-8") == 0 ? NULL : "encoding is utf-8 or latin-1";
}

static const char *set(struct mapping *m, const char *section, const char *key, char *value) {
    if (strcmp(section, "import") == 0) return set_import(m, key, value);
    bool columns = strcmp(section, "columns") == 0;
    if (columns || strcmp(section, "defaults") == 0) {
        size_t *n = columns ? &m->n_columns : &m->n_defaults;
        if (*n == MAPPING_MAX) return "too many lines in this section";
        struct mapping_column *c = &(columns ? m->columns : m->defaults)[(*n)++];
        c->field = keep(m, key);
        c->template = columns ? keep_template(m, value) : keep(m, value);
        return c->field != NULL && c->template != NULL ? NULL : "out of memory";
    }
    if (strncmp(section, "values ", 7) != 0) return "sections are [import], [columns], [values FIELD] and [defaults]";
    if (m->n_values == TRANSLATIONS_MAX) return "too many translations";
    m->values[m->n_values++] = (struct mapping_value){keep(m, section + 7), keep(m, key), keep(m, value)};
    return NULL;
}

int mapping_load(struct mapping *m, struct arena *a, const char *path, char *err, size_t err_size) {
    *m = (struct mapping){.a = a, .delimiter = ','};
    FILE *f = fopen(path, "re");
    char line[4096], section[128] = "";
    const char *wrong = NULL;
    int number = 0;
    if (f == NULL) {
        snprintf(err, err_size, "the mapping %s can't be read: %s", path, strerror(errno));
        return -1;
    }
    while (wrong == NULL && fgets(line, sizeof line, f) != NULL) {
        number++;
        char *s = trim(line), *eq;
        size_t n = strlen(s);
        if (*s == '\0' || *s == '#') continue;
        if (*s == '[' && s[n - 1] == ']') {
            snprintf(section, sizeof section, "%.*s", (int)(n - 2 < 120 ? n - 2 : 120), s + 1);
            continue;
        }
        if ((eq = strstr(s, " = ")) == NULL && (eq = strchr(s, '=')) == NULL) {
            wrong = "write field = column";
            break;
        }
        char *value = eq + (*eq == ' ' ? 3 : 1);
        *eq = '\0';
        wrong = set(m, section, trim(s), trim(value));
    }
    fclose(f);
    if (wrong == NULL && (m->source == NULL || m->key == NULL)) wrong = "[import] needs source and key";
    if (wrong != NULL) snprintf(err, err_size, "%s line %d: %s", path, number, wrong);
    char **const sources[] = {&m->contact_source, &m->organization_source, &m->deal_source, &m->project_source};
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (*sources[i] == NULL) *sources[i] = m->source;
    return wrong == NULL ? 0 : -1;
}

static int column_of(const struct csv_record *header, const char *name, size_t n) {
    for (size_t i = 0; i < header->n; i++)
        if (strlen(header->fields[i]) == n && strncmp(header->fields[i], name, n) == 0) return (int)i;
    return -1;
}

static int fail_missing(const struct csv_record *header, const char *name, char *err, size_t err_size) {
    struct suggestion near = {0};
    for (size_t i = 0; i < header->n; i++) suggest_offer(&near, name, header->fields[i]);
    snprintf(err, err_size, "the file has no column \"%s\"%s%s%s; its first line names the columns", name,
             near.word != NULL ? " (did you mean \"" : "", near.word != NULL ? near.word : "",
             near.word != NULL ? "\"?)" : "");
    return -1;
}

static int check_template(const char *template, const struct csv_record *header, char *err, size_t err_size) {
    for (const char *p = template; (p = strchr(p, '{')) != NULL; p++) {
        size_t n = strcspn(p + 1, "}"), times = 0;
        char name[200];
        snprintf(name, sizeof name, "%.*s", (int)(n < 190 ? n : 190), p + 1);
        for (size_t i = 0; i < header->n; i++) times += strcmp(header->fields[i], name) == 0;
        if (times == 0) return fail_missing(header, name, err, err_size);
        if (times == 1) continue;
        snprintf(err, err_size, "the file has %zu columns \"%s\"; rename all but one in its first line", times, name);
        return -1;
    }
    return 0;
}

int mapping_check(const struct mapping *m, const struct csv_record *header, char *err, size_t err_size) {
    if (check_template(m->key, header, err, err_size) < 0) return -1;
    for (size_t i = 0; i < m->n_columns; i++)
        if (check_template(m->columns[i].template, header, err, err_size) < 0) return -1;
    return 0;
}

char *mapping_fill(const struct mapping *m, const char *template, const struct csv_record *header,
                   const struct csv_record *r, struct arena *a) {
    struct buf b;
    (void)m;
    buf_init(&b, 0);
    for (const char *p = template; *p != '\0';) {
        size_t n = strcspn(p, "{");
        buf_append(&b, p, n);
        p += n;
        if (*p != '{') break;
        size_t len = strcspn(p + 1, "}");
        int at = column_of(header, p + 1, len);
        if (at >= 0 && (size_t)at < r->n) buf_append(&b, r->fields[at], strlen(r->fields[at]));
        p += len + 1 + (p[len + 1] == '}');
    }
    char *s = arena_strndup(a, buf_len(&b) > 0 ? (const char *)buf_data(&b) : "", buf_len(&b));
    buf_free(&b);
    return s != NULL ? trim(s) : NULL;
}

static const char *translated(const struct mapping *m, const char *field, const char *value) {
    const char *other = NULL;
    for (size_t i = 0; i < m->n_values; i++) {
        if (strcmp(m->values[i].field, field) != 0) continue;
        if (strcmp(m->values[i].from, value) == 0) return m->values[i].to;
        if (strcmp(m->values[i].from, "*") == 0) other = m->values[i].to;
    }
    return other != NULL && *value != '\0' ? other : value;
}

char *mapping_value_of(const struct mapping *m, const struct mapping_column *c, const struct csv_record *header,
                       const struct csv_record *r, struct arena *a) {
    char *s = mapping_fill(m, c->template, header, r, a);
    if (s == NULL) return NULL;
    const char *value = translated(m, c->field, s);
    for (size_t i = 0; *value == '\0' && i < m->n_defaults; i++)
        if (strcmp(m->defaults[i].field, c->field) == 0) value = m->defaults[i].template;
    return (char *)(uintptr_t)value;
}
