/* SPDX-License-Identifier: Apache-2.0 */
/* Names of contacts an account saw or owns, so that they can be found off line and while they are typed. A file of its own beside the outbox:
 * what happens to it can't harm what waits there. At most VS_DIRECTORY_MAX an account and a few more; those not seen for longest go first. Each account sees its own.
 * Matching reads all of an account's names: 20,000 of them take a few milliseconds, and an index would not forgive typing errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/outbox_internal.h"
#include "vouchsafe/text.h"

enum { TRIM_EVERY = 256 };

static const char SCHEMA[] =
    "pragma journal_mode = wal; pragma synchronous = normal;"
    "create table if not exists contact(account blob not null, id blob not null, number integer not null, name text not null,"
    " key text not null, seen integer not null, primary key(account, id)) strict, without rowid;"
    "create index if not exists contact_seen on contact(account, seen);"
    "create table if not exists record(account blob not null, letter integer not null, number integer not null, id blob not null,"
    " primary key(account, letter, number)) strict, without rowid;";

static sqlite3 *directory(vs_outbox *o) {
    if (o->directory != NULL) return o->directory;
    char path[4300];
    snprintf(path, sizeof path, "%s.names", o->path);
    if (sqlite3_open_v2(path, &o->directory, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK &&
        sqlite3_busy_timeout(o->directory, 1000) == SQLITE_OK && query_exec(o->directory, SCHEMA) == 0)
        return o->directory;
    sqlite3_close(o->directory);
    o->directory = NULL;
    return NULL;
}

/* The next number of "seen": a count, since the clock may stand still or go back. */
static int64_t next_seen(vs_outbox *o, sqlite3 *db) {
    struct query q = query(db, "select coalesce(max(seen), 0) + 1 from contact where account = ?");
    query_id(&q, &o->account);
    int64_t n = query_row(&q) ? sqlite3_column_int64(q.s, 0) : 1;
    return query_end(&q) == 0 ? n : 1;
}

/* Counting takes reading all: not at each put. */
static void trim(vs_outbox *o, sqlite3 *db, int64_t seen) {
    if (seen % TRIM_EVERY != 0) return;
    struct query q = query(
        db, "delete from contact where account = ?1 and seen <= (select seen from contact where account = ?1"
            " order by seen desc limit 1 offset ?2)");
    query_id(&q, &o->account);
    query_int(&q, VS_DIRECTORY_MAX);
    (void)!query_run(&q);
}

void vs_directory_put(vs_outbox *o, const struct id *id, uint64_t number, const char *name) {
    sqlite3 *db = directory(o);
    char key[TEXT_KEY_MAX];
    if (db == NULL || query_exec(db, "begin immediate") < 0) return;
    int64_t seen = next_seen(o, db);
    if (text_name_key(name, key, sizeof key) < 0) key[0] = '\0'; /* then only by number */
    struct query q = query(
        db, "insert or replace into contact(account, id, number, name, key, seen) values(?, ?, ?, ?, ?, ?)");
    query_id(&q, &o->account);
    query_id(&q, id);
    query_int(&q, (int64_t)number);
    query_text(&q, name);
    query_text(&q, key);
    query_int(&q, seen);
    (void)!query_run(&q);
    trim(o, db, seen);
    if (query_exec(db, "commit") < 0) (void)!query_exec(db, "rollback");
}

void vs_directory_drop(vs_outbox *o, const struct id *id) {
    sqlite3 *db = directory(o);
    if (db == NULL) return;
    struct query q = query(db, "delete from contact where account = ? and id = ?");
    query_id(&q, &o->account);
    query_id(&q, id);
    (void)!query_run(&q);
}

/* The newest numbers of a kind are kept: what is talked about. */
void vs_directory_put_record(vs_outbox *o, char letter, uint64_t number, const struct id *id) {
    sqlite3 *db = directory(o);
    if (db == NULL || number == 0) return;
    struct query q = query(db, "insert or replace into record(account, letter, number, id) values(?, ?, ?, ?)");
    query_id(&q, &o->account);
    query_int(&q, letter);
    query_int(&q, (int64_t)number);
    query_id(&q, id);
    if (query_run(&q) < 0 || number % TRIM_EVERY != 0) return;
    q = query(
        db,
        "delete from record where account = ?1 and letter = ?2 and number <= (select max(number) from record where account = ?1 and letter = ?2) - ?3");
    query_id(&q, &o->account);
    query_int(&q, letter);
    query_int(&q, VS_DIRECTORY_MAX);
    (void)!query_run(&q);
}

bool vs_directory_record(vs_outbox *o, char letter, uint64_t number, struct id *id) {
    sqlite3 *db = directory(o);
    if (db == NULL || number == 0) return false;
    struct query q = query(db, "select id from record where account = ? and letter = ? and number = ?");
    query_id(&q, &o->account);
    query_int(&q, letter);
    query_int(&q, (int64_t)number);
    bool found = query_row(&q);
    if (found) *id = query_id_at(&q, 0);
    return query_end(&q) == 0 && found;
}

/* "C12" -> 12; anything else -> 0. */
static int64_t number_of(const char *query_text) {
    char *end = NULL;
    if ((*query_text | 0x20) != 'c' || query_text[1] < '1' || query_text[1] > '9') return 0;
    long long n = strtoll(query_text + 1, &end, 10);
    return *end == '\0' && n > 0 ? n : 0;
}

int vs_directory_find(vs_outbox *o, const char *text, struct id *id, uint64_t *number, char *name, size_t size) {
    sqlite3 *db = directory(o);
    char key[TEXT_KEY_MAX] = "";
    int64_t n = number_of(text);
    if (db == NULL || (n == 0 && (text_name_key(text, key, sizeof key) < 0 || key[0] == '\0'))) return 0;
    struct query q = query(
        db,
        "select id, number, name from contact where account = ?1 and ((?2 > 0 and number = ?2) or (?2 = 0 and key = ?3))"
        " order by seen desc");
    query_id(&q, &o->account);
    query_int(&q, n);
    query_text(&q, key);
    int found = 0;
    while (query_row(&q)) {
        if (found++ > 0) continue;
        *id = query_id_at(&q, 0);
        *number = (uint64_t)sqlite3_column_int64(q.s, 1);
        snprintf(name, size, "%s", query_text_at(&q, 2));
    }
    return query_end(&q) == 0 ? found : 0;
}

/* --- matching while typing -------------------------------------------------------------------------------- */

enum { WORD_MAX = 48, WORDS_MAX = 8 };

struct word {
    uint32_t c[WORD_MAX]; /* code points */
    size_t n;
};

/* The words of a key (valid UTF-8, single spaces). */
static size_t split(const char *key, struct word words[WORDS_MAX]) {
    size_t n = 0;
    const unsigned char *p = (const unsigned char *)key;
    while (*p != '\0' && n < WORDS_MAX) {
        struct word *w = &words[n];
        w->n = 0;
        for (; *p != '\0' && *p != ' ' && *p != '-'; w->n += w->n < WORD_MAX - 1) {
            uint32_t c = *p++;
            if (c >= 0xc0) c &= c >= 0xf0 ? 0x07 : c >= 0xe0 ? 0x0f : 0x1f;
            while ((*p & 0xc0) == 0x80) c = c << 6 | (*p++ & 0x3f);
            w->c[w->n] = c;
        }
        n += w->n > 0;
        while (*p == ' ' || *p == '-') p++;
    }
    return n;
}

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* How many letters must be changed, left out, added or swapped until `typed` begins `word`; more than `most`: most + 1. */
static unsigned prefix_distance(const struct word *typed, const struct word *word, unsigned most) {
    unsigned rows[3][WORD_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2];
    size_t width = word->n < typed->n + most ? word->n
                                             : typed->n + most; /* what lies further right can't come nearer */
    for (size_t k = 0; k <= width; k++) last[k] = (unsigned)k;
    for (size_t i = 1; i <= typed->n; i++) {
        unsigned best = row[0] = (unsigned)i;
        for (size_t k = 1; k <= width; k++) {
            row[k] = least(last[k - 1] + (typed->c[i - 1] != word->c[k - 1]), least(last[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && typed->c[i - 1] == word->c[k - 2] && typed->c[i - 2] == word->c[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
            best = least(best, row[k]);
        }
        if (best > most) return most + 1;
        unsigned *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    unsigned best = most + 1;
    for (size_t k = 0; k <= width; k++) best = least(best, last[k]);
    return best;
}

static unsigned forgiven(const struct word *typed) { return typed->n >= 8 ? 2 : typed->n >= 4 ? 1 : 0; }

/* Smaller is better; UINT32_MAX: no match. An error weighs more than a word's end that is missing, that more than its place. */
static uint32_t score(const struct word *typed, size_t n_typed, const char *key) {
    struct word words[WORDS_MAX];
    size_t n = split(key, words);
    uint32_t sum = 0;
    for (size_t i = 0; i < n_typed; i++) {
        uint32_t best = UINT32_MAX;
        unsigned most = forgiven(&typed[i]);
        for (size_t k = 0; k < n; k++) {
            unsigned d = prefix_distance(&typed[i], &words[k], most);
            uint32_t s = d * 100 + (words[k].n > typed[i].n ? 10 : 0) + (uint32_t)(k > i ? k - i : i - k);
            if (d <= most && s < best) best = s;
        }
        if (best == UINT32_MAX) return best;
        sum += best;
    }
    return sum;
}

static bool number_begins(uint64_t number, int64_t typed) {
    while (number > (uint64_t)typed) number /= 10;
    return number == (uint64_t)typed;
}

/* Keeps out[0..n) sorted by score; rows come newest first, so equal ones stay in that order. */
static size_t place(struct vs_match *out, uint32_t *scores, size_t n, size_t max, uint32_t s, struct query *q) {
    size_t at = n;
    while (at > 0 && scores[at - 1] > s) at--;
    if (at >= max) return n;
    size_t keep = n < max ? n : max - 1;
    memmove(out + at + 1, out + at, (keep - at) * sizeof *out);
    memmove(scores + at + 1, scores + at, (keep - at) * sizeof *scores);
    out[at].id = query_id_at(q, 0);
    out[at].number = (uint64_t)sqlite3_column_int64(q->s, 1);
    snprintf(out[at].name, sizeof out[at].name, "%s", query_text_at(q, 2));
    scores[at] = s;
    return keep + 1;
}

size_t vs_directory_match(vs_outbox *o, const char *text, struct vs_match *out, size_t max) {
    sqlite3 *db = directory(o);
    char key[TEXT_KEY_MAX];
    struct word typed[WORDS_MAX];
    int64_t number = number_of(text);
    size_t n_typed = db != NULL && text_name_key(text, key, sizeof key) == 0 ? split(key, typed) : 0, n = 0;
    uint32_t *scores = n_typed > 0 && max > 0 ? malloc(max * sizeof *scores) : NULL;
    if (scores == NULL) return 0;
    struct query q = query(db, "select id, number, name, key from contact where account = ? order by seen desc");
    query_id(&q, &o->account);
    while (query_row(&q)) {
        uint32_t s = number > 0 && number_begins((uint64_t)sqlite3_column_int64(q.s, 1), number)
                         ? 0
                         : score(typed, n_typed, query_text_at(&q, 3));
        if (s != UINT32_MAX) n = place(out, scores, n, max, s, &q);
    }
    free(scores);
    return query_end(&q) == 0 ? n : 0;
}
