/* SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "vouchsafe/client.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/method.pb-c.h"

struct vs_outbox {
    sqlite3 *db;
    struct id owner;
};

static const char SCHEMA[] =
    "pragma journal_mode=wal; pragma synchronous=full;"
    "create table if not exists entry(seq integer primary key, id blob not null unique, method int not null, body blob not null,"
    " label text not null, state int not null default 0, reason text not null default '') strict;"
    "create table if not exists lock(one int primary key check(one=1), owner blob not null, expires_at int not null) strict;"
    "create table if not exists directory(id blob primary key, number int not null, name text not null, key text not null) strict;";

static sqlite3_stmt *prep(vs_outbox *o, const char *sql) {
    sqlite3_stmt *s = NULL;
    return sqlite3_prepare_v2(o->db, sql, -1, &s, NULL) == SQLITE_OK ? s : NULL;
}
static int finish(sqlite3_stmt *s) {
    if (!s) return -1;
    int r = sqlite3_step(s);
    sqlite3_finalize(s);
    return r == SQLITE_DONE || r == SQLITE_ROW ? 0 : -1;
}
static void bind_id(sqlite3_stmt *s, int n, const struct id *id) {
    sqlite3_bind_blob(s, n, id->b, 16, SQLITE_TRANSIENT);
}

vs_outbox *vs_outbox_open(const char *path, char *err, size_t err_size) {
    vs_outbox *o = calloc(1, sizeof *o);
    if (!o) return NULL;
    o->owner = id_new();
    if (sqlite3_open(path, &o->db) == SQLITE_OK && sqlite3_busy_timeout(o->db, 5000) == SQLITE_OK &&
        sqlite3_exec(o->db, SCHEMA, NULL, NULL, NULL) == SQLITE_OK)
        return o;
    snprintf(err, err_size, "%s: %s", path, sqlite3_errmsg(o->db));
    vs_outbox_close(o);
    return NULL;
}
void vs_outbox_close(vs_outbox *o) {
    if (o) sqlite3_close(o->db);
    free(o);
}
const char *vs_outbox_error(vs_outbox *o) { return sqlite3_errmsg(o->db); }

int vs_outbox_append(vs_outbox *o, const struct id *id, uint32_t method, struct slice body, const char *label) {
    sqlite3_stmt *s = prep(o, "insert into entry(id,method,body,label) values(?,?,?,?)");
    if (!s) return -1;
    bind_id(s, 1, id);
    sqlite3_bind_int(s, 2, (int)method);
    sqlite3_bind_blob(s, 3, body.len ? (const void *)body.data : "", (int)body.len, SQLITE_TRANSIENT);
    sqlite3_bind_text(s, 4, label, -1, SQLITE_TRANSIENT);
    return finish(s);
}

/* Takes or renews the lock for 30 s: 1 ours, 0 somebody else's, -1 failed. */
static int lock(vs_outbox *o) {
    sqlite3_stmt *s = prep(o, "insert into lock values(1,?1,?2) on conflict(one) do update set owner=?1, expires_at=?2"
                              " where owner=?1 or expires_at<?3 or expires_at>?3+60");
    if (!s) return -1;
    int64_t now = (int64_t)time(NULL);
    bind_id(s, 1, &o->owner);
    sqlite3_bind_int64(s, 2, now + 30);
    sqlite3_bind_int64(s, 3, now);
    if (finish(s)) return -1;
    return sqlite3_changes(o->db) > 0;
}

static int settle(vs_outbox *o, int64_t seq, const struct vs_reply *r) {
    enum vs_retry what = vs_status_retry(r->status);
    if (what != VS_RETRY_DONE && what != VS_RETRY_FINAL) return 1;
    sqlite3_stmt *s = prep(o, what == VS_RETRY_DONE ? "delete from entry where seq=?1"
                                                    : "update entry set state=1, reason=?2 where seq=?1");
    if (!s) return -1;
    sqlite3_bind_int64(s, 1, seq);
    if (what == VS_RETRY_FINAL) {
        char text[640];
        snprintf(text, sizeof text, "%s: %s", r->reason[0] ? r->reason : vs_status_name(r->status), r->message);
        sqlite3_bind_text(s, 2, text, -1, SQLITE_TRANSIENT);
    }
    return finish(s);
}

/* One round: consecutive touches, or one other mutation. 0 go on, 1 kept, 3 nothing left, -1 failed. */
static int round_(vs_outbox *o, vs_client *c) {
    sqlite3_stmt *s = prep(o, "select seq,id,method,body from entry where state=0 order by seq limit 32");
    if (!s) return -1;
    struct {
        int64_t seq;
        uint64_t request;
    } sent[VS_PIPELINE];
    int n = 0, result = 0, step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        bool touch = sqlite3_column_int(s, 2) == VOUCHSAFE__V1__METHOD__TOUCH_LOG;
        if (!touch && n) break;
        struct id id;
        memcpy(id.b, sqlite3_column_blob(s, 1), 16);
        struct slice body = {sqlite3_column_blob(s, 3), (size_t)sqlite3_column_bytes(s, 3)};
        sent[n].seq = sqlite3_column_int64(s, 0);
        sent[n].request = vs_send(c, (uint32_t)sqlite3_column_int(s, 2), touch ? NULL : &id, body);
        if (!sent[n].request) {
            result = 1;
            break;
        }
        n++;
        if (!touch) break;
    }
    sqlite3_finalize(s);
    if (step != SQLITE_ROW && step != SQLITE_DONE) return -1;
    if (!n) return result ? result : 3;
    time_t end = time(NULL) + 20;
    for (int got = 0; got < n;) {
        struct vs_reply r;
        if (time(NULL) > end || vs_receive(c, VS_CALL_MS, NULL, &r)) return 1;
        for (int i = 0; i < n; i++) {
            if (sent[i].request != r.id) continue;
            int k = settle(o, sent[i].seq, &r);
            if (k < 0) return -1;
            if (k) result = 1;
            got++;
        }
        vs_reply_free(&r);
    }
    return result;
}

int vs_outbox_drain(vs_outbox *o, vs_client *c) {
    int r = 0;
    for (;;) {
        int l = -1;
        for (int i = 0; i < 30 && (l = lock(o)) == 0; i++) nanosleep(&(struct timespec){0, 100000000}, NULL);
        if (l <= 0) return l < 0 ? -1 : 2;
        r = round_(o, c);
        if (r) break;
    }
    sqlite3_stmt *s = prep(o, "delete from lock where owner=?");
    if (s) bind_id(s, 1, &o->owner);
    (void)finish(s);
    return r == 3 ? 0 : r;
}

int vs_outbox_state(vs_outbox *o, const struct id *id, char *reason, size_t size) {
    sqlite3_stmt *s = prep(o, "select state,reason from entry where id=?");
    if (!s) return VS_OUTBOX_ERROR;
    bind_id(s, 1, id);
    int step = sqlite3_step(s), state = step == SQLITE_DONE ? VS_OUTBOX_GONE : VS_OUTBOX_ERROR;
    if (step == SQLITE_ROW) {
        state = sqlite3_column_int(s, 0);
        snprintf(reason, size, "%s", (const char *)sqlite3_column_text(s, 1));
    }
    sqlite3_finalize(s);
    return state;
}
int64_t vs_outbox_waiting(vs_outbox *o) {
    sqlite3_stmt *s = prep(o, "select count(*) from entry where state=0");
    int64_t n = s && sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
    sqlite3_finalize(s);
    return n;
}
int vs_outbox_retry(vs_outbox *o) { return finish(prep(o, "update entry set state=0, reason='' where state=1")); }
int vs_outbox_discard(vs_outbox *o, const struct id *id) {
    sqlite3_stmt *s = prep(o, "delete from entry where id=?");
    if (!s) return -1;
    bind_id(s, 1, id);
    return finish(s) ? -1 : sqlite3_changes(o->db) > 0;
}
int vs_outbox_each(vs_outbox *o, vs_outbox_row *row, void *arg) {
    sqlite3_stmt *s = prep(o, "select id,label,state,reason from entry order by seq");
    if (!s) return -1;
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        struct id id;
        memcpy(id.b, sqlite3_column_blob(s, 0), 16);
        row(arg, &id, (const char *)sqlite3_column_text(s, 1), sqlite3_column_int(s, 2),
            (const char *)sqlite3_column_text(s, 3));
    }
    sqlite3_finalize(s);
    return step == SQLITE_DONE ? 0 : -1;
}
void vs_directory_put(vs_outbox *o, const struct id *id, uint64_t number, const char *name) {
    char key[TEXT_KEY_MAX];
    if (text_name_key(name, key, sizeof key)) key[0] = 0; /* then only by number */
    sqlite3_stmt *s = prep(o, "insert or replace into directory values(?,?,?,?)");
    if (!s) return;
    bind_id(s, 1, id);
    sqlite3_bind_int64(s, 2, (int64_t)number);
    sqlite3_bind_text(s, 3, name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s, 4, key, -1, SQLITE_TRANSIENT);
    (void)finish(s);
}
int vs_directory_find(vs_outbox *o, const char *query, struct id *id, uint64_t *number, char *name, size_t size) {
    char key[TEXT_KEY_MAX] = "", *end = NULL;
    long long n = *query == 'C' || *query == 'c' ? strtoll(query + 1, &end, 10) : 0;
    if (n < 0 || (end && *end)) n = 0;
    if (n <= 0 && (text_name_key(query, key, sizeof key) || !key[0])) return 0;
    sqlite3_stmt *s = prep(o, "select id,number,name from directory where (?1>0 and number=?1) or (?1=0 and key=?2)");
    if (!s) return 0;
    sqlite3_bind_int64(s, 1, n);
    sqlite3_bind_text(s, 2, key, -1, SQLITE_TRANSIENT);
    int found = 0;
    while (sqlite3_step(s) == SQLITE_ROW)
        if (found++ == 0) {
            memcpy(id->b, sqlite3_column_blob(s, 0), 16);
            *number = (uint64_t)sqlite3_column_int64(s, 1);
            snprintf(name, size, "%s", (const char *)sqlite3_column_text(s, 2));
        }
    sqlite3_finalize(s);
    return found;
}
