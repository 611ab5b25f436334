/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: what is kept, in what order it goes, what holds it back. The server's end is played; the file is real. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_server.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { TOUCH = VOUCHSAFE__V1__METHOD__TOUCH_LOG, ADD = VOUCHSAFE__V1__METHOD__CONTACT_ADD };

/* One test's world: a directory, an outbox in it, a server and a client that is ready. */
struct world {
    char dir[64], path[100];
    vs_outbox *o;
    struct fake *f;
    vs_client *c;
};

static vs_outbox *open_outbox(const char *path, const struct id *account) {
    char err[600];
    vs_outbox *o = vs_outbox_open(path, err, sizeof err);
    if (o == NULL) fail_msg("%s", err);
    vs_outbox_account(o, account);
    return o;
}

static struct world world_make(void) {
    struct world w = {.dir = "/tmp/vs-outbox.XXXXXX", .f = fake_start()};
    struct vs_seat s;
    char err[300];
    assert_non_null(mkdtemp(w.dir));
    snprintf(w.path, sizeof w.path, "%s/o.db", w.dir);
    w.o = open_outbox(w.path, &w.f->account);
    fake_seat(&s, w.f, NULL);
    w.c = vs_client_new(&s, err, sizeof err);
    assert_non_null(w.c);
    vs_seat_free(&s);
    return w;
}

static void world_end(struct world *w) {
    char command[120];
    vs_outbox_close(w->o);
    vs_disconnect(w->c);
    fake_stop(w->f);
    snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
    assert_int_equal(system(command), 0);
}

static void run_sql(const char *path, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* A touch of the contact `about`, mending `mends`; any other method has "about" and that id as its body. */
static struct id append_mending(vs_outbox *o, uint32_t method, const struct id *about, const struct id *mends,
                                const char *label) {
    struct id id = id_new();
    uint8_t body[200] = "about";
    size_t n = 5;
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    q.touch = &t;
    t.has_id = 1, t.id = (ProtobufCBinaryData){16, id.b};
    t.has_contact_id = about != NULL, t.contact_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)about};
    t.has_mends = mends != NULL, t.mends = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)mends};
    if (about != NULL) memcpy(body + n, about->b, 16), n += 16;
    if (method == TOUCH) n = protobuf_c_message_pack(&q.base, body);
    if (vs_outbox_append(o, &id, method, (struct slice){body, n}, label) < 0) fail_msg("%s", vs_outbox_error(o));
    return id;
}

static struct id append(vs_outbox *o, uint32_t method, const struct id *about, const char *label) {
    return append_mending(o, method, about, NULL, label);
}

static int state_of(struct world *w, const struct id *id) {
    char reason[700];
    return vs_outbox_state(w->o, id, reason, sizeof reason);
}

static void drained(struct world *w) {
    int r = VS_DRAIN_GOING;
    for (int64_t end = fake_clock() + 20000; r != VS_DRAIN_EMPTY && fake_clock() < end;) {
        vs_hurry(w->c);
        fake_turn(w->c, w->f, NULL, NULL);
        r = vs_outbox_step(w->o, w->c);
    }
    assert_int_equal(r, VS_DRAIN_EMPTY);
}

/* --- keeping --------------------------------------------------------------------------------------------- */

static void what_was_saved_is_there_for_the_next_process(void **state) {
    (void)state;
    struct world w = world_make();
    struct id id = id_new();
    pid_t child = fork();
    if (child == 0) { /* saves, then dies without closing anything */
        vs_outbox *o = open_outbox(w.path, &w.f->account);
        _exit(vs_outbox_append(o, &id, TOUCH, unit_slice("body"), "C1 Ann call") == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(vs_outbox_waiting(w.o), 1);
    assert_int_equal(state_of(&w, &id), VS_OUTBOX_WAITING);
    struct stat st;
    assert_int_equal(stat(w.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    drained(&w);
    assert_int_equal(state_of(&w, &id), VS_OUTBOX_GONE);
    assert_int_equal(w.f->n_got, 1);
    world_end(&w);
}

static void an_id_is_kept_once_and_a_batch_is_kept_whole_or_not(void **state) {
    (void)state;
    struct world w = world_make();
    struct id id = append(w.o, TOUCH, NULL, "first");
    assert_int_equal(vs_outbox_append(w.o, &id, TOUCH, unit_slice("again"), "again"), -1);
    assert_non_null(strstr(vs_outbox_error(w.o), "already"));
    struct vs_entry batch[3] = {{.id = id_new(), .method = TOUCH, .body = unit_slice("1"), .label = "1"},
                                {.id = id_new(), .method = TOUCH, .body = unit_slice("2"), .label = "2"},
                                {.id = id, .method = TOUCH, .body = unit_slice("3"), .label = "3"}};
    assert_int_equal(vs_outbox_append_all(w.o, batch, 3), -1);
    assert_int_equal(vs_outbox_waiting(w.o), 1);
    batch[2].id = id_new();
    assert_int_equal(vs_outbox_append_all(w.o, batch, 3), 0);
    assert_int_equal(vs_outbox_waiting(w.o), 4);
    world_end(&w);
}

static void what_can_never_be_sent_is_not_saved(void **state) {
    (void)state;
    struct world w = world_make();
    struct id id = id_new(), nobody = {{0}};
    uint8_t *big = calloc(1, 61 * 1024);
    assert_int_equal(vs_outbox_append(w.o, &id, TOUCH, (struct slice){big, 61 * 1024}, "big"), -1);
    assert_non_null(strstr(vs_outbox_error(w.o), "60 KiB"));
    vs_outbox_account(w.o, &nobody);
    assert_int_equal(vs_outbox_append(w.o, &id, TOUCH, unit_slice("x"), "x"), -1);
    assert_non_null(strstr(vs_outbox_error(w.o), "join or log in"));
    vs_outbox_account(w.o, &w.f->account);
    assert_int_equal(vs_outbox_waiting(w.o), 0);
    free(big);
    world_end(&w);
}

static void append_many(vs_outbox *o, size_t n, struct slice body) {
    struct vs_entry *batch = calloc(n, sizeof *batch);
    for (size_t i = 0; i < n; i++)
        batch[i] = (struct vs_entry){.id = id_new(), .method = TOUCH, .body = body, .label = ""};
    if (vs_outbox_append_all(o, batch, n) < 0) fail_msg("%s", vs_outbox_error(o));
    free(batch);
}

static void the_outbox_is_full_at_a_hundred_thousand_and_has_room_again(void **state) {
    (void)state;
    struct world w = world_make();
    append_many(w.o, VS_OUTBOX_MAX - 1, unit_slice("t"));
    struct id last = append(w.o, TOUCH, NULL, "last"), over = id_new();
    assert_int_equal(vs_outbox_append(w.o, &over, TOUCH, unit_slice("t"), "over"), -1);
    assert_non_null(strstr(vs_outbox_error(w.o), "100,000"));
    assert_int_equal(vs_outbox_waiting(w.o), VS_OUTBOX_MAX);
    assert_int_equal(vs_outbox_discard(w.o, &last), 1);
    assert_int_equal(vs_outbox_append(w.o, &over, TOUCH, unit_slice("t"), "over"), 0);
    world_end(&w);
}

static void the_outbox_is_full_at_256_mib(void **state) {
    (void)state;
    struct world w = world_make();
    struct id id = id_new();
    run_sql(w.path,
            "update size set bytes = 256 * 1024 * 1024 + 1"); /* as after so many: filling it would take a minute */
    assert_int_equal(vs_outbox_append(w.o, &id, TOUCH, unit_slice("t"), "over"), -1);
    assert_non_null(strstr(vs_outbox_error(w.o), "256 MiB"));
    run_sql(w.path, "update size set bytes = 0");
    uint8_t body[1000] = {0};
    append_many(w.o, 7, (struct slice){body, sizeof body});
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(w.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "select bytes, entries from size", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(s, 0), 7000);
    assert_int_equal(sqlite3_column_int64(s, 1), 7);
    sqlite3_finalize(s);
    sqlite3_close(db);
    world_end(&w);
}

/* --- order ----------------------------------------------------------------------------------------------- */

static void touches_go_together_and_anything_else_is_alone(void **state) {
    (void)state;
    struct world w = world_make();
    struct id order[64];
    size_t n = 0;
    for (int i = 0; i < 20; i++) order[n++] = append(w.o, TOUCH, NULL, "t");
    size_t barrier = n;
    order[n++] = append(w.o, ADD, NULL, "add");
    order[n++] = append(w.o, ADD, NULL, "add");
    for (int i = 0; i < 30; i++) order[n++] = append(w.o, TOUCH, NULL, "t");
    drained(&w);
    assert_int_equal(w.f->n_got, n);
    for (size_t i = 0; i < n; i++) {
        const struct fake_request *r = &w.f->got[i];
        assert_int_equal(r->method, i == barrier || i == barrier + 1 ? ADD : TOUCH);
        if (r->method == ADD) {
            assert_int_equal(r->open, 1); /* nothing else in flight */
            assert_memory_equal(r->change.b, order[i].b, 16);
        } else {
            assert_true(id_is_zero(&r->change));
            assert_non_null(memmem(r->body, r->n_body, order[i].b, 16)); /* in their order */
        }
    }
    assert_true(w.f->got[0].batch != 0 && w.f->got[19].batch == w.f->got[0].batch);
    assert_true(w.f->got[n - 1].batch == w.f->got[barrier + 2].batch);
    world_end(&w);
}

static void one_touch_goes_as_it_is_and_many_in_requests_that_fit(void **state) {
    (void)state;
    struct world w = world_make();
    append(w.o, TOUCH, NULL, "t");
    drained(&w);
    assert_true(w.f->n_got == 1 && w.f->got[0].batch == 0);
    for (int i = 0; i < 950; i++) append(w.o, TOUCH, NULL, "t");
    drained(&w);
    assert_int_equal(w.f->n_got, 951);
    size_t requests = 0, most = 0, n = 0;
    for (size_t i = 1; i < 951; i++, n++) {
        if (w.f->got[i].batch != w.f->got[i - 1].batch) requests++, n = 0;
        most = n + 1 > most ? n + 1 : most;
    }
    assert_int_equal(most, 200);
    assert_int_equal(requests, 5);
    world_end(&w);
}

static int hold(struct fake *f, const struct fake_request *r) {
    (void)f, (void)r;
    return FAKE_HOLD;
}

static void a_barrier_waits_for_every_touch_before_it(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->answer = hold;
    for (int i = 0; i < 5; i++) append(w.o, TOUCH, NULL, "t");
    append(w.o, ADD, NULL, "add");
    append(w.o, TOUCH, NULL, "t");
    FAKE_UNTIL(w.f->n_got == 5, w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->got[4].open, 5); /* together */
    for (size_t i = 0; i < 4; i++) fake_reply(w.f, w.f->got[i].id, VS_OK, (struct slice){0});
    for (int i = 0; i < 10; i++) fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 5); /* one touch is still out */
    fake_reply(w.f, w.f->got[4].id, VS_DUPLICATE, (struct slice){0});
    FAKE_UNTIL(w.f->n_got == 6, w.c, w.f, NULL, w.o);
    for (int i = 0; i < 10; i++) fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 6); /* and the touch behind waits for the barrier */
    fake_reply(w.f, w.f->got[5].id, VS_OK, (struct slice){0});
    FAKE_UNTIL(w.f->n_got == 7, w.c, w.f, NULL, w.o);
    world_end(&w);
}

/* --- verdicts -------------------------------------------------------------------------------------------- */

static int refuse_additions(struct fake *f, const struct fake_request *r) {
    (void)f;
    return r->method == ADD ? VS_PERMISSION_DENIED : VS_OK;
}

static void what_names_a_refused_thing_is_held_and_the_rest_goes(void **state) {
    (void)state;
    struct world w = world_make();
    char reason[700];
    w.f->answer = refuse_additions;
    struct id before = append(w.o, TOUCH, NULL, "before"), ann = append(w.o, ADD, NULL, "contact add Ann"),
              call = append(w.o, TOUCH, &ann, "call Ann"),
              strike = append(w.o, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, &call, "strike"),
              other = append(w.o, TOUCH, NULL, "other");
    drained(&w);
    assert_int_equal(w.f->n_got, 3);
    assert_int_equal(state_of(&w, &before), VS_OUTBOX_GONE);
    assert_int_equal(state_of(&w, &other), VS_OUTBOX_GONE);
    assert_int_equal(vs_outbox_state(w.o, &ann, reason, sizeof reason), VS_OUTBOX_REFUSED);
    assert_string_equal(reason, "PERMISSION_DENIED: because the test says so");
    assert_int_equal(vs_outbox_state(w.o, &call, reason, sizeof reason), VS_OUTBOX_HELD);
    assert_string_equal(reason, "names contact add Ann, which was refused");
    assert_int_equal(state_of(&w, &strike), VS_OUTBOX_HELD); /* it names what is held */
    struct id later = append(w.o, TOUCH, &ann, "later");     /* and what is written afterwards */
    assert_int_equal(state_of(&w, &later), VS_OUTBOX_HELD);
    assert_int_equal(vs_outbox_waiting(w.o), 0);
    w.f->answer = NULL;
    assert_int_equal(vs_outbox_retry(w.o), 0);
    drained(&w);
    assert_int_equal(w.f->n_got, 7);
    assert_memory_equal(w.f->got[3].change.b, ann.b, 16); /* in its old place, with its old id */
    assert_int_equal(state_of(&w, &later), VS_OUTBOX_GONE);
    world_end(&w);
}

static int refuse_what_names(struct fake *f, const struct fake_request *r) {
    return memmem(r->body, r->n_body, f->arg, 16) != NULL ? VS_INVALID_ARGUMENT : VS_OK;
}

static void a_refused_touch_is_listed_and_holds_nothing(void **state) {
    (void)state;
    struct world w = world_make();
    struct id contact = id_new(), bad, good;
    w.f->arg = &contact;
    w.f->answer = refuse_what_names;
    bad = append(w.o, TOUCH, &contact, "bad");
    good = append(w.o, TOUCH, NULL, "good");
    drained(&w);
    assert_int_equal(state_of(&w, &bad), VS_OUTBOX_REFUSED);
    assert_int_equal(state_of(&w, &good), VS_OUTBOX_GONE);
    assert_int_equal(vs_outbox_discard(w.o, &bad), 1);
    assert_int_equal(vs_outbox_discard(w.o, &bad), 0);
    world_end(&w);
}

static void of_those_sent_together_each_has_its_verdict(void **state) {
    (void)state;
    struct world w = world_make();
    char reason[700];
    struct id ids[3];
    for (int i = 0; i < 3; i++) ids[i] = append(w.o, TOUCH, NULL, "t");
    w.f->arg = &ids[1];
    w.f->answer = refuse_what_names;
    drained(&w);
    assert_int_equal(w.f->n_got, 3);
    assert_int_equal(state_of(&w, &ids[0]), VS_OUTBOX_GONE);
    assert_int_equal(vs_outbox_state(w.o, &ids[1], reason, sizeof reason), VS_OUTBOX_REFUSED);
    assert_string_equal(reason, "INVALID_ARGUMENT: because the test says so");
    assert_int_equal(state_of(&w, &ids[2]), VS_OUTBOX_GONE);
    world_end(&w);
}

static void what_is_refused_together_is_asked_one_by_one(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->refuses_batches = VS_UNIMPLEMENTED;
    for (int i = 0; i < 40; i++) append(w.o, TOUCH, NULL, "t");
    w.f->answer = hold;
    FAKE_UNTIL(w.f->n_got == VS_PIPELINE - 4, w.c, w.f, NULL, w.o);
    for (int i = 0; i < 10; i++) fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, VS_PIPELINE - 4); /* a person at the same client finds room */
    w.f->answer = NULL;
    for (size_t i = 0; i < VS_PIPELINE - 4; i++) fake_reply(w.f, w.f->got[i].id, VS_OK, (struct slice){0});
    FAKE_UNTIL(vs_outbox_waiting(w.o) == 0, w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 40);
    w.f->refuses_batches = 0;
    for (int i = 0; i < 2; i++) append(w.o, TOUCH, NULL, "t");
    drained(&w);
    assert_true(w.f->got[40].batch != 0); /* afterwards together again */
    world_end(&w);
}

/* The server judges what it gets together at once: the complaint would not be there yet. */
static void a_recovery_waits_for_the_complaint_it_names(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->answer = hold;
    struct id first = append(w.o, TOUCH, NULL, "first"), complaint = append(w.o, TOUCH, NULL, "complaint");
    append_mending(w.o, TOUCH, NULL, &complaint, "recovery");
    append(w.o, TOUCH, NULL, "last");
    (void)first;
    FAKE_UNTIL(w.f->n_got == 2, w.c, w.f, NULL, w.o);
    for (int i = 0; i < 10; i++) fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 2);
    for (size_t i = 0; i < 2; i++) fake_reply(w.f, w.f->got[i].id, VS_OK, (struct slice){0});
    FAKE_UNTIL(w.f->n_got == 4, w.c, w.f, NULL, w.o);
    world_end(&w);
}

static int busy_twice(struct fake *f, const struct fake_request *r) {
    (void)r;
    return f->n_got <= 2 ? VS_RESOURCE_EXHAUSTED : VS_OK;
}

static void what_is_not_final_is_kept_in_order_and_tried_again(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->answer = busy_twice;
    append(w.o, TOUCH, NULL, "t");
    struct id add = append(w.o, ADD, NULL, "add");
    FAKE_UNTIL(vs_outbox_waiting(w.o) == 0, w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 4);
    assert_int_equal(w.f->got[2].method, TOUCH); /* thrice, and the barrier did not overtake it */
    assert_memory_equal(w.f->got[3].change.b, add.b, 16);
    world_end(&w);
}

static int unauthenticated(struct fake *f, const struct fake_request *r) {
    (void)f, (void)r;
    return VS_UNAUTHENTICATED;
}

static void not_logged_in_stops_and_keeps(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->answer = unauthenticated;
    append(w.o, ADD, NULL, "add");
    append(w.o, ADD, NULL, "add");
    FAKE_UNTIL(vs_outbox_step(w.o, w.c) == VS_DRAIN_LOGIN && w.f->n_got > 0, w.c, w.f, NULL, NULL);
    for (int i = 0; i < 20; i++) fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(w.f->n_got, 1); /* not even the second is tried */
    assert_int_equal(vs_outbox_waiting(w.o), 2);
    w.f->answer = NULL;
    fake_cut(w.f); /* a new connection that logs in goes on */
    FAKE_UNTIL(vs_outbox_waiting(w.o) == 0, w.c, w.f, NULL, w.o);
    world_end(&w);
}

static int cut_after_three(struct fake *f, const struct fake_request *r) {
    (void)r;
    return f->n_got == 3 ? FAKE_CUT : f->n_got < 3 ? FAKE_HOLD : VS_DUPLICATE;
}

static void lost_answers_are_asked_for_with_the_same_ids(void **state) {
    (void)state;
    struct world w = world_make();
    w.f->answer = cut_after_three;
    for (int i = 0; i < 3; i++) append(w.o, TOUCH, NULL, "t");
    FAKE_UNTIL(w.f->connections == 1 && w.f->n_got == 3 && w.f->fd < 0, w.c, w.f, NULL, w.o);
    w.f->cut_sent = SIZE_MAX;
    drained(&w);
    assert_int_equal(w.f->n_got, 6);
    for (size_t i = 0; i < 3; i++) {
        bool again = false;
        for (size_t k = 3; k < 6; k++)
            again = again || memcmp(w.f->got[i].body, w.f->got[k].body, w.f->got[i].n_body) == 0;
        assert_true(again);
    }
    world_end(&w);
}

static void only_what_was_never_sent_is_taken_back(void **state) {
    (void)state;
    struct world w = world_make();
    struct id never = append(w.o, TOUCH, NULL, "never sent"), nothing = id_new();
    assert_int_equal(vs_outbox_take_back(w.o, &never), 1);
    assert_int_equal(vs_outbox_take_back(w.o, &nothing), 0);
    struct id sent = append(w.o, TOUCH, NULL, "sent");
    w.f->answer = hold;
    FAKE_UNTIL(w.f->n_got == 1, w.c, w.f, NULL, w.o);
    assert_int_equal(vs_outbox_take_back(w.o, &sent), 0);
    fake_cut(w.f); /* no answer: it may have taken effect */
    fake_turn(w.c, w.f, NULL, w.o);
    assert_int_equal(vs_outbox_take_back(w.o, &sent), 0);
    assert_int_equal(state_of(&w, &sent), VS_OUTBOX_WAITING);
    world_end(&w);
}

/* The blocking calls: the server's end in a process of its own. */
static void flush_connects_waits_out_a_busy_server_and_sends_all(void **state) {
    (void)state;
    struct world w = world_make();
    struct vs_seat s;
    vs_client *c = NULL;
    w.f->answer = busy_twice;
    fake_seat(&s, w.f, NULL);
    assert_int_equal(vs_outbox_flush(w.o, &s, &c, 0), VS_DRAIN_EMPTY); /* nothing waits: no connection is made */
    assert_null(c);
    for (int i = 0; i < 5; i++) append(w.o, TOUCH, NULL, "t");
    assert_int_equal(vs_outbox_flush(w.o, &s, &c, 100), VS_DRAIN_KEPT); /* nobody answers yet */
    assert_non_null(c);
    pid_t server = fork();
    if (server == 0)
        for (;;) {
            struct pollfd p[] = {{.fd = w.f->listener, .events = POLLIN}, {.fd = w.f->fd, .events = POLLIN}};
            poll(p, 2, -1);
            fake_step(w.f);
        }
    assert_int_equal(vs_outbox_flush(w.o, &s, &c, 60000), VS_DRAIN_EMPTY);
    assert_int_equal(vs_outbox_waiting(w.o), 0);
    append(w.o, ADD, NULL, "add");
    assert_int_equal(vs_outbox_drain(w.o, c), VS_DRAIN_EMPTY);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    vs_disconnect(c);
    vs_seat_free(&s);
    world_end(&w);
}

/* --- who and when ---------------------------------------------------------------------------------------- */

struct seen {
    int n, foreign;
    char labels[200];
};

static void see(void *arg, const struct id *id, const char *label, int state, const char *reason) {
    struct seen *s = arg;
    (void)id, (void)reason;
    s->n++;
    s->foreign += state == VS_OUTBOX_FOREIGN;
    snprintf(s->labels + strlen(s->labels), sizeof s->labels - strlen(s->labels), "[%s]", label);
}

static void only_the_account_that_made_an_entry_sends_it(void **state) {
    (void)state;
    struct world w = world_make();
    struct id other = id_new(), mine;
    struct seen s = {0};
    vs_outbox_account(w.o, &other);
    struct id theirs = append(w.o, TOUCH, NULL, "a name the other may see");
    vs_outbox_account(w.o, &w.f->account);
    mine = append(w.o, TOUCH, NULL, "mine");
    assert_int_equal(vs_outbox_waiting(w.o), 1);
    assert_int_equal(vs_outbox_each(w.o, see, &s), 0);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.foreign, 1);
    assert_null(strstr(s.labels, "a name"));
    drained(&w);
    assert_int_equal(state_of(&w, &mine), VS_OUTBOX_GONE);
    assert_int_equal(state_of(&w, &theirs), VS_OUTBOX_FOREIGN);
    assert_int_equal(w.f->n_got, 1);
    w.f->account = other; /* the other logs in here */
    fake_cut(w.f);
    FAKE_UNTIL(state_of(&w, &theirs) == VS_OUTBOX_GONE, w.c, w.f, NULL, w.o);
    world_end(&w);
}

static void entries_over_400_days_old_are_shown_not_sent(void **state) {
    (void)state;
    struct world w = world_make();
    char reason[700];
    struct id add = append(w.o, ADD, NULL, "contact add Ann"), naming = append(w.o, TOUCH, &add, "call Ann"),
              young = append(w.o, TOUCH, NULL, "young");
    run_sql(w.path, "update entry set made_at = made_at - 401 * 86400 where label = 'contact add Ann'");
    run_sql(w.path, "update entry set made_at = made_at - 399 * 86400 where label = 'young'");
    drained(&w);
    assert_int_equal(w.f->n_got, 1);
    assert_int_equal(state_of(&w, &young), VS_OUTBOX_GONE);
    assert_int_equal(vs_outbox_state(w.o, &add, reason, sizeof reason), VS_OUTBOX_TOO_OLD);
    assert_non_null(strstr(reason, "400 days"));
    assert_int_equal(state_of(&w, &naming), VS_OUTBOX_HELD);
    world_end(&w);
}

static void one_process_sends_and_one_that_died_is_outlived(void **state) {
    (void)state;
    struct world w = world_make();
    vs_outbox *second = open_outbox(w.path, &w.f->account);
    w.f->answer = hold;
    append(w.o, TOUCH, NULL, "t");
    FAKE_UNTIL(w.f->n_got == 1, w.c, w.f, NULL, w.o); /* the first holds the lock and waits */
    assert_int_equal(vs_outbox_step(second, w.c), VS_DRAIN_BUSY);
    run_sql(w.path, "update lock set expires_at = expires_at - 11"); /* it slept for so long */
    assert_int_equal(vs_outbox_step(second, w.c), VS_DRAIN_GOING);
    FAKE_UNTIL(w.f->n_got == 2, w.c, w.f, NULL, NULL);
    run_sql(w.path, "update lock set expires_at = 99999999999"); /* a clock that was wrong */
    vs_outbox_close(second);                                     /* with an answer outstanding */
    assert_int_equal(vs_outbox_waiting(w.o), 1);
    world_end(&w);
}

/* The first's answer comes after the second settled the entry and a new one took the last place of the table. */
static void a_late_answer_settles_nobody_elses_entry(void **state) {
    (void)state;
    struct world w = world_make();
    vs_outbox *second = open_outbox(w.path, &w.f->account);
    w.f->answer = hold;
    struct id first = append(w.o, TOUCH, NULL, "first");
    FAKE_UNTIL(w.f->n_got == 1, w.c, w.f, NULL, w.o);
    assert_int_equal(vs_outbox_discard(second, &first), 1); /* gone by another's hand */
    struct id newer = append(second, TOUCH, NULL, "newer");
    fake_reply(w.f, w.f->got[0].id, VS_OK, (struct slice){0});
    FAKE_UNTIL(w.f->n_got == 2, w.c, w.f, NULL, w.o); /* the answer was settled, the next is on its way */
    assert_int_equal(vs_outbox_state(second, &newer, (char[10]){0}, 10), VS_OUTBOX_WAITING);
    vs_outbox_close(second);
    world_end(&w);
}

/* --- files that are no outbox ---------------------------------------------------------------------------- */

static void write_file(const char *path, const void *data, size_t n) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    close(fd);
}

static void a_file_that_is_something_else_is_refused_in_words(void **state) {
    (void)state;
    struct world w = world_make();
    char path[120], err[600], *letters = unit_letters(8192);
    snprintf(path, sizeof path, "%s/other", w.dir);
    write_file(path, letters, 8192);
    assert_null(vs_outbox_open(path, err, sizeof err));
    assert_non_null(strstr(err, "not an outbox"));
    assert_non_null(strstr(err, path));
    unlink(path);
    run_sql(path, "create table somebody_elses(a)");
    assert_null(vs_outbox_open(path, err, sizeof err));
    assert_non_null(strstr(err, "something else"));
    unlink(path);
    run_sql(path, "pragma user_version = 99");
    assert_null(vs_outbox_open(path, err, sizeof err));
    assert_non_null(strstr(err, "newer version"));
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_null(vs_outbox_open(path, err, sizeof err));
    assert_non_null(strstr(err, "can't be written"));
    free(letters);
    world_end(&w);
}

/* Garbage over each page: every call ends in words or a right answer, and what append said is so. */
static void a_damaged_file_says_so_and_never_lies(void **state) {
    (void)state;
    struct world w = world_make();
    char path[120], err[600];
    append_many(w.o, 200, unit_slice("a body of some length, so that there are several pages"));
    vs_outbox_close(w.o);
    w.o = NULL;
    struct stat st;
    assert_int_equal(stat(w.path, &st), 0);
    size_t size = (size_t)st.st_size, told = 0;
    uint8_t *whole = malloc(size);
    int fd = open(w.path, O_RDONLY);
    assert_int_equal(read(fd, whole, size), size);
    close(fd);
    for (size_t page = 0; page < size; page += 4096) {
        uint8_t *broken = malloc(size);
        memcpy(broken, whole, size);
        unit_seed(page);
        unit_fill(broken + page, 4096);
        snprintf(path, sizeof path, "%s/broken%zu.db", w.dir, page / 4096);
        write_file(path, broken, size);
        free(broken);
        struct id id = id_new();
        vs_outbox *o = vs_outbox_open(path, err, sizeof err);
        if (o == NULL) {
            assert_non_null(strstr(err, "damaged"));
            told++;
            continue;
        }
        vs_outbox_account(o, &w.f->account);
        int r = vs_outbox_append(o, &id, TOUCH, unit_slice("t"), "t");
        char reason[100];
        if (r == 0)
            assert_int_equal(vs_outbox_state(o, &id, reason, sizeof reason), VS_OUTBOX_WAITING);
        else
            assert_true(strlen(vs_outbox_error(o)) > 10);
        struct seen s = {0};
        if (vs_outbox_each(o, see, &s) < 0) told++;
        vs_outbox_close(o);
    }
    assert_true(told >= 2);
    free(whole);
    world_end(&w);
}

/* --- several hands --------------------------------------------------------------------------------------- */

static void many_processes_append_at_once_and_nothing_is_lost(void **state) {
    (void)state;
    struct world w = world_make();
    enum { CHILDREN = 6, EACH = 50 };
    pid_t children[CHILDREN];
    char path[120];
    snprintf(path, sizeof path, "%s/new.db", w.dir); /* they make it, too */
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] != 0) continue;
        vs_outbox *o = open_outbox(path, &w.f->account);
        for (int k = 0; k < EACH; k++) append(o, TOUCH, NULL, "t");
        vs_outbox_close(o);
        _exit(0);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    vs_outbox *o = open_outbox(path, &w.f->account);
    assert_int_equal(vs_outbox_waiting(o), CHILDREN * EACH);
    vs_outbox_close(o);
    world_end(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_is_there_for_the_next_process),
        cmocka_unit_test(an_id_is_kept_once_and_a_batch_is_kept_whole_or_not),
        cmocka_unit_test(what_can_never_be_sent_is_not_saved),
        cmocka_unit_test(the_outbox_is_full_at_a_hundred_thousand_and_has_room_again),
        cmocka_unit_test(the_outbox_is_full_at_256_mib),
        cmocka_unit_test(touches_go_together_and_anything_else_is_alone),
        cmocka_unit_test(one_touch_goes_as_it_is_and_many_in_requests_that_fit),
        cmocka_unit_test(a_barrier_waits_for_every_touch_before_it),
        cmocka_unit_test(of_those_sent_together_each_has_its_verdict),
        cmocka_unit_test(what_is_refused_together_is_asked_one_by_one),
        cmocka_unit_test(a_recovery_waits_for_the_complaint_it_names),
        cmocka_unit_test(what_names_a_refused_thing_is_held_and_the_rest_goes),
        cmocka_unit_test(a_refused_touch_is_listed_and_holds_nothing),
        cmocka_unit_test(what_is_not_final_is_kept_in_order_and_tried_again),
        cmocka_unit_test(not_logged_in_stops_and_keeps),
        cmocka_unit_test(lost_answers_are_asked_for_with_the_same_ids),
        cmocka_unit_test(flush_connects_waits_out_a_busy_server_and_sends_all),
        cmocka_unit_test(only_what_was_never_sent_is_taken_back),
        cmocka_unit_test(only_the_account_that_made_an_entry_sends_it),
        cmocka_unit_test(entries_over_400_days_old_are_shown_not_sent),
        cmocka_unit_test(one_process_sends_and_one_that_died_is_outlived),
        cmocka_unit_test(a_late_answer_settles_nobody_elses_entry),
        cmocka_unit_test(a_file_that_is_something_else_is_refused_in_words),
        cmocka_unit_test(a_damaged_file_says_so_and_never_lies),
        cmocka_unit_test(many_processes_append_at_once_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, fake_make_keys, fake_free_keys);
}
