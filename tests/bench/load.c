/* SPDX-License-Identifier: Apache-2.0 */
/* The load generator: seats over TLS through libvouchsafe, in one process and one thread.
 *   bench_load keys DIR N JOIN_LINE            N seats' key files; prints their devices as COPY rows
 *   bench_load rows N                          N touches as COPY rows
 *   bench_load ingest DIR SEATS EACH SECONDS   EACH requests outstanding per seat; prints rate, p50 and p99 in µs, acknowledged in all
 *   bench_load count DIR SEATS EACH N          the same until N are acknowledged
 *   bench_load timeline DIR SEATS SECONDS      the 50 newest of a contact
 *   bench_load find DIR SECONDS                names with typing errors, one seat
 *   bench_load asklist DIR N                   N pages of 50 of the ask list, and of those not to be asked; ms: first, p50, p95, p50, p95
 *   bench_load idle DIR N                      N logged-in connections; prints a line, holds them until its input ends */
#include <sodium.h>
#include <sys/epoll.h>

#include "tests/bench/bench.h"
#include "vouchsafe/client.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/ask.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { SEATS_MAX = 256, WARM_UP_MS = 500 };

struct load; /* what each seat does */
struct worker {
    const struct load *load;
    unsigned number;
    uint64_t random;
    vs_client *client;
    unsigned open;
    uint64_t sent_ids[VS_PIPELINE];
    int64_t sent_ns[VS_PIPELINE];
    struct histogram times;
    uint64_t acknowledged; /* warm-up included */
};

struct load {
    uint32_t method;
    size_t (*request)(struct worker *w, uint8_t *out, size_t size);
    unsigned each;
    uint64_t until_count; /* of each seat; 0: until the time is over */
};

static int64_t measure_from, measure_until;

static void seat_path(char *out, size_t size, const char *dir, unsigned n) {
    snprintf(out, size, "%s/seat-%u", dir, n);
}

static vs_client *connect_seat(const char *dir, unsigned n) {
    char path[600], err[512];
    struct vs_seat seat;
    seat_path(path, sizeof path, dir, n);
    if (vs_seat_load(path, &seat, err, sizeof err) != 0) bench_fail(path, "no such seat");
    const char *elsewhere = getenv("VS_BENCH_ADDRESS");
    if (elsewhere != NULL) snprintf(seat.addresses, sizeof seat.addresses, "%s", elsewhere);
    vs_client *c = vs_connect(&seat, err, sizeof err);
    if (c == NULL || !vs_logged_in(c)) bench_fail(path, c == NULL ? err : "not logged in");
    vs_seat_free(&seat);
    return c;
}

/* --- requests ------------------------------------------------------------------------------------------- */

static ProtobufCBinaryData bytes_of(struct id *id) { return (ProtobufCBinaryData){16, id->b}; }

static size_t touch_request(struct worker *w, uint8_t *out, size_t size) {
    struct id id = id_new(), contact = bench_contact(w->number, bench_random(&w->random));
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = t.has_stage = t.has_sentiment = 1;
    t.id = bytes_of(&id);
    t.contact_id = bytes_of(&contact);
    t.occurred_at = bench_now_us();
    t.channel = (Vouchsafe__V1__Channel)(1 + bench_random(&w->random) % CHANNELS);
    t.stage = (Vouchsafe__V1__Stage)(1 + bench_random(&w->random) % STAGES);
    t.sentiment = (Vouchsafe__V1__Sentiment)(1 + bench_random(&w->random) % SENTIMENTS);
    t.note = (char *)(uintptr_t)bench_note;
    q.touch = &t;
    MUST(protobuf_c_message_get_packed_size(&q.base) <= size);
    return protobuf_c_message_pack(&q.base, out);
}

static size_t timeline_request(struct worker *w, uint8_t *out, size_t size) {
    struct id contact = bench_contact(w->number, bench_random(&w->random));
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    q.has_contact_id = q.has_page_size = 1;
    q.contact_id = bytes_of(&contact);
    q.page_size = 50;
    MUST(protobuf_c_message_get_packed_size(&q.base) <= size);
    return protobuf_c_message_pack(&q.base, out);
}

static size_t find_request(struct worker *w, uint8_t *out, size_t size) {
    static const char *const names[] = {"Jhon Wlliams", "Krüger Hana", "Andersn Peter",
                                        "Mueler",       "Garcia Lopz", "Dubios"};
    Vouchsafe__V1__ContactFindRequest q = VOUCHSAFE__V1__CONTACT_FIND_REQUEST__INIT;
    q.query = (char *)(uintptr_t)names[bench_random(&w->random) % ARRAY_LEN(names)];
    MUST(protobuf_c_message_get_packed_size(&q.base) <= size);
    return protobuf_c_message_pack(&q.base, out);
}

/* --- one seat ------------------------------------------------------------------------------------------- */

static void send_next(struct worker *w, unsigned slot) {
    uint8_t body[1024];
    size_t n = w->load->request(w, body, sizeof body);
    w->sent_ns[slot] = bench_ns();
    w->sent_ids[slot] = vs_send(w->client, w->load->method, NULL, (struct slice){body, n});
    if (w->sent_ids[slot] == 0) bench_fail("send", "the connection is gone");
}

static unsigned slot_of(const struct worker *w, uint64_t id) {
    unsigned slot = 0;
    while (slot < w->load->each && w->sent_ids[slot] != id) slot++;
    MUST(slot < w->load->each);
    return slot;
}

static void take_reply(struct worker *w, struct vs_reply *r) {
    if (r->status != VS_OK) bench_fail(vs_status_name(r->status), r->message);
    unsigned slot = slot_of(w, r->id);
    int64_t now = bench_ns();
    if (now >= measure_from && now < measure_until) histogram_add(&w->times, now - w->sent_ns[slot]);
    w->acknowledged++;
    bool more = w->load->until_count != 0 ? w->acknowledged + w->open <= w->load->until_count : now < measure_until;
    if (more)
        send_next(w, slot);
    else
        w->open--;
}

/* What came is taken, what is asked next leaves in one write. */
static void turn(struct worker *w) {
    struct vs_reply r;
    do {
        if (vs_step(w->client) != VS_READY) bench_fail("the connection is gone", vs_why(w->client));
        while (vs_next_reply(w->client, &r)) {
            take_reply(w, &r);
            vs_reply_free(&r);
        }
    } while (vs_wants(w->client) & VS_WANT_WRITE);
}

static void run_seats(struct worker *workers, unsigned seats) {
    int loop = epoll_create1(EPOLL_CLOEXEC);
    unsigned busy = seats;
    for (unsigned i = 0; i < seats; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &workers[i]};
        if (epoll_ctl(loop, EPOLL_CTL_ADD, vs_fd(workers[i].client), &e) != 0) bench_fail("epoll", "can't watch");
        for (; workers[i].open < workers[i].load->each; workers[i].open++) send_next(&workers[i], workers[i].open);
        turn(&workers[i]);
    }
    while (busy > 0) {
        struct epoll_event events[SEATS_MAX];
        int n = epoll_wait(loop, events, SEATS_MAX, 30000);
        if (n == 0) bench_fail("receive", "no answer in 30 s");
        for (int i = 0; i < n; i++) {
            struct worker *w = events[i].data.ptr;
            bool was_busy = w->open > 0;
            turn(w);
            busy -= was_busy && w->open == 0;
        }
    }
}

/* A command to run between connecting and the first request, and after the last: callgrind_control. */
static void hook(const char *variable) {
    const char *command = getenv(variable);
    if (command != NULL && system(command) != 0) bench_fail(variable, "failed");
}

static int run_load(const struct load *load, const char *dir, unsigned seats, int seconds) {
    struct worker *workers = calloc(seats, sizeof *workers);
    if (workers == NULL || seats == 0 || seats > SEATS_MAX || load->each > VS_PIPELINE) bench_fail("load", "too much");
    for (unsigned i = 0; i < seats; i++) {
        workers[i] = (struct worker){
            .load = load, .number = i, .random = UINT64_C(88172645463325252) + i * 7919 + (uint64_t)bench_ns()};
        workers[i].client = connect_seat(dir, i);
    }
    hook("VS_BENCH_ON_START");
    measure_from = bench_ns() + (int64_t)WARM_UP_MS * 1000000;
    measure_until = load->until_count != 0 ? INT64_MAX : measure_from + (int64_t)seconds * 1000000000;
    run_seats(workers, seats);
    struct histogram all = {0};
    uint64_t acknowledged = 0;
    for (unsigned i = 0; i < seats; i++) {
        all.n += workers[i].times.n;
        for (size_t k = 0; k < ARRAY_LEN(all.at); k++) all.at[k] += workers[i].times.at[k];
        acknowledged += workers[i].acknowledged;
    }
    hook("VS_BENCH_ON_END");
    double took = load->until_count != 0 ? (double)(bench_ns() - measure_from) / 1e9 : seconds;
    printf("%.0f %.0f %.0f %llu\n", (double)all.n / took, histogram_at(&all, 0.5), histogram_at(&all, 0.99),
           (unsigned long long)acknowledged);
    for (unsigned i = 0; i < seats; i++) vs_disconnect(workers[i].client);
    free(workers);
    return 0;
}

/* --- commands ------------------------------------------------------------------------------------------- */

static int cmd_ingest(char **a) {
    struct load load = {VOUCHSAFE__V1__METHOD__TOUCH_LOG, touch_request, (unsigned)atoi(a[2]), 0};
    return run_load(&load, a[0], (unsigned)atoi(a[1]), atoi(a[3]));
}

static int cmd_count(char **a) {
    unsigned seats = (unsigned)atoi(a[1]);
    struct load load = {VOUCHSAFE__V1__METHOD__TOUCH_LOG, touch_request, (unsigned)atoi(a[2]),
                        (uint64_t)atoi(a[3]) / seats};
    return run_load(&load, a[0], seats, 0);
}

static int cmd_timeline(char **a) {
    struct load load = {VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, timeline_request, 1, 0};
    return run_load(&load, a[0], (unsigned)atoi(a[1]), atoi(a[2]));
}

static int cmd_find(char **a) {
    struct load load = {VOUCHSAFE__V1__METHOD__CONTACT_FIND, find_request, 1, 0};
    return run_load(&load, a[0], 1, atoi(a[1]));
}

/* One page, its token kept for the next; answers the time in ns. The first of a day may have to be asked for again. */
static int64_t ask_page(vs_client *c, uint32_t method, struct slice *token, unsigned *rows) {
    Vouchsafe__V1__AskListRequest q = VOUCHSAFE__V1__ASK_LIST_REQUEST__INIT; /* both requests have a size and a token */
    Vouchsafe__V1__AskNotNowRequest not_now = VOUCHSAFE__V1__ASK_NOT_NOW_REQUEST__INIT;
    static uint8_t held[256];
    uint8_t body[512];
    struct vs_reply r = {0};
    bool list = method == VOUCHSAFE__V1__METHOD__ASK_LIST;
    q.has_page_size = not_now.has_page_size = 1, q.page_size = not_now.page_size = 50;
    q.has_page_token = not_now.has_page_token = token->len > 0;
    q.page_token = not_now.page_token = (ProtobufCBinaryData){token->len, (uint8_t *)(uintptr_t)token->data};
    size_t n = list ? protobuf_c_message_pack(&q.base, body) : protobuf_c_message_pack(&not_now.base, body);
    int64_t from = bench_ns();
    do {
        vs_reply_free(&r);
        if (vs_send(c, method, NULL, (struct slice){body, n}) == 0 || vs_receive(c, VS_CALL_MS, NULL, &r) != 0)
            bench_fail("ask list", vs_why(c));
    } while (r.status == VS_UNAVAILABLE);
    int64_t took = bench_ns() - from;
    if (r.status != VS_OK) bench_fail(vs_status_name(r.status), r.message);
    Vouchsafe__V1__AskListReply *page = vouchsafe__v1__ask_list_reply__unpack(NULL, r.n_bytes, r.bytes);
    MUST(page != NULL && page->next_page_token.len <= sizeof held);
    *rows += (unsigned)page->n_candidates;
    if (page->has_next_page_token) memcpy(held, page->next_page_token.data, page->next_page_token.len);
    *token = (struct slice){held, page->has_next_page_token ? page->next_page_token.len : 0};
    vouchsafe__v1__ask_list_reply__free_unpacked(page, NULL);
    vs_reply_free(&r);
    return took;
}

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int cmd_asklist(char **a) {
    static const uint32_t methods[] = {VOUCHSAFE__V1__METHOD__ASK_LIST, VOUCHSAFE__V1__METHOD__ASK_NOT_NOW};
    enum { PAGES_ON = 10, WARM = 50 };
    size_t n = (size_t)atoi(a[1]);
    int64_t *took = calloc(n, sizeof *took);
    vs_client *c = connect_seat(a[0], 0);
    struct slice token = {0};
    unsigned rows = 0;
    if (took == NULL || n == 0) bench_fail("asklist", "how many?");
    printf("%.1f", (double)ask_page(c, methods[0], &token, &rows) / 1e6);
    for (size_t m = 0; m < ARRAY_LEN(methods); m++) {
        token.len = 0;
        for (size_t i = 0; i < n + WARM; i++) {
            if (i % PAGES_ON == 0) token.len = 0;
            int64_t t = ask_page(c, methods[m], &token, &rows);
            if (i >= WARM) took[i - WARM] = t;
        }
        qsort(took, n, sizeof *took, by_time);
        printf(" %.2f %.2f", (double)took[n / 2] / 1e6, (double)took[n * 95 / 100] / 1e6);
    }
    printf(" %u\n", rows);
    vs_disconnect(c);
    free(took);
    return 0;
}

static int cmd_idle(char **a) {
    int n = atoi(a[1]);
    for (int i = 0; i < n; i++) (void)!connect_seat(a[0], (unsigned)i % 64); /* held by the process's end */
    printf("%d connected\n", n);
    fflush(stdout);
    while (getchar() != EOF) continue;
    return 0;
}

static int cmd_keys(char **a) {
    struct join_line join;
    char err[512], path[600], text[ID_TEXT];
    if (join_line_parse(a[2], &join, err, sizeof err) < 0) bench_fail("join line", err);
    for (unsigned i = 0; i < (unsigned)atoi(a[1]); i++) {
        struct vs_seat seat = {.business = bench_business(i)};
        struct id ids[3] = {bench_business(i), id_new(), bench_account(i, i / BUSINESSES)};
        uint8_t hash[32];
        memcpy(seat.root_pin, join.root_pin, 32);
        snprintf(seat.addresses, sizeof seat.addresses, "%s", join.addresses);
        id_format(&seat.business, text);
        seat_path(path, sizeof path, a[0], i);
        if (tls_make_key(&seat.key_pem) < 0 || tls_make_self_signed(seat.key_pem, text, &seat.cert_pem) < 0 ||
            tls_cert_key_hash(seat.cert_pem, hash) < 0 || vs_seat_save(path, &seat, err, sizeof err) < 0)
            bench_fail(path, err);
        for (int k = 0; k < 3; k++) {
            id_format(&ids[k], text);
            printf("%s\t", text);
        }
        printf("\\\\x");
        for (int k = 0; k < 32; k++) printf("%02x", hash[k]);
        printf("\tbench\n");
        vs_seat_free(&seat);
    }
    return 0;
}

/* business, id, contact, account, occurred_at, channel, stage, sentiment, role, flags, note */
static int cmd_rows(char **a) {
    uint64_t random = (uint64_t)bench_ns() | 1;
    char ids[4][ID_TEXT], at[64];
    for (int i = 0, n = atoi(a[0]); i < n; i++) {
        unsigned b = bench_random(&random);
        struct id row[4] = {bench_business(b), id_new(), bench_contact(b, bench_random(&random)),
                            bench_account(b, bench_random(&random))};
        time_t now = time(NULL);
        for (int k = 0; k < 4; k++) id_format(&row[k], ids[k]);
        strftime(at, sizeof at, "%Y-%m-%d %H:%M:%S+00", gmtime(&now));
        printf("%s\t%s\t%s\t%s\t%s\t%u\t%u\t%u\t1\t0\t%s\n", ids[0], ids[1], ids[2], ids[3], at,
               1 + bench_random(&random) % CHANNELS, 1 + bench_random(&random) % STAGES,
               1 + bench_random(&random) % SENTIMENTS, bench_note);
    }
    return 0;
}

static const struct command {
    const char *name;
    int args;
    int (*run)(char **args);
} commands[] = {{"keys", 3, cmd_keys},   {"rows", 1, cmd_rows},         {"ingest", 4, cmd_ingest},
                {"count", 4, cmd_count}, {"timeline", 3, cmd_timeline}, {"find", 2, cmd_find},
                {"idle", 2, cmd_idle},   {"asklist", 2, cmd_asklist}};

int main(int argc, char **argv) {
    if (sodium_init() < 0) return 1;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (argc == commands[i].args + 2 && strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argv + 2);
    fprintf(stderr, "usage: see the top of tests/bench/load.c\n");
    return 64;
}
