/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox's file. What append answered 0 for is on disk: WAL, synchronous=EXTRA (as FULL in WAL; where a file system refuses WAL it
 * syncs the directory after the journal is gone, too), and the directory is synced when the file is made.
 * - every change is one transaction; a failed one leaves nothing behind and is told in words that say what to do
 * - seq is never given twice (autoincrement): an answer that comes late can't settle somebody else's entry
 * - bounds: VS_OUTBOX_MAX entries, VS_OUTBOX_MAX_MIB; the table `size` is kept by triggers, so append needn't count
 * - a refused mutation holds the entries whose bodies hold its id (16 bytes nobody writes by chance), and those that name these */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client/lib/outbox_internal.h"
#include "client/lib/seat_internal.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { BODY_MAX = 60 * 1024, BUSY_MS = 5000, FORMAT = 1 };

static const char SCHEMA[] =
    "create table entry(seq integer primary key autoincrement, id blob not null unique check(length(id) = 16),"
    " account blob not null check(length(account) = 16), method integer not null, body blob not null,"
    " label text not null, made_at integer not null, tried integer not null default 0, state integer not null default 0, reason text not null default '')"
    " strict;"
    "create index entry_waiting on entry(account, seq) where state = 0;"
    "create index entry_stopped on entry(seq) where state <> 0;"
    "create table size(one integer primary key check(one = 1), entries integer not null, bytes integer not null) strict;"
    "insert into size values(1, 0, 0);"
    "create trigger entry_in after insert on entry begin"
    " update size set entries = entries + 1, bytes = bytes + length(new.body); end;"
    "create trigger entry_out after delete on entry begin"
    " update size set entries = entries - 1, bytes = bytes - length(old.body); end;"
    "create table lock(one integer primary key check(one = 1), owner blob not null, expires_at integer not null) strict;"
    "pragma application_id = 1987016035; pragma user_version = 1;";

/* --- words ---------------------------------------------------------------------------------------------- */

static const struct words {
    int code;
    const char *words;
} WORDS[] = {
    {SQLITE_FULL, "the disk is full, nothing was kept; free some space and try again"},
    {SQLITE_IOERR, "writing failed, nothing was kept; is the disk full or failing?"},
    {SQLITE_READONLY, "it may not be written, nothing was kept; its owner and mode must let you"},
    {SQLITE_PERM, "it may not be written, nothing was kept; its owner and mode must let you"},
    {SQLITE_CANTOPEN, "it can't be opened or made; the directory must be yours to write"},
    {SQLITE_CORRUPT, "it is damaged; move it away and a new one is made; sqlite3 FILE .recover may save what waited"},
    {SQLITE_NOTADB, "it is not an outbox, or damaged; move it away and a new one is made"},
    {SQLITE_BUSY, "another process holds it for too long, nothing was kept; try again"},
    {SQLITE_NOMEM, "out of memory, nothing was kept"},
};

static void describe(sqlite3 *db, const char *path, char *out, size_t size) {
    int code = sqlite3_errcode(db) & 0xff;
    const char *words = "it failed, nothing was kept";
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (WORDS[i].code == code) words = WORDS[i].words;
    snprintf(out, size, "%.200s: %s (%.100s)", path, words, sqlite3_errmsg(db));
}

int outbox_fail(vs_outbox *o) {
    describe(o->db, o->path, o->error, sizeof o->error);
    return -1;
}

static int refuse(vs_outbox *o, const char *why) {
    snprintf(o->error, sizeof o->error, "%s", why);
    return -1;
}

const char *vs_outbox_error(vs_outbox *o) { return o->error; }

const char *vs_outbox_state_name(int state) {
    static const char *const names[] = {"waiting", "refused", "sent", "held", "too old", "another account's"};
    return state >= 0 && (size_t)state < ARRAY_LEN(names) ? names[state] : "unknown";
}

int64_t outbox_clock(void) { return (int64_t)time(NULL); }

/* --- opening -------------------------------------------------------------------------------------------- */

/* Made by us, not by SQLite: with 0600 from the start, and its name synced. */
static int make_file(const char *path, char *err, size_t err_size) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool made = fd >= 0;
    if (!made && errno == EEXIST) fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat st;
    int r = fd >= 0 && fstat(fd, &st) == 0 && ((st.st_mode & 077) == 0 || fchmod(fd, 0600) == 0) ? 0 : -1;
    if (r == 0 && made) r = fsync(fd) == 0 ? seat_sync_directory(path) : -1;
    if (r < 0) snprintf(err, err_size, "%s can't be written: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return r;
}

static int64_t pragma(sqlite3 *db, const char *sql) {
    struct query q = query(db, sql);
    int64_t v = query_row(&q) ? sqlite3_column_int64(q.s, 0) : -1;
    return query_end(&q) == 0 ? v : -1;
}

/* Several processes may find a new file at once: the first to get the lock makes the tables. */
static int make_tables(vs_outbox *o) {
    if (query_exec(o->db, "begin immediate") < 0) return outbox_fail(o);
    int64_t version = pragma(o->db, "pragma user_version"),
            tables = pragma(o->db, "select count(*) from sqlite_schema");
    int r = 0;
    if (version < 0 || tables < 0)
        r = outbox_fail(o);
    else if (version > FORMAT)
        r = refuse(o, "the outbox was made by a newer version; update this program");
    else if (version == 0 && tables > 0)
        r = refuse(
            o,
            "the outbox's file is something else, or of a version before the first; move it away, a new one is made");
    else if (version == 0 && query_exec(o->db, SCHEMA) < 0)
        r = outbox_fail(o);
    if (query_exec(o->db, r == 0 ? "commit" : "rollback") < 0 && r == 0) r = outbox_fail(o);
    return r;
}

static int open_file(vs_outbox *o) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(o->path, &o->db, flags, NULL) != SQLITE_OK || sqlite3_busy_timeout(o->db, BUSY_MS) != SQLITE_OK)
        return outbox_fail(o);
    if (sqlite3_db_readonly(o->db, "main") == 1)
        return refuse(o, "the outbox may not be written; its owner and mode must let you");
    if (query_exec(o->db, "pragma journal_mode = wal") < 0 || query_exec(o->db, "pragma synchronous = extra") < 0)
        return outbox_fail(o);
    return make_tables(o);
}

vs_outbox *vs_outbox_open(const char *path, char *err, size_t err_size) {
    snprintf(err, err_size, "out of memory");
    vs_outbox *o = calloc(1, sizeof *o);
    if (o == NULL) return NULL;
    o->process = id_new();
    snprintf(o->path, sizeof o->path, "%s", path);
    if (make_file(path, err, err_size) == 0) {
        if (open_file(o) == 0) return o;
        snprintf(err, err_size, "%s", o->error);
    }
    vs_outbox_close(o);
    return NULL;
}

void vs_outbox_close(vs_outbox *o) {
    if (o == NULL) return;
    outbox_stop_draining(o);
    sqlite3_close(o->directory);
    sqlite3_close(o->db);
    free(o);
}

void vs_outbox_account(vs_outbox *o, const struct id *account) { o->account = *account; }

/* --- appending ------------------------------------------------------------------------------------------ */

static int check_entry(vs_outbox *o, const struct vs_entry *e) {
    if (id_is_zero(&o->account)) return refuse(o, "this seat never logged in; join or log in first");
    if (e->body.len > BODY_MAX) return refuse(o, "too long to be sent; 60 KiB is the most");
    return 0;
}

static int check_room(vs_outbox *o, size_t n) {
    struct query q = query(o->db, "select entries, bytes from size");
    int64_t entries = -1, bytes = -1;
    if (query_row(&q)) {
        entries = sqlite3_column_int64(q.s, 0);
        bytes = sqlite3_column_int64(q.s, 1);
    }
    if (query_end(&q) < 0 || entries < 0) return outbox_fail(o);
    if (entries + (int64_t)n > VS_OUTBOX_MAX)
        return refuse(o, "the outbox holds 100,000 entries; send or discard some (outbox list)");
    if (bytes > (int64_t)VS_OUTBOX_MAX_MIB * 1024 * 1024)
        return refuse(o, "the outbox holds 256 MiB; send or discard some (outbox list)");
    return 0;
}

/* Held from the start when it names something whose making was refused. */
static const char INSERT[] =
    "insert into entry(id, account, method, body, label, made_at, state, reason)"
    " select ?1, ?2, ?3, ?4, ?5, ?6, case when r.label is null then 0 else 3 end,"
    "  coalesce('names ' || r.label || ', which was refused', '')"
    " from (select 1) left join (select label from entry where state <> 0 and (state = 3 or method <> ?7)"
    "  and account = ?2 and instr(?4, id) > 0 order by seq limit 1) r";

static void insert(vs_outbox *o, struct query *q, const struct vs_entry *e) {
    query_again(q);
    query_id(q, &e->id);
    query_id(q, &o->account);
    query_int(q, e->method);
    query_blob(q, e->body);
    query_text(q, e->label);
    query_int(q, outbox_clock());
    query_int(q, VOUCHSAFE__V1__METHOD__TOUCH_LOG);
    (void)query_row(q);
}

static int insert_all(vs_outbox *o, const struct vs_entry *entries, size_t n) {
    struct query q = query(o->db, INSERT);
    int r = 0;
    for (size_t i = 0; i < n && q.fine && r == 0; i++) {
        r = check_entry(o, &entries[i]);
        if (r == 0) insert(o, &q, &entries[i]);
    }
    if (query_end(&q) == 0 || r < 0) return r;
    if ((sqlite3_errcode(o->db) & 0xff) == SQLITE_CONSTRAINT) return refuse(o, "this id is in the outbox already");
    return outbox_fail(o);
}

int vs_outbox_append_all(vs_outbox *o, const struct vs_entry *entries, size_t n) {
    if (query_exec(o->db, "begin immediate") < 0) return outbox_fail(o);
    int r = check_room(o, n);
    if (r == 0) r = insert_all(o, entries, n);
    if (r == 0 && query_exec(o->db, "commit") < 0) r = outbox_fail(o);
    if (r < 0 && !sqlite3_get_autocommit(o->db)) (void)!query_exec(o->db, "rollback");
    return r;
}

int vs_outbox_append(vs_outbox *o, const struct id *id, uint32_t method, struct slice body, const char *label) {
    struct vs_entry e = {.id = *id, .method = method, .body = body, .label = label};
    return vs_outbox_append_all(o, &e, 1);
}

/* --- looking and tidying -------------------------------------------------------------------------------- */

static int state_of(const vs_outbox *o, struct query *q, int state_column, int account_column) {
    int state = sqlite3_column_int(q->s, state_column);
    struct id account = query_id_at(q, account_column);
    bool foreign = !id_is_zero(&o->account) && !id_equal(&account, &o->account);
    return state == VS_OUTBOX_WAITING && foreign ? VS_OUTBOX_FOREIGN : state;
}

int vs_outbox_state(vs_outbox *o, const struct id *id, char *reason, size_t size) {
    struct query q = query(o->db, "select state, account, reason from entry where id = ?");
    int state = VS_OUTBOX_GONE;
    query_id(&q, id);
    if (size > 0) reason[0] = '\0';
    if (query_row(&q)) {
        state = state_of(o, &q, 0, 1);
        snprintf(reason, size, "%s", query_text_at(&q, 2));
    }
    if (query_end(&q) == 0) return state;
    (void)outbox_fail(o);
    return VS_OUTBOX_ERROR;
}

int64_t vs_outbox_waiting(vs_outbox *o) {
    struct query q = query(o->db, "select count(*) from entry where state = 0 and account = ?");
    query_id(&q, &o->account);
    int64_t n = query_row(&q) ? sqlite3_column_int64(q.s, 0) : -1;
    return query_end(&q) == 0 ? n : outbox_fail(o);
}

int vs_outbox_retry(vs_outbox *o) {
    struct query q = query(o->db, "update entry set state = 0, reason = '' where state <> 0 and account = ?");
    query_id(&q, &o->account);
    return query_run(&q) == 0 ? 0 : outbox_fail(o);
}

int vs_outbox_discard(vs_outbox *o, const struct id *id) {
    struct query q = query(o->db, "delete from entry where id = ?");
    query_id(&q, id);
    return query_run(&q) == 0 ? sqlite3_changes(o->db) > 0 : outbox_fail(o);
}

int vs_outbox_take_back(vs_outbox *o, const struct id *id) {
    struct query q = query(o->db, "delete from entry where id = ? and tried = 0");
    query_id(&q, id);
    return query_run(&q) == 0 ? sqlite3_changes(o->db) > 0 : outbox_fail(o);
}

int vs_outbox_each(vs_outbox *o, vs_outbox_row *row, void *arg) {
    struct query q = query(o->db, "select id, label, state, account, reason from entry order by seq");
    while (query_row(&q)) {
        struct id id = query_id_at(&q, 0), account = query_id_at(&q, 3);
        int state = state_of(o, &q, 2, 3);
        bool mine = id_is_zero(&o->account) || id_equal(&account, &o->account);
        row(arg, &id, mine ? query_text_at(&q, 1) : "an entry of another account", state,
            mine ? query_text_at(&q, 4) : "");
    }
    return query_end(&q) == 0 ? 0 : outbox_fail(o);
}
