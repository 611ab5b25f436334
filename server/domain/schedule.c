/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: once a second what is due is picked, then fired one by one: the statement marks the row fired and does what the
 *   rule says in one transaction, so that of several instances one wins and a crash leaves nothing half done
 * - several instances pick the same row: all but one find it fired, and do nothing
 * - a statement fails: logged, the row waits a minute, the others go on
 * - the database is away: the next second asks again
 * - a rule this program doesn't know (a newer instance's): not picked
 * - a rule that acts outside the database (ACTIONS): its statement only claims the thing, its rows go to the action, which says by
 *   a statement of its own how it ended; an instance that can't act now doesn't pick it */
#include "server/domain/schedule.h"

#include <string.h>

#include "server/core/log.h"
#include "server/domain/digest/digest_send.h"

enum { EVERY_MS = 1000, AT_ONCE = 64, RULES_MAX = 64, ARENA_MAX = 256 * 1024 };

static struct {
    struct domain *domain;
    uv_timer_t timer;
    bool busy, stopped;
    struct arena arena; /* of one round */
    int n, at;
    struct thing {
        struct id business, due;
        enum query_id fire;
    } things[AT_ONCE];
} s;

static const struct action {
    enum query_id fire;
    bool (*can)(void);
    void (*act)(struct domain *d, const struct id *business, const struct id *due, const PGresult *rows); /* or NULL */
} ACTIONS[] = {{QUERY_FIRE_DIGEST, digest_is_wanted, NULL}, {QUERY_FIRE_DIGEST_SEND, digest_has_room, digest_send}};

static const struct action *action_of(enum query_id fire) {
    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++)
        if (ACTIONS[i].fire == fire) return &ACTIONS[i];
    return NULL;
}

static bool can(enum query_id fire) {
    const struct action *a = action_of(fire);
    return a == NULL || a->can();
}

static enum query_id fire_of(const char *rule) {
    for (int q = 1; q < QUERY_COUNT; q++)
        if (strncmp(queries[q].name, "fire_", 5) == 0 && strcmp(queries[q].name + 5, rule) == 0)
            return (enum query_id)q;
    return QUERY_NONE;
}

static void fire_next(void);

static void end_round(void) {
    arena_free(&s.arena);
    s.busy = false;
}

static void on_postponed(void *arg, enum vs_status status, const PGresult *rows) {
    (void)arg, (void)status, (void)rows;
    s.at++;
    fire_next();
}

static void on_fired(void *arg, enum vs_status status, const PGresult *rows) {
    struct thing *t = arg;
    const struct action *a = action_of(t->fire);
    if (status == VS_OK) {
        if (a != NULL && a->act != NULL) a->act(s.domain, &t->business, &t->due, rows);
        s.at++;
        fire_next();
        return;
    }
    log_error("fire_failed", "rule=%s status=%s", queries[t->fire].name + 5, vs_status_name(status));
    struct params p;
    params_init(&p, &s.arena);
    params_id(&p, &t->due);
    store_system(s.domain->store, &t->business, QUERY_DUE_POSTPONE, &p, on_postponed, t);
}

static void fire_next(void) {
    while (s.at < s.n && !can(s.things[s.at].fire)) s.at++; /* their turn comes again */
    if (s.at >= s.n || s.stopped) return end_round();
    struct thing *t = &s.things[s.at];
    struct params p;
    params_init(&p, &s.arena);
    params_id(&p, &t->due);
    store_system(s.domain->store, &t->business, t->fire, &p, on_fired, t);
}

static void on_picked(void *arg, enum vs_status status, const PGresult *rows) {
    (void)arg;
    s.n = s.at = 0;
    for (int i = 0; status == VS_OK && i < PQntuples(rows) && i < AT_ONCE; i++)
        s.things[s.n++] = (struct thing){cell_id(rows, i, 0), cell_id(rows, i, 1), fire_of(cell_text(rows, i, 2))};
    fire_next();
}

static void on_timer(uv_timer_t *t) {
    (void)t;
    const char *rules[RULES_MAX];
    size_t n = 0;
    if (s.busy || !store_is_ready(s.domain->store)) return;
    for (int q = 1; q < QUERY_COUNT && n < RULES_MAX; q++)
        if (strncmp(queries[q].name, "fire_", 5) == 0 && can((enum query_id)q)) rules[n++] = queries[q].name + 5;
    struct id none = {{0}};
    struct params p;
    s.busy = true;
    arena_init(&s.arena, ARENA_MAX);
    params_init(&p, &s.arena);
    params_texts(&p, rules, n);
    params_int4(&p, AT_ONCE);
    store_system(s.domain->store, &none, QUERY_DUE_PICK, &p, on_picked, NULL);
}

void schedule_start(struct domain *d) {
    s.domain = d;
    uv_timer_init(d->loop, &s.timer);
    uv_timer_start(&s.timer, on_timer, EVERY_MS, EVERY_MS);
}

void schedule_pause(void) {
    s.stopped = true;
    if (s.domain != NULL) uv_timer_stop(&s.timer);
}

bool schedule_is_busy(void) { return s.busy || digest_is_busy(); }

void schedule_stop(void) {
    schedule_pause();
    digest_stop();
}
