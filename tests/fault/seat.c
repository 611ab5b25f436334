/* SPDX-License-Identifier: Apache-2.0 */
/* A seat under load that writes down everything it did and was told. It may be killed at any instant and started again with the same
 * files: what it sent without an answer it sends again under the same ids.
 *
 *   fault_seat SEAT-FILE direct|OUTBOX-FILE HISTORY STATUS CONTACTS SECONDS
 *
 * HISTORY   S id kind nonce contact occurred   before it is sent (t touch, c contact, x touch that must be refused)
 *           A id                               the outbox said that it is on disk
 *           K id    acknowledged (OK or DUPLICATE, or gone from the outbox)      R id STATUS    refused for good
 * STATUS    a mapped file: unanswered requests and acknowledgements, for who kills
 * The content of a touch follows from its nonce, so that the checker can say what must stand in the row.
 * With VS_PLANT=new_id a retry takes a new id: the bug the checker must find. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vouchsafe/client.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { AT_ONCE = 28, IDS_MAX = 4096, OUTBOX_FULL = 400, ITEMS_MAX = 2000000 };

struct item {
    struct id id, contact;
    char kind, nonce[24];
    int64_t occurred;
    uint64_t request, twin; /* 0: not under way */
    bool settled, saved;
};
struct status {
    uint32_t in_flight;
    uint64_t acknowledged;
};

static struct item *items;
static size_t n_items, first_open;
static struct id contacts[IDS_MAX];
static size_t n_contacts;
static FILE *history;
static struct status *status;
static volatile sig_atomic_t ending;
static bool plant_new_id;

static void on_term(int s) {
    (void)s;
    ending = 1;
}

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void note(char verb, const struct id *id, const char *more) {
    char text[ID_TEXT];
    id_format(id, text);
    fprintf(history, "%c %s %s\n", verb, text, more);
    fflush(history);
}

/* --- what is sent ----------------------------------------------------------------------------------------------- */

static unsigned hash(const char *s) {
    unsigned h = 2166136261u;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static size_t pack(const struct item *it, uint8_t *out, uint32_t *method, bool *change) {
    unsigned h = hash(it->nonce);
    *change = it->kind == 'c';
    if (*change) {
        Vouchsafe__V1__ContactAddRequest q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
        char name[40];
        snprintf(name, sizeof name, "Person %s", it->nonce);
        q.has_contact_id = 1;
        q.contact_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)it->id.b};
        q.name = name;
        *method = VOUCHSAFE__V1__METHOD__CONTACT_ADD;
        return vouchsafe__v1__contact_add_request__pack(&q, out);
    }
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = t.has_stage = t.has_sentiment = 1;
    t.id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)it->id.b};
    t.contact_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)it->contact.b};
    t.occurred_at = it->occurred;
    t.channel = (Vouchsafe__V1__Channel)(1 + h % 14);
    t.stage = (Vouchsafe__V1__Stage)(1 + h / 14 % 5);
    t.sentiment = (Vouchsafe__V1__Sentiment)(1 + h / 70 % 3);
    t.note = (char *)(uintptr_t)it->nonce;
    q.touch = &t;
    *method = VOUCHSAFE__V1__METHOD__TOUCH_LOG;
    return vouchsafe__v1__touch_log_request__pack(&q, out);
}

static struct item *make(void) {
    if (n_items == ITEMS_MAX) return NULL;
    struct item *it = &items[n_items++];
    char contact[ID_TEXT], more[120];
    *it = (struct item){.id = id_new(), .occurred = now_us() - (int64_t)(rand() % 90) * 86400 * 1000000};
    snprintf(it->nonce, sizeof it->nonce, "%x.%zu", (unsigned)getpid(), n_items);
    it->kind = rand() % 40 == 0 ? 'c' : rand() % 60 == 0 ? 'x' : 't';
    it->contact = it->kind == 'x' ? id_new() : contacts[(size_t)rand() % n_contacts];
    id_format(&it->contact, contact);
    snprintf(more, sizeof more, "%c %s %s %" PRId64, it->kind, it->nonce, contact, it->occurred);
    note('S', &it->id, more);
    return it;
}

static void settle(struct item *it, int s) {
    enum vs_retry what = vs_status_retry(s);
    if (it->settled || (what != VS_RETRY_DONE && what != VS_RETRY_FINAL)) return;
    it->settled = true;
    if (what == VS_RETRY_FINAL) {
        note('R', &it->id, vs_status_name(s));
        return;
    }
    note('K', &it->id, "");
    status->acknowledged++;
    if (it->kind == 'c' && n_contacts < IDS_MAX) contacts[n_contacts++] = it->id;
}

/* --- a history of before ---------------------------------------------------------------------------------------- */

static struct item *find(const struct id *id) {
    for (size_t i = n_items; i-- > 0;)
        if (id_equal(&items[i].id, id)) return &items[i];
    return NULL;
}

static void read_history(const char *path) {
    FILE *f = fopen(path, "re");
    char line[256], a[64], contact[64];
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        struct item x = {0}, *it;
        if (strchr(line, '\n') == NULL) break; /* the line that was being written: nothing was sent yet */
        if (sscanf(line, "S %63s %c %23s %63s %" SCNd64, a, &x.kind, x.nonce, contact, &x.occurred) == 5) {
            if (id_parse(a, &x.id) == 0 && id_parse(contact, &x.contact) == 0 && n_items < ITEMS_MAX)
                items[n_items++] = x;
        } else if (sscanf(line, "%*c %63s", a) == 1 && id_parse(a, &x.id) == 0 && (it = find(&x.id)) != NULL) {
            if (line[0] == 'A')
                it->saved = true;
            else
                it->settled = true;
            if (line[0] == 'K' && it->kind == 'c' && n_contacts < IDS_MAX) contacts[n_contacts++] = it->id;
        }
    }
    if (f != NULL) fclose(f);
}

static void read_contacts(const char *path) {
    FILE *f = fopen(path, "re");
    char line[64];
    while (f != NULL && n_contacts < IDS_MAX / 2 && fscanf(f, "%63s", line) == 1)
        if (id_parse(line, &contacts[n_contacts]) == 0) n_contacts++;
    if (f != NULL) fclose(f);
}

/* --- without an outbox -------------------------------------------------------------------------------------------- */

static uint32_t under_way(void) {
    uint32_t n = 0;
    while (first_open < n_items && items[first_open].settled) first_open++;
    for (size_t i = first_open; i < n_items; i++) n += items[i].request != 0;
    return n;
}

static void send_item(vs_client *c, struct item *it, bool again) {
    uint8_t body[1024];
    uint32_t method;
    bool change;
    if (again && plant_new_id) it->id = id_new();
    size_t n = pack(it, body, &method, &change);
    it->request = vs_send(c, method, change ? &it->id : NULL, (struct slice){body, n});
    if (it->request != 0 && it->kind == 't' && rand() % 25 == 0) /* a twin at once: stored once all the same */
        it->twin = vs_send(c, method, NULL, (struct slice){body, n});
}

static void take_replies(vs_client *c) {
    struct vs_reply r;
    while (vs_next_reply(c, &r)) {
        for (size_t i = first_open; i < n_items; i++)
            if (items[i].request == r.id || items[i].twin == r.id) {
                *(items[i].request == r.id ? &items[i].request : &items[i].twin) = 0;
                settle(&items[i], r.status);
                break;
            }
        vs_reply_free(&r);
    }
}

static void wait_a_little(vs_client *c, int most) {
    struct pollfd p = {
        .fd = vs_fd(c),
        .events = (short)((vs_wants(c) & VS_WANT_READ ? POLLIN : 0) | (vs_wants(c) & VS_WANT_WRITE ? POLLOUT : 0))};
    int t = vs_timeout(c);
    (void)!poll(&p, p.fd >= 0, t >= 0 && t < most ? t : most);
}

static void run_direct(vs_client *c, int64_t until) {
    for (bool more = true;;) {
        if (ending && until > now_us()) until = now_us();
        bool over = now_us() >= until;
        vs_step(c);
        take_replies(c);
        uint32_t n = under_way();
        if (vs_client_state(c) == VS_READY && vs_logged_in(c)) {
            for (size_t i = first_open; i < n_items && n < AT_ONCE; i++)
                if (!items[i].settled && items[i].request == 0) send_item(c, &items[i], true), n++;
            for (more = !over; more && n < AT_ONCE; n++) {
                struct item *it = make();
                if (it == NULL) break;
                send_item(c, it, false);
            }
        }
        status->in_flight = under_way();
        if (over && (first_open == n_items || now_us() > until + 30000000)) return;
        wait_a_little(c, 50);
    }
}

/* --- with one ------------------------------------------------------------------------------------------------------- */

static void look_after(vs_outbox *o) {
    char why[700];
    size_t looked = 0;
    while (first_open < n_items && (items[first_open].settled || !items[first_open].saved)) first_open++;
    for (size_t i = first_open; i < n_items && looked < 64; i++) {
        if (items[i].settled || !items[i].saved) continue;
        looked++;
        int s = vs_outbox_state(o, &items[i].id, why, sizeof why);
        if (s == VS_OUTBOX_GONE) settle(&items[i], VS_OK);
        if (s == VS_OUTBOX_REFUSED) settle(&items[i], VS_NOT_FOUND);
    }
}

static void run_outbox(vs_outbox *o, vs_client *c, int64_t until) {
    for (;;) {
        if (ending && until > now_us()) until = now_us();
        bool over = now_us() >= until;
        uint8_t body[1024];
        uint32_t method;
        bool change;
        for (int i = 0; !over && i < 8 && vs_outbox_waiting(o) < OUTBOX_FULL; i++) {
            struct item *it = make();
            size_t n = it == NULL ? 0 : pack(it, body, &method, &change);
            if (it == NULL || vs_outbox_append(o, &it->id, method, (struct slice){body, n}, it->nonce) != 0) break;
            it->saved = true;
            note('A', &it->id, "");
        }
        vs_step(c);
        int going = vs_outbox_step(o, c);
        look_after(o);
        if (over && (going == VS_DRAIN_EMPTY || now_us() > until + 30000000)) {
            while (first_open < n_items) {
                size_t before = first_open;
                look_after(o);
                if (first_open == before) break;
            }
            return;
        }
        wait_a_little(c, 20);
    }
}

int main(int argc, char **argv) {
    char err[512];
    struct vs_seat seat;
    if (argc != 7) return 64;
    const char *plant = getenv("VS_PLANT");
    plant_new_id = plant != NULL && strcmp(plant, "new_id") == 0;
    signal(SIGTERM, on_term);
    srand((unsigned)getpid());
    items = calloc(ITEMS_MAX, sizeof *items); /* untouched pages cost nothing */
    int fd = open(argv[4], O_RDWR | O_CREAT, 0644);
    if (items == NULL || fd < 0 || ftruncate(fd, sizeof *status) != 0) return 1;
    status = mmap(NULL, sizeof *status, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    status->in_flight = 0;
    read_contacts(argv[5]);
    read_history(argv[3]);
    history = fopen(argv[3], "ae");
    if (history == NULL || n_contacts == 0 || vs_seat_load(argv[1], &seat, err, sizeof err) != 0) {
        fprintf(stderr, "%s\n", err);
        return 1;
    }
    fputs("\n", history); /* ends a line that a kill may have cut */
    vs_client *c = vs_client_new(&seat, err, sizeof err);
    int64_t until = now_us() + (int64_t)atoi(argv[6]) * 1000000;
    if (c == NULL) return 1;
    if (strcmp(argv[2], "direct") == 0) {
        run_direct(c, until);
    } else {
        vs_outbox *o = vs_outbox_open(argv[2], err, sizeof err);
        if (o == NULL) return fprintf(stderr, "%s\n", err), 1;
        vs_outbox_account(o, &seat.account);
        run_outbox(o, c, until);
        vs_outbox_close(o);
    }
    status->in_flight = 0;
    vs_disconnect(c);
    vs_seat_free(&seat);
    fclose(history);
    free(items);
    return 0;
}
