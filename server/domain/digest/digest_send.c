/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: the claim's rows become a text, the program runs with it, its end is written down: the digest was sent
 * - the program fails or takes too long: that is written down; the thing due comes again, as often as digest.tries allows
 * - it can't be started: the same
 * - its end can't be written down (the database is away): tried again each second until the claim runs out; then somebody
 *   claims it anew and it may be sent twice, under the same VOUCHSAFE_ID
 * - we die: the claim runs out
 * No statement and no connection waits while the program runs. */
#include "server/domain/digest/digest_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/log.h"
#include "server/core/program.h"
#include "server/domain/digest/digest_text.h"
#include "vouchsafe/text.h"

enum { AT_ONCE = 4, ARENA_MAX = 64 * 1024, TEXT_MAX = 1 << 20, AGAIN_MS = 1000, CLAIM_SPARE_MS = 8000 };

struct sending {
    struct domain *domain;
    struct arena arena;
    struct id business, due;
    int16_t tries;
    int64_t until; /* clock_mono_ms: the claim is ours no longer */
    uv_timer_t again;
    char login[65], why[PROGRAM_SAID];
};
static unsigned sending; /* begun and not written down yet */
static bool stopped;

bool digest_is_wanted(void) { return config.digest_command[0] != '\0' && !stopped; }

bool digest_has_room(void) { return digest_is_wanted() && sending < AT_ONCE; }

bool digest_is_busy(void) { return sending > 0; }

void digest_stop(void) {
    stopped = true;
    program_end_all();
}

/* --- how it ended ---------------------------------------------------------------------------------------- */

static void on_forgotten(uv_handle_t *h) {
    struct sending *s = h->data;
    arena_free(&s->arena);
    sending--;
    free(s);
}

static void forget(struct sending *s) { uv_close((uv_handle_t *)&s->again, on_forgotten); }

static void write_down(struct sending *s);

static void on_again(uv_timer_t *t) { write_down(t->data); }

static void on_written(void *arg, enum vs_status status, const PGresult *rows) {
    struct sending *s = arg;
    (void)rows;
    if (status != VS_OK && clock_mono_ms() + AGAIN_MS < s->until && !stopped) {
        log_warn("digest", "login=%s state=unwritten why=%s", log_quote(s->login), vs_status_name(status));
        uv_timer_start(&s->again, on_again, AGAIN_MS, 0);
        return;
    }
    if (status != VS_OK)
        log_error("digest", "login=%s state=unknown why=%s", log_quote(s->login), vs_status_name(status));
    forget(s);
}

static void write_down(struct sending *s) {
    struct params p;
    params_init(&p, &s->arena);
    params_id(&p, &s->due);
    params_int2(&p, s->tries);
    params_bool(&p, s->why[0] == '\0');
    params_text(&p, s->why);
    store_system(s->domain->store, &s->business, QUERY_DIGEST_END, &p, on_written, s);
}

static void on_ended(void *arg, const char *why) {
    struct sending *s = arg;
    snprintf(s->why, sizeof s->why, "%s", why);
    if (*why == '\0')
        log_info("digest", "login=%s state=sent try=%d", log_quote(s->login), s->tries);
    else
        log_warn("digest", "login=%s state=failed try=%d why=%s", log_quote(s->login), s->tries, log_quote(why));
    write_down(s);
}

/* --- running it -------------------------------------------------------------------------------------------- */

/* NAME=value; a value is one line, whatever stands in the record. */
static char *variable(struct arena *a, const char *name, const char *value) {
    char clean[1024], text[1200];
    text_printable(value, clean, sizeof clean, false);
    int n = snprintf(text, sizeof text, "%s=%s", name, clean);
    return arena_strndup(a, text, n > 0 && (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static int run(struct sending *s, const PGresult *rows, char why[PROGRAM_SAID]) {
    struct arena *a = &s->arena;
    struct buf text, subject;
    char id[ID_TEXT];
    id_format(&s->due, id);
    buf_init(&text, TEXT_MAX);
    buf_init(&subject, 0);
    digest_subject(rows, &subject);
    buf_put_u8(&subject, 0);
    digest_text(rows, &text);
    bool whole = !buf_failed(&text) && !buf_failed(&subject);
    char *environment[] = {variable(a, "VOUCHSAFE_TO", cell_text(rows, 0, DIGEST_EMAIL)),
                           variable(a, "VOUCHSAFE_NAME", cell_text(rows, 0, DIGEST_NAME)),
                           variable(a, "VOUCHSAFE_LOGIN", cell_text(rows, 0, DIGEST_LOGIN)),
                           variable(a, "VOUCHSAFE_BUSINESS", cell_text(rows, 0, DIGEST_BUSINESS)),
                           variable(a, "VOUCHSAFE_DAY", cell_text(rows, 0, DIGEST_DAY)),
                           variable(a, "VOUCHSAFE_SUBJECT", whole ? (const char *)buf_data(&subject) : ""),
                           variable(a, "VOUCHSAFE_ID", id),
                           NULL};
    for (size_t i = 0; i + 1 < ARRAY_LEN(environment); i++) whole = whole && environment[i] != NULL;
    int timeout_ms = (int)cell_int(rows, 0, DIGEST_TIMEOUT_MS), r = -1;
    snprintf(why, PROGRAM_SAID, "it is too much for one digest");
    if (whole)
        r = program_run(s->domain->loop, config.digest_command, &text, environment, timeout_ms, on_ended, s, why);
    buf_free(&text);
    buf_free(&subject);
    return r;
}

void digest_send(struct domain *d, const struct id *business, const struct id *due, const PGresult *rows) {
    char why[PROGRAM_SAID];
    if (PQntuples(rows) == 0) return;
    struct sending *s = calloc(1, sizeof *s);
    if (s == NULL) return; /* the claim runs out */
    s->domain = d;
    s->business = *business;
    s->due = *due;
    s->tries = (int16_t)cell_int(rows, 0, DIGEST_TRIES);
    s->until = clock_mono_ms() + cell_int(rows, 0, DIGEST_TIMEOUT_MS) + CLAIM_SPARE_MS;
    snprintf(s->login, sizeof s->login, "%s", cell_text(rows, 0, DIGEST_LOGIN));
    arena_init(&s->arena, ARENA_MAX);
    uv_timer_init(d->loop, &s->again);
    s->again.data = s;
    sending++;
    if (run(s, rows, why) < 0) on_ended(s, why);
}
