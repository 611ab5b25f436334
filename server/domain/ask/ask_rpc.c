/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for introductions, and whom to ask next.
 * - happy path of the list: today's order is made, the page is read (plan.h)
 * - the first reading of a day: the order is made first, a thousand contacts a step, so that the scheduler and the feed have
 *   their turns; then the page is read
 * - several instances read first at once: the day's row is locked for a step, each goes on where the other stopped
 * - a step fails, or the client leaves: the next reading goes on; what was made stays
 * - it takes longer than the client waits: it is told so in time (ORDER_IN_MAKING), and its next reading goes on; each reading takes a
 *   step before it looks at the clock, so however little patience one has, the order gets further
 * All else is a plan. */
#include "server/core/clock.h"
#include "server/domain/plan.h"
#include "server/domain/reply.h"
#include "vouchsafe/v1/ask.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { STEP = 1000, STEP_BYTES = 8 * 1024, SPARE_MS = 4000 }; /* before the deadline, for a step and the page */

struct reading {
    struct request *r;
    const void *body;
    struct arena arena; /* of the step under way: however many there are, they take the memory of one */
};

static void step(struct reading *x);

static bool made(const PGresult *rows) { return PQntuples(rows) == 1 && cell_bool(rows, 0, 0); }

static bool in_time(const struct request *r) {
    return r->deadline_ms == 0 || clock_mono_ms() <= r->deadline_ms - SPARE_MS;
}

static void on_step(void *arg, enum vs_status status, const PGresult *rows) {
    struct reading *x = arg;
    arena_free(&x->arena);
    if (!reply_rows(x->r, status, rows)) return;
    if (made(rows)) return plan_handle(x->r, x->body);
    if (in_time(x->r)) return step(x);
    request_refuse(x->r, VS_UNAVAILABLE, "ORDER_IN_MAKING", NULL,
                   "today's order is being made, there are many to ask; ask again in a moment");
}

static void step(struct reading *x) {
    struct request *r = x->r;
    const struct domain *d = r->context;
    struct params p;
    arena_init(&x->arena, STEP_BYTES);
    params_init(&p, &x->arena);
    params_int4(&p, STEP);
    store_system(d->store, &r->actor.business_id, QUERY_ASK_STEP, &p, on_step, x);
}

static void on_begun(void *arg, enum vs_status status, const PGresult *rows) {
    struct reading *x = arg;
    if (reply_rows(x->r, status, rows)) step(x);
}

static void on_head(void *arg, enum vs_status status, const PGresult *rows) {
    struct reading *x = arg;
    const struct domain *d = x->r->context;
    struct params p;
    if (!reply_rows(x->r, status, rows)) return;
    if (made(rows)) return plan_handle(x->r, x->body);
    params_init(&p, &x->r->arena);
    store_system(d->store, &x->r->actor.business_id, QUERY_ASK_BEGIN, &p, on_begun, x);
}

static void handle_list(struct request *r, const void *body) {
    const struct domain *d = r->context;
    struct reading *x = arena_alloc(&r->arena, sizeof *x);
    struct params p;
    if (x == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *x = (struct reading){.r = r, .body = body};
    params_init(&p, &r->arena);
    store_read(d->store, &r->actor, QUERY_ASK_HEAD, &p, on_head, x);
}

#define SLOTS_AFTER .reads = {{QUERY_ASK_SLOTS, "slots", 0, false}}
static const struct plan ask_list = {PLAN_REPLY(ask_list), .reads = {{QUERY_ASK_LIST, "candidates", 0, false}}};
static const struct plan ask_not_now = {PLAN_REPLY(ask_not_now),
                                        .reads = {{QUERY_ASK_NOT_NOW, "candidates", 0, false}}};
static const struct plan ask_make = {PLAN_REPLY(ask_make), .change = QUERY_ASK_MAKE, .explain = QUERY_ASK_WHY_NOT};
static const struct plan ask_answer = {PLAN_REPLY(ask_answer), .change = QUERY_ASK_ANSWER};
static const struct plan ask_fill = {PLAN_REPLY(ask_fill), .change = QUERY_ASK_FILL, SLOTS_AFTER};
static const struct plan ask_give_up = {PLAN_REPLY(ask_give_up), .change = QUERY_ASK_GIVE_UP, SLOTS_AFTER};
static const struct plan ask_drop = {PLAN_REPLY(ask_drop), .change = QUERY_ASK_DROP};
static const struct plan ask_get = {PLAN_REPLY(ask_get),
                                    .reads = {{QUERY_ASK_GET, "ask", 0, true}, {QUERY_ASK_SLOTS, "slots", 0, false}}};
static const struct plan ask_history = {PLAN_REPLY(ask_history), .reads = {{QUERY_ASK_HISTORY, "asks", 0, false}}};
static const struct plan ask_reasons = {PLAN_REPLY(ask_reasons), .reads = {{QUERY_ASK_REASONS, "reasons", 0, false}}};
static const struct plan ask_weights = {PLAN_REPLY(ask_weights), .reads = {{QUERY_ASK_WEIGHTS, "weights", 0, false}}};

static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule make_rules[] = {{"ask_id", true, 0, 0}, {"contact_id", true, 0, 0}};
static const struct field_rule answer_rules[] = {
    {"ask_id", true, 0, 0}, {"answer", true, 0, 0}, {"words", false, 0, 1024}};
static const struct field_rule fill_rules[] = {{"ask_id", true, 0, 0}, {"slot", false, 1, 3},
                                               {"name", true, 0, 0},   {"because", false, 0, 1024},
                                               {"level", false, 0, 5}, {"happened_at", false, 0, INT64_C(1) << 56}};
static const struct field_rule give_up_rules[] = {
    {"ask_id", true, 0, 0}, {"slot", false, 1, 3}, {"because", true, 0, 1024}};
static const struct field_rule drop_rules[] = {{"ask_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule id_rules[] = {{"ask_id", true, 0, 0}};
static const struct method methods[] = {
    PLAN_BY(ASK_LIST, ask_list, MAY_STAFF, 0, list_rules, handle_list),
    PLAN(ASK_NOT_NOW, ask_not_now, MAY_STAFF, 0, list_rules),
    PLAN(ASK_MAKE, ask_make, MAY_STAFF, METHOD_CHANGES, make_rules),
    PLAN(ASK_ANSWER, ask_answer, MAY_STAFF, METHOD_CHANGES, answer_rules),
    PLAN(ASK_FILL, ask_fill, MAY_STAFF, METHOD_CHANGES, fill_rules),
    PLAN(ASK_GIVE_UP, ask_give_up, MAY_STAFF, METHOD_CHANGES, give_up_rules),
    PLAN(ASK_DROP, ask_drop, MAY_STAFF, METHOD_CHANGES, drop_rules),
    PLAN(ASK_GET, ask_get, MAY_STAFF, 0, id_rules),
    PLAN(ASK_HISTORY, ask_history, MAY_STAFF, 0, list_rules),
    PLAN(ASK_REASONS, ask_reasons, MAY_STAFF | MAY_MANAGER, 0, list_rules),
    PLAN(ASK_WEIGHTS, ask_weights, MAY_STAFF | MAY_MANAGER, 0, list_rules),
};
const struct module ask_module = {"ask", methods, ARRAY_LEN(methods)};
