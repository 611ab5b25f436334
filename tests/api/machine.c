/* SPDX-License-Identifier: Apache-2.0 */
/* The referral machine, whole: every state × action × actor, for what came in and what was given, with and without a seat at the other
 * end. What is expected stands here in the method's own words, not taken from the server's table. Then two seats at once.
 *   api_machine DATABASE JOIN-LINE ADDRESS ADDRESS */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/house.h"
#include "vouchsafe/v1/claim.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"

#define M(x) VOUCHSAFE__V1__METHOD__##x
typedef Vouchsafe__V1__ReferralActRequest act_request;
typedef Vouchsafe__V1__ReferralGetReply get_reply;

static const char *const ACTIONS[] = {"",         "open",    "ask",     "inform", "accept",   "decline",
                                      "redirect", "contact", "appoint", "kept",   "no_show",  "move",
                                      "win",      "lose",    "hold",    "resume", "withdraw", "mistake",
                                      "reopen",   "news",    "tell",    "thank",  "handover", "confirm"};
enum { N_ACTIONS = 23 };
enum {
    SUBMITTED = 1,
    INFO_WANTED,
    ACCEPTED,
    CONTACTED,
    APPOINTMENT,
    WON,
    LOST,
    DECLINED,
    REDIRECTED,
    ON_HOLD,
    WITHDRAWN,
    ERROR
};

/* A situation: how it is come by, the state, and what each side may do in it. "tell" and "thank" are for the source that doesn't see
 * by itself. What isn't named is refused. */
static const struct situation {
    const char *path;
    int state;
    const char *receiver, *source;
} SITUATIONS[] = {
    {"", SUBMITTED, "open ask accept decline redirect hold news thank handover confirm", "withdraw"},
    {"open", SUBMITTED, "ask accept decline redirect hold news thank handover confirm", "withdraw"},
    {"thank", SUBMITTED, "open ask accept decline redirect hold news handover confirm", "withdraw"},
    {"ask", INFO_WANTED, "inform accept decline redirect hold news thank handover confirm", "inform withdraw"},
    {"ask inform", SUBMITTED, "ask accept decline redirect hold news thank handover confirm", "withdraw"},
    {"accept", ACCEPTED, "contact appoint win lose hold news thank handover confirm", "withdraw"},
    {"accept contact", CONTACTED, "appoint win lose hold news thank handover confirm", "withdraw"},
    {"accept appoint", APPOINTMENT, "kept no_show move win lose hold news thank handover confirm", "withdraw"},
    {"accept appoint move", APPOINTMENT, "kept no_show move win lose hold news thank handover confirm", "withdraw"},
    {"accept contact appoint kept", APPOINTMENT, "appoint win lose hold news thank handover confirm", "withdraw"},
    {"accept appoint no_show", APPOINTMENT, "appoint win lose hold news thank handover confirm", "withdraw"},
    {"accept win", WON, "reopen tell thank confirm", ""},
    {"accept win tell", WON, "reopen thank confirm", ""},
    {"accept win thank", WON, "reopen tell confirm", ""},
    {"accept win tell thank", WON, "reopen confirm", ""},
    {"accept lose", LOST, "reopen tell thank confirm", ""},
    {"decline", DECLINED, "reopen tell thank", ""},
    {"decline reopen", ACCEPTED, "contact appoint win lose hold news thank handover confirm", "withdraw"},
    {"redirect", REDIRECTED, "reopen tell thank", ""},
    {"hold", ON_HOLD, "resume news thank handover", "withdraw"},
    {"accept appoint hold", ON_HOLD, "resume news thank handover", "withdraw"},
    {"accept appoint hold resume", APPOINTMENT, "kept no_show move win lose hold news thank handover confirm",
     "withdraw"},
    {"withdraw", WITHDRAWN, "reopen", ""},
    {"accept withdraw", WITHDRAWN, "reopen", ""},
    {"mistake", ERROR, "", ""},
    {"accept win mistake", ERROR, "", ""},
};
/* Where an action leads; 0: it stays; -1: where it came from. */
static int leads_to(const char *action) {
    static const struct {
        const char *action;
        int state;
    } to[] = {{"ask", INFO_WANTED},     {"inform", SUBMITTED},  {"accept", ACCEPTED},     {"decline", DECLINED},
              {"redirect", REDIRECTED}, {"contact", CONTACTED}, {"appoint", APPOINTMENT}, {"win", WON},
              {"lose", LOST},           {"hold", ON_HOLD},      {"resume", -1},           {"withdraw", WITHDRAWN},
              {"mistake", ERROR},       {"reopen", ACCEPTED}};
    for (size_t i = 0; i < ARRAY_LEN(to); i++)
        if (strcmp(to[i].action, action) == 0) return to[i].state;
    return 0;
}

/* Who stands where. */
enum { RECEIVER = 1, SOURCE = 2, ADMIN_TOO = 4 };
enum { SAM, MARA, PAT, OTO, N_ACTORS };
static struct wire *actors[N_ACTORS], *sue; /* sue: a second seat of sales, at the other instance */
static const struct kind {
    const char *name;
    bool given, source_sees;
    int sides[N_ACTORS];
} KINDS[] = {
    {"received from a partner with a seat", false, true, {RECEIVER, RECEIVER | ADMIN_TOO, SOURCE, 0}},
    {"received from a customer", false, false, {RECEIVER | SOURCE, RECEIVER | SOURCE | ADMIN_TOO, 0, 0}},
    {"given to a partner with a seat", true, true, {SOURCE, SOURCE | ADMIN_TOO, RECEIVER, 0}},
    {"given to a partner without", true, true, {RECEIVER | SOURCE, RECEIVER | SOURCE | ADMIN_TOO, 0, 0}},
};
static struct id acme, bare, ann;

static bool named(const char *list, const char *word) {
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0)) return true;
    return false;
}

static bool expected(const struct kind *k, const struct situation *s, const char *action, int sides) {
    if (k->given && named("redirect tell thank handover", action)) return false;
    if (k->source_sees && strcmp(action, "tell") == 0) return false;
    return ((sides & RECEIVER) && named(s->receiver, action)) || ((sides & SOURCE) && named(s->source, action)) ||
           ((sides & ADMIN_TOO) && strcmp(action, "mistake") == 0 && s->state != ERROR);
}

/* Are all steps of the path there are for this kind? */
static bool reachable(const struct kind *k, const char *path) {
    return !(k->given && (named(path, "redirect") || named(path, "tell") || named(path, "thank"))) &&
           !(k->source_sees && named(path, "tell"));
}

/* --- calls ---------------------------------------------------------------------------------------------------------- */

struct answer {
    int status;
    char reason[64], message[700];
    int state;
    size_t n_moves;
};

static void text_of(struct slice s, char *out, size_t size) {
    snprintf(out, size, "%.*s", (int)s.len, (const char *)s.data);
}

static struct answer answer_of(struct wire *w, uint64_t id) {
    struct envelope_reply r;
    struct answer a = {.status = -1};
    if (!wire_reply(w, id, &r)) return a;
    a.status = (int)r.status;
    text_of(r.reason, a.reason, sizeof a.reason);
    text_of(r.message, a.message, sizeof a.message);
    if (r.status != VS_OK) return a;
    Vouchsafe__V1__ReferralActReply *b = vouchsafe__v1__referral_act_reply__unpack(NULL, r.body.len, r.body.data);
    if (b != NULL && b->referral != NULL) {
        a.state = (int)b->referral->state;
        a.n_moves = b->n_moves;
    }
    if (b != NULL) vouchsafe__v1__referral_act_reply__free_unpacked(b, NULL);
    return a;
}

static int action_number(const char *word, size_t n) {
    for (int i = 1; i <= N_ACTIONS; i++)
        if (strlen(ACTIONS[i]) == n && strncmp(ACTIONS[i], word, n) == 0) return i;
    wire_die(word);
}

#define TEXT(s) ((char *)(uintptr_t)(s))
/* What the action needs, and no more. */
static void fill(act_request *q, const char *action) {
    static const struct {
        const char *action, *reason;
    } reasons[] = {{"decline", "no_fit"},  {"redirect", "better_suited"}, {"lose", "price"},
                   {"hold", "waiting"},    {"withdraw", "sent_twice"},    {"mistake", "duplicate"},
                   {"reopen", "came_back"}};
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (strcmp(reasons[i].action, action) == 0) q->reason = TEXT(reasons[i].reason), q->because = TEXT("so it is");
    if (named("ask inform news", action)) q->words = TEXT("a word");
    if (named("accept reopen", action)) q->call_on = TEXT("2030-01-02");
    if (named("appoint move", action)) q->has_appointment_at = 1, q->appointment_at = INT64_C(1900000000000000);
    if (strcmp(action, "win") == 0) q->has_value = 1, q->value = 100;
    if (strcmp(action, "confirm") == 0) q->has_level = 1, q->level = 3;
    if (strcmp(action, "redirect") == 0) q->has_partner_id = 1, q->partner_id = wire_bytes(&bare);
    if (strcmp(action, "handover") == 0) q->owner = TEXT("sue");
}

static uint64_t send_act(struct wire *w, struct id *referral, const char *action, bool filled, const char *reason) {
    struct id change = id_new();
    act_request q = VOUCHSAFE__V1__REFERRAL_ACT_REQUEST__INIT;
    q.has_referral_id = q.has_action = 1;
    q.referral_id = wire_bytes(referral);
    q.action = (Vouchsafe__V1__ReferralAction)action_number(action, strlen(action));
    if (filled) fill(&q, action);
    /* a partner's seat names no partner and no owner: it is told so before anything else */
    if (w == actors[PAT] || w == actors[OTO]) q.has_partner_id = 0, q.owner = NULL;
    if (reason != NULL) q.reason = TEXT(reason);
    return wire_send(w, M(REFERRAL_ACT), &change, 0, &q.base);
}

static struct answer act(struct wire *w, struct id *referral, const char *action) {
    return answer_of(w, send_act(w, referral, action, true, NULL));
}

static uint64_t send_add(struct wire *w, struct id *id, const char *name, const char *email, struct id *source,
                         struct id *to) {
    struct id change = id_new();
    Vouchsafe__V1__ReferralAddRequest q = VOUCHSAFE__V1__REFERRAL_ADD_REQUEST__INIT;
    q.has_referral_id = 1;
    q.referral_id = wire_bytes(id);
    q.name = TEXT(name);
    q.email = TEXT(email);
    q.because = TEXT("the roof");
    if (source != NULL) q.has_source_contact_id = 1, q.source_contact_id = wire_bytes(source);
    if (to != NULL) q.has_partner_id = 1, q.partner_id = wire_bytes(to);
    return wire_send(w, M(REFERRAL_ADD), &change, 0, &q.base);
}

static struct id add(const struct kind *k) {
    static unsigned n;
    struct id id = id_new();
    char email[64];
    snprintf(email, sizeof email, "person%u@example.org", n++);
    struct wire *w = actors[k == &KINDS[0] ? PAT : SAM];
    struct id *source = k == &KINDS[1] ? &ann : NULL, *to = k == &KINDS[2] ? &acme : k == &KINDS[3] ? &bare : NULL;
    struct answer a = answer_of(w, send_add(w, &id, "Some Person", email, source, to));
    if (a.status != VS_OK) wire_die(a.message);
    return id;
}

/* The first actor that stands on that side. */
static struct wire *who(const struct kind *k, const char *action) {
    int side = strcmp(action, "mistake") == 0 ? ADMIN_TOO : named("inform withdraw", action) ? SOURCE : RECEIVER;
    for (int i = 0; i < N_ACTORS; i++)
        if (k->sides[i] & side) return actors[i];
    wire_die("nobody stands on that side");
}

static struct id come_to(const struct kind *k, const char *path) {
    struct id id = add(k);
    for (const char *p = path; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        const char *action = ACTIONS[action_number(p, n)];
        struct answer a = act(who(k, action), &id, action);
        if (a.status != VS_OK)
            fprintf(stderr, "%s: %s of %s: %s\n", k->name, action, path, a.message), wire_die("the path");
        p += n;
    }
    return id;
}

static get_reply *get(struct wire *w, struct id *referral) {
    Vouchsafe__V1__ReferralGetRequest q = VOUCHSAFE__V1__REFERRAL_GET_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    q.has_referral_id = 1;
    q.referral_id = wire_bytes(referral);
    wire_call(w, M(REFERRAL_GET), false, &q.base, &vouchsafe__v1__referral_get_reply__descriptor, &reply);
    return (get_reply *)(void *)reply;
}

static void free_get(get_reply *g) {
    if (g != NULL) vouchsafe__v1__referral_get_reply__free_unpacked(g, NULL);
}

/* --- every state × action × actor ------------------------------------------------------------------------------------------ */

static unsigned cells, wrong;
PRINTF_LIKE(1, 2) static void differs(const char *fmt, ...) {
    va_list v;
    va_start(v, fmt);
    if (wrong++ < 20) vfprintf(stderr, fmt, v), fputc('\n', stderr);
    va_end(v);
}

/* The reply lists every action once, allowed or with why not, as is expected. */
static void check_moves(const struct kind *k, const struct situation *s, int actor, const get_reply *g) {
    size_t allowed = 0;
    int last = 0;
    for (size_t i = 0; i < g->n_moves; i++) {
        const Vouchsafe__V1__ReferralMove *m = g->moves[i];
        const char *action = ACTIONS[m->action];
        bool want = expected(k, s, action, k->sides[actor]);
        if ((bool)m->allowed != want || (int)m->action <= last || (!want && (m->why_not == NULL || *m->why_not == 0)))
            differs("%s, %s: actor %d is told %s is %sallowed (%s)", k->name, s->path, actor, action,
                    m->allowed ? "" : "not ", m->why_not ? m->why_not : "");
        allowed += want;
        last = (int)m->action;
    }
    if (g->n_moves != (size_t)(k->given ? N_ACTIONS - 4 : N_ACTIONS))
        differs("%s: %zu actions are listed", k->name, g->n_moves);
    if (g->referral->n_allowed != allowed) differs("%s, %s: %zu allowed", k->name, s->path, g->referral->n_allowed);
}

static void refused(const struct kind *k, const struct situation *s, int actor, const char *action, struct answer a) {
    bool by_name = k->sides[actor] == 0
                       ? strcmp(a.reason, "NOT_FOUND") == 0
                       : (strcmp(a.reason, "REFERRAL_STATE") == 0 || strcmp(a.reason, "REFERRAL_SIDE") == 0) &&
                             strstr(a.message, "Allowed now: ") != NULL && strstr(a.message, action) != NULL;
    if (a.status == VS_OK || !by_name)
        differs("%s, %s: actor %d, %s: %d %s %s", k->name, s->path, actor, action, a.status, a.reason, a.message);
}

/* What an action needs is asked for by name; once for each action is enough. */
static void wants(const struct kind *k, const struct situation *s, int actor, const char *action) {
    static bool seen[N_ACTIONS + 1];
    int number = action_number(action, strlen(action));
    if (seen[number]) return;
    seen[number] = true;
    struct id id = come_to(k, s->path);
    struct answer a;
    if (!named("open contact kept no_show resume tell thank", action)) {
        a = answer_of(actors[actor], send_act(actors[actor], &id, action, false, NULL));
        if (strcmp(a.reason, "REFERRAL_NEEDS") != 0 || strstr(a.message, "it needs ") == NULL)
            differs("%s without what it needs: %s %s", action, a.reason, a.message);
    }
    if (named("decline redirect lose hold withdraw mistake reopen", action)) {
        a = answer_of(actors[actor], send_act(actors[actor], &id, action, true, "no_such_reason"));
        if (strcmp(a.reason, "REFERRAL_REASON") != 0 || strstr(a.message, "its reason is one of ") == NULL)
            differs("%s with an unknown reason: %s %s", action, a.reason, a.message);
    }
}

static void done(const struct kind *k, const struct situation *s, int actor, const char *action) {
    struct id id = come_to(k, s->path);
    int to = leads_to(action);
    wants(k, s, actor, action);
    struct answer a = act(actors[actor], &id, action);
    if (to == 0) to = s->state;
    if (to == -1) to = strstr(s->path, "appoint") != NULL ? APPOINTMENT : SUBMITTED;
    if (a.status != VS_OK || a.state != to || a.n_moves == 0)
        differs("%s, %s: actor %d, %s: %d %s %s, state %d and not %d", k->name, s->path, actor, action, a.status,
                a.reason, a.message, a.state, to);
}

/* Whoever may not is told so; all of them ask at once. */
static void refuses(const struct kind *k, const struct situation *s, struct id *referral, const char *action) {
    uint64_t sent[N_ACTORS] = {0};
    for (int actor = 0; actor < N_ACTORS; actor++, cells++)
        if (!expected(k, s, action, k->sides[actor]))
            sent[actor] = send_act(actors[actor], referral, action, true, NULL);
    for (int actor = 0; actor < N_ACTORS; actor++)
        if (sent[actor] != 0) refused(k, s, actor, action, answer_of(actors[actor], sent[actor]));
}

static void situation(const struct kind *k, const struct situation *s) {
    struct id id = come_to(k, s->path);
    get_reply *before = get(actors[SAM], &id), *after;
    if (before == NULL || (int)before->referral->state != s->state) differs("%s, %s: another state", k->name, s->path);
    for (int actor = 0; actor < N_ACTORS; actor++) {
        get_reply *g = get(actors[actor], &id);
        if ((g != NULL) != (k->sides[actor] != 0))
            differs("%s, %s: actor %d sees it: %d", k->name, s->path, actor, g != NULL);
        if (g != NULL && k->sides[actor] != 0) check_moves(k, s, actor, g);
        free_get(g);
    }
    for (int i = 1; i <= N_ACTIONS; i++) refuses(k, s, &id, ACTIONS[i]);
    after = get(actors[SAM], &id);
    if (before == NULL || after == NULL || before->referral->version != after->referral->version ||
        before->n_steps != after->n_steps)
        differs("%s, %s: a refused action changed it", k->name, s->path);
    free_get(before);
    free_get(after);
    for (int actor = 0; actor < N_ACTORS; actor++)
        for (int i = 1; i <= N_ACTIONS; i++) {
            bool by_sam = actor == MARA && expected(k, s, ACTIONS[i], k->sides[SAM]); /* the same side: done already */
            if (!by_sam && expected(k, s, ACTIONS[i], k->sides[actor])) done(k, s, actor, ACTIONS[i]);
        }
}

static void every_cell(void) {
    char name[160];
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        cells = wrong = 0;
        for (size_t n = 0; n < ARRAY_LEN(SITUATIONS); n++)
            if (reachable(&KINDS[i], SITUATIONS[n].path)) situation(&KINDS[i], &SITUATIONS[n]);
        snprintf(name, sizeof name, "%s: %u cells of situation, action and actor are as the method says", KINDS[i].name,
                 cells);
        check(wrong == 0 && cells > 1000, name, "%u differ", wrong);
    }
}

/* --- what must hold over all that happened ---------------------------------------------------------------------------------- */

static void adds_up(struct house *h) {
    const char *differ = house_sql(
        h,
        "select count(*) || ' of ' || (select count(*) from vs.referral) from vs.referral r cross join (values ('won', 6), ('lost', 7), ('declined', 8), ('withdrawn', 11)) w(word, state)"
        " where (select coalesce(sum(n), 0) from vs.fact f where f.business_id = r.business_id and f.subject = r.referral_id"
        "          and f.kind = case r.direction when 1 then 'referral_' else 'given_' end || w.word) <> (r.state = w.state)::int");
    check(strncmp(differ, "0 of ", 5) == 0, "outcomes counted are the outcomes there are", "%s differ", differ);
    differ = house_sql(
        h,
        "select count(*) from vs.fact f join vs.referral r on r.business_id = f.business_id and r.referral_id = f.subject where r.state = 12 "
        "group by f.subject, f.kind, f.day, f.label having sum(f.n) <> 0 limit 1");
    check(*differ == 0, "what was entered in error leaves every number", "%s facts stay", differ);
    differ = house_sql(
        h,
        "select count(*) from vs.referral r where (select count(*) from vs.referral_step s where s.business_id = r.business_id and s.referral_id = r.referral_id)"
        " <> (select count(*) from vs.change c where c.business_id = r.business_id and c.target = r.referral_id and c.status = 0)"
        " and not exists (select from vs.referral p where p.business_id = r.business_id and p.given_id = r.referral_id)");
    check(strcmp(differ, "0") == 0, "each step stands in the ledger, each change is a step", "%s referrals differ",
          differ);
    differ = house_sql(
        h,
        "select count(*) from vs.referral r join vs.due d on d.business_id = r.business_id and d.subject = r.referral_id and d.fired_at is null and d.cancelled_at is null"
        " where r.state in (11, 12) or (r.direction = 2 and r.state between 6 and 9)");
    check(strcmp(differ, "0") == 0, "nothing falls due for what owes nothing", "%s do", differ);
    differ = house_sql(
        h,
        "select count(*) from (select from vs.claim where holds group by business_id, contact_id having count(*) > 1) x");
    check(strcmp(differ, "0") == 0, "no person's credit is held twice", "%s are", differ);
    differ = house_sql(
        h,
        "select count(*) from (select from vs.claim c left join vs.fact f on f.business_id = c.business_id and f.subject = c.claim_id and f.kind = 'credit_given'"
        " group by c.business_id, c.claim_id, c.holds having coalesce(sum(f.n), 0) <> c.holds::int) x");
    check(strcmp(differ, "0") == 0, "credits counted are the credits held", "%s differ", differ);
    differ = house_sql(
        h,
        "select count(*) filter (where vs.credit_decide(rule_version, inputs)->>'because' is distinct from because or"
        " (vs.credit_decide(rule_version, inputs)->>'verdict')::int is distinct from verdict) || ' of ' || count(*) from vs.claim_decision");
    check(strncmp(differ, "0 of ", 5) == 0, "old decisions asked again under their rule give the same answers",
          "%s don't", differ);
}

/* --- two seats at once --------------------------------------------------------------------------------------------------------- */

static void at_once(void) {
    static const char *const pairs[][3] = {{"", "accept", "decline"},
                                           {"accept", "win", "lose"},
                                           {"accept", "contact", "contact"},
                                           {"accept appoint", "kept", "no_show"},
                                           {"decline", "reopen", "reopen"}};
    unsigned bad = 0, rounds = 0;
    for (size_t p = 0; p < ARRAY_LEN(pairs); p++)
        for (int n = 0; n < 10; n++, rounds++) {
            struct id id = come_to(&KINDS[1], pairs[p][0]);
            uint64_t a = send_act(actors[SAM], &id, pairs[p][1], true, NULL),
                     b = send_act(sue, &id, pairs[p][2], true, NULL);
            struct answer one = answer_of(actors[SAM], a), two = answer_of(sue, b);
            struct answer *loser = one.status == VS_OK ? &two : &one;
            bool clear = (one.status == VS_OK) != (two.status == VS_OK) &&
                         strcmp(loser->reason, "REFERRAL_STATE") == 0 &&
                         strstr(loser->message, "Allowed now: ") != NULL;
            if (!clear && bad++ < 5)
                fprintf(stderr, "%s: %d %s, %d %s\n", pairs[p][1], one.status, one.message, two.status, two.message);
        }
    check(bad == 0, "of two seats at once one wins and the other is told how it stands", "%u of %u rounds", bad,
          rounds);
}

/* The same person from two sources in the same instant: one person, one credit. */
static void sent_at_once(struct house *h) {
    unsigned bad = 0;
    for (int n = 0; n < 10; n++) {
        struct id one = id_new(), two = id_new();
        char email[64];
        snprintf(email, sizeof email, "rival%d@example.org", n);
        uint64_t a = send_add(actors[PAT], &one, "Rival Person", email, NULL, NULL),
                 b = send_add(actors[OTO], &two, "Rival Person", email, NULL, NULL);
        bool both = answer_of(actors[PAT], a).status == VS_OK;
        both = answer_of(actors[OTO], b).status == VS_OK && both;
        const char *held = house_sql(
            h,
            "select count(distinct c.contact_id) || ' ' || count(*) filter (where c.holds) || ' ' || count(*) from vs.claim c"
            " join vs.referral r on r.business_id = c.business_id and r.referral_id = c.referral_id where r.email = '%s'",
            email);
        if (!both || strcmp(held, "1 1 2") != 0) bad++, fprintf(stderr, "people, credits, claims: %s\n", held);
    }
    check(bad == 0, "two sources of one person at once: one credit, the other is influence", "%u of 10", bad);
}

static void disputed_at_once(struct house *h, struct wire *second_admin) {
    unsigned bad = 0;
    for (int n = 0; n < 10; n++) {
        char email[64];
        struct id loser, dispute = id_new(), change[2] = {id_new(), id_new()}, open = id_new();
        struct envelope_reply r[2];
        snprintf(email, sizeof email, "rival%d@example.org", n);
        if (id_parse(
                house_sql(
                    h,
                    "select r.referral_id from vs.claim c join vs.referral r on r.business_id = c.business_id and r.referral_id = c.referral_id"
                    " where r.email = '%s' and not c.holds",
                    email),
                &loser) != 0)
            wire_die("a claim");
        struct wire *partner = actors
            [strcmp(
                 house_sql(
                     h,
                     "select p.name from vs.referral r join vs.partner p on p.business_id = r.business_id and p.partner_id = r.source_partner"
                     " where r.email = '%s' and r.referral_id = (select c.referral_id from vs.claim c where c.business_id = r.business_id and c.referral_id = r.referral_id and not c.holds)",
                     email),
                 "Acme Plumbing") == 0
                 ? PAT
                 : OTO];
        Vouchsafe__V1__DisputeOpenRequest o = VOUCHSAFE__V1__DISPUTE_OPEN_REQUEST__INIT;
        o.has_dispute_id = o.has_referral_id = 1;
        o.dispute_id = wire_bytes(&dispute);
        o.referral_id = wire_bytes(&loser);
        o.because = TEXT("it was me");
        if (!wire_reply(partner, wire_send(partner, M(DISPUTE_OPEN), &open, 0, &o.base), &r[0]) || r[0].status != VS_OK)
            wire_die("a dispute");
        Vouchsafe__V1__DisputeDecideRequest d = VOUCHSAFE__V1__DISPUTE_DECIDE_REQUEST__INIT;
        d.has_dispute_id = d.has_referral_id = 1;
        d.dispute_id = wire_bytes(&dispute);
        d.referral_id = wire_bytes(&loser);
        d.decision = TEXT("he told them first");
        uint64_t a = wire_send(actors[MARA], M(DISPUTE_DECIDE), &change[0], 0, &d.base);
        d.has_referral_id = 0;
        d.decision = TEXT("nobody can show it");
        uint64_t b = wire_send(second_admin, M(DISPUTE_DECIDE), &change[1], 0, &d.base);
        bool told = wire_reply(actors[MARA], a, &r[0]) && wire_reply(second_admin, b, &r[1]);
        bool one = told && (r[0].status == VS_OK) != (r[1].status == VS_OK);
        char reason[64] = "";
        if (one) text_of(r[r[0].status == VS_OK].reason, reason, sizeof reason);
        if (!one || strcmp(reason, "DISPUTE_DECIDED") != 0)
            bad++, fprintf(stderr, "%u %u %s\n", r[0].status, r[1].status, reason);
    }
    check(bad == 0, "of two who decide a dispute at once one does, the other is told it is decided", "%u of 10", bad);
}

int main(int argc, char **argv) {
    struct house h = house_open(argc, argv);
    acme = house_partner(&h, "Acme Plumbing");
    bare = house_partner(&h, "No Seat Ltd");
    struct id oak = house_partner(&h, "Oak Carpentry");
    struct wire_seat sam = house_seat(&h, "sam", VOUCHSAFE__V1__ROLE__SALES, NULL),
                     second = house_seat(&h, "sue", VOUCHSAFE__V1__ROLE__SERVICE, NULL),
                     pat = house_seat(&h, "pat", VOUCHSAFE__V1__ROLE__PARTNER, &acme),
                     oto = house_seat(&h, "oto", VOUCHSAFE__V1__ROLE__PARTNER, &oak),
                     adam = house_seat(&h, "adam", VOUCHSAFE__V1__ROLE__ADMIN, NULL);
    actors[SAM] = house_connect(&h, &sam, 0);
    actors[MARA] = h.admin;
    actors[PAT] = house_connect(&h, &pat, 0);
    actors[OTO] = house_connect(&h, &oto, 1);
    ann = house_contact(actors[SAM], "Ann Lee");
    every_cell();
    sue = house_connect(&h, &second, 1); /* not before: who is silent for long is dropped */
    at_once();
    sent_at_once(&h);
    disputed_at_once(&h, house_connect(&h, &adam, 1));
    adds_up(&h);
    return 0;
}
