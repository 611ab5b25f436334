/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/referral_card.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "client/cli/money.h"
#include "client/cli/when.h"
#include "vouchsafe/text.h"

enum { LINES = 24, COLUMNS = 80, LABEL = 9, WRAP_MOST = 2 };

struct card {
    struct out *o;
    int left; /* lines */
};

/* "label    text", the text over at most `most` lines, broken at blanks; what doesn't fit ends in an ellipsis. */
static void put(struct card *k, const char *label, const char *text, int most) {
    for (int i = 0; *text && i < most && k->left > 0; i++) {
        size_t n = text_fit(text, COLUMNS - LABEL), cut = n;
        bool more = text[n] != 0, last = more && (i + 1 == most || k->left == 1);
        if (last) n = cut = text_fit(text, COLUMNS - LABEL - 1);
        while (more && !last && cut > 0 && text[cut] != ' ') cut--;
        if (!cut) cut = n;
        out_say(k->o, "%-*s%.*s%s", LABEL, i ? "" : label, (int)cut, text, last ? "…" : "");
        text += cut + strspn(text + cut, " ");
        k->left--;
    }
}

PRINTF_LIKE(4, 5) static void line(struct card *k, const char *label, int most, const char *fmt, ...) {
    char text[2000];
    va_list v;
    va_start(v, fmt);
    vsnprintf(text, sizeof text, fmt, v);
    va_end(v);
    put(k, label, text, most);
}

static void word(const ProtobufCEnumDescriptor *e, int n, char *out, size_t size) {
    enum_word(e, n, out, size);
    for (char *p = out; *p; p++)
        if (*p == '_') *p = ' ';
}

static const char *when(int64_t us, char out[32]) {
    when_format_local(us, out, 32);
    return out;
}

#define OR(s) ((s) ? (s) : "")
#define STATE &vouchsafe__v1__referral_state__descriptor
#define ACTION &vouchsafe__v1__referral_action__descriptor
#define CAUSE &vouchsafe__v1__referral_cause__descriptor
#define VERDICT &vouchsafe__v1__referral_verdict__descriptor

static void put_people(struct card *k, const Vouchsafe__V1__Referral *r) {
    char contact[32] = "", level[40] = "", confirmed[24] = "";
    if (r->has_contact_number) snprintf(contact, sizeof contact, "  C%llu", (unsigned long long)r->contact_number);
    line(k, "person", 1, "%s%s  %s  %s", OR(r->person), contact, OR(r->phone), OR(r->email));
    if (r->has_level_confirmed) snprintf(confirmed, sizeof confirmed, ", confirmed %u", r->level_confirmed);
    if (r->has_level) snprintf(level, sizeof level, "  (level %u%s)", r->level, confirmed);
    line(k, "source", 1, "%s%s%s%s%s", OR(r->source), r->on_behalf ? ", no seat: we act for them" : "", level,
         r->partner ? "  given to " : "", OR(r->partner));
}

static void put_cause(struct card *k, const Vouchsafe__V1__Referral *r) {
    char cause[32] = "";
    if (r->has_cause) word(CAUSE, (int)r->cause, cause, sizeof cause);
    if (r->because || r->has_cause)
        line(k, "cause", WRAP_MOST, "%s%s%s%s%s", cause, *cause && r->because ? ": " : "", r->because ? "\"" : "",
             OR(r->because), r->because ? "\"" : "");
    if (r->person_says) line(k, "", 1, "the person says: \"%s\"", r->person_says);
}

static void put_claim(struct card *k, const Vouchsafe__V1__Referral *r) {
    char verdict[24], until[32] = "", at[32];
    if (!r->has_verdict) return;
    word(VERDICT, (int)r->verdict, verdict, sizeof verdict);
    if (r->has_credit_until) when_format_day(r->credit_until, until, sizeof until);
    line(k, "claim", WRAP_MOST, "%s: %s (%s%s%s)", verdict, OR(r->verdict_words), when(r->claimed_at, at),
         *until ? ", until " : "", until);
}

/* Who calls, the appointment, the outcome: what there is. */
static void put_course(struct card *k, const Vouchsafe__V1__Referral *r) {
    char at[32], money[64] = "", given[32] = "";
    struct buf b;
    if (r->has_given_number) snprintf(given, sizeof given, "  (R%llu)", (unsigned long long)r->given_number);
    if (r->caller) line(k, "caller", 1, "%s%s%s", r->caller, r->call_on ? ", calls on " : "", OR(r->call_on));
    if (r->has_appointment_at) {
        char what[24] = "";
        word(&vouchsafe__v1__referral_appointment__descriptor, (int)r->appointment, what, sizeof what);
        line(k, "meeting", 1, "%s, %s", when(r->appointment_at, at), what);
    }
    buf_init(&b, 0);
    if (r->has_value && r->currency) {
        money_format(r->value, r->currency, &b);
        buf_put_u8(&b, 0);
        if (!buf_failed(&b)) snprintf(money, sizeof money, "  %s %s", (const char *)buf_data(&b), r->currency);
    }
    buf_free(&b);
    if (r->outcome || r->reason)
        line(k, "outcome", WRAP_MOST, "%s%s%s", OR(r->outcome ? r->outcome : r->reason), money, given);
}

static void put_loop(struct card *k, const Vouchsafe__V1__Referral *r) {
    char a[32], b[32];
    if (r->loop_open)
        line(k, "loop", 1, "open: %s, %s", r->has_told_at ? "the source was told" : "the source is to be told",
             r->has_thanked_at ? "and thanked" : "and to be thanked");
    else if (r->has_told_at && r->has_thanked_at)
        line(k, "loop", 1, "closed: told %s, thanked %s", when(r->told_at, a), when(r->thanked_at, b));
}

static void put_next(struct card *k, const Vouchsafe__V1__Referral *r) {
    char at[32], next[32];
    if (r->has_next) {
        word(ACTION, (int)r->next, next, sizeof next);
        line(k, "next", 1, "%s: %s", next, OR(r->next_words));
    }
    if (r->clock)
        line(k, "clock", 1, "%s by %s%s%s", r->clock, when(r->clock_at, at), r->late ? "; missed: " : "", OR(r->late));
    else if (r->late)
        line(k, "clock", 1, "missed: %s", r->late);
}

static void put_moves(struct card *k, const Vouchsafe__V1__ReferralGetReply *g) {
    char may[600] = "", not [1600] = "", w[32];
    size_t used = 0, other = 0;
    for (size_t i = 0; i < g->n_moves; i++) {
        const Vouchsafe__V1__ReferralMove *m = g->moves[i];
        enum_word(ACTION, (int)m->action, w, sizeof w);
        if (m->allowed && used < sizeof may)
            used += (size_t)snprintf(may + used, sizeof may - used, "%s%s", used ? ", " : "", w);
        if (!m->allowed && other < sizeof not )
            other += (size_t)snprintf(not +other, sizeof not -other, "%s%s (%s)", other ? ", " : "", w, OR(m->why_not));
    }
    put(k, "you may", *may ? may : "nothing now", 2);
    put(k, "not now", not, 3);
}

static void put_step(struct card *k, const Vouchsafe__V1__ReferralStep *s) {
    char at[32], what[32] = "came in";
    if (s->has_action) word(ACTION, (int)s->action, what, sizeof what);
    line(k, " ", 1, "%s  %-10s %s%s%s%s", when(s->at, at), what, OR(s->by), s->on_behalf ? " (for them)" : "",
         s->words ? ": " : "", OR(s->words));
}

void referral_card(struct out *o, const Vouchsafe__V1__ReferralGetReply *g) {
    const Vouchsafe__V1__Referral *r = g->referral;
    struct card k = {o, LINES};
    char state[32], at[32], number[32];
    if (!r) return;
    word(STATE, (int)r->state, state, sizeof state);
    snprintf(number, sizeof number, "R%llu", (unsigned long long)r->number);
    line(&k, number, 1, "%s, %s; came in %s%s", r->direction == 2 ? "given" : "received", state,
         when(r->has_happened_at ? r->happened_at : r->made_at, at), r->history ? ", history: no clocks" : "");
    put_people(&k, r);
    put_cause(&k, r);
    put_claim(&k, r);
    put_course(&k, r);
    put_loop(&k, r);
    put_next(&k, r);
    put_moves(&k, g);
    size_t room = k.left > 0 ? (size_t)k.left : 0, first = g->n_steps > room ? g->n_steps - room : 0;
    for (size_t i = first; i < g->n_steps; i++) put_step(&k, g->steps[i]);
}
