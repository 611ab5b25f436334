/* SPDX-License-Identifier: Apache-2.0 */
/* How long blind checks of each class take, interleaved: the i-th call asks for a person of class i modulo the number of classes.
 *   bench_blind SEAT ROUNDS     e-mail addresses are <class>-<n>@example.org, n from 1; clear ones are anybody's
 * Prints a line per class, CLASS MEDIAN_US P90_US, and stops with the first answer that isn't its class's. */
#include "tests/bench/bench.h"
#include "vouchsafe/client.h"
#include "vouchsafe/v1/merge.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { CLASSES = 5, PEOPLE = 1000 };
static const struct {
    const char *name;
    int verdict, held_class;
} classes[CLASSES] = {{"clear", 1, 0}, {"prospect", 2, 1}, {"customer", 2, 2}, {"other", 2, 3}, {"refused", 2, 3}};

static int64_t times[CLASSES][100000];

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t ask(vs_client *c, int class, unsigned n) {
    char email[64];
    struct id id = id_new(), change = id_new();
    Vouchsafe__V1__BlindCheckRequest q = VOUCHSAFE__V1__BLIND_CHECK_REQUEST__INIT;
    struct vs_reply r;
    snprintf(email, sizeof email, "%s-%u@example.org", classes[class].name, n);
    q.has_blind_id = 1, q.blind_id = (ProtobufCBinaryData){16, id.b};
    q.email = email;
    int64_t from = bench_ns();
    int status = vs_call(c, VOUCHSAFE__V1__METHOD__BLIND_CHECK, &change, &q.base,
                         &vouchsafe__v1__blind_check_reply__descriptor, &r);
    int64_t took = bench_ns() - from;
    const Vouchsafe__V1__BlindCheckReply *b = (void *)r.body;
    if (status != VS_OK || b == NULL) bench_fail(email, r.message);
    if ((int)b->verdict != classes[class].verdict || (int)b->held_class != classes[class].held_class)
        bench_fail(email, "is answered as another class");
    vs_reply_free(&r);
    return took;
}

int main(int argc, char **argv) {
    struct vs_seat seat;
    char err[512];
    unsigned rounds = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    if (rounds == 0 || rounds > ARRAY_LEN(times[0])) bench_fail("usage", "bench_blind SEAT ROUNDS");
    if (vs_seat_load(argv[1], &seat, err, sizeof err) != 0) bench_fail(argv[1], err);
    vs_client *c = vs_connect(&seat, err, sizeof err);
    if (c == NULL || !vs_logged_in(c)) bench_fail("connect", c == NULL ? err : vs_why(c));
    for (unsigned i = 0; i < 200; i++) (void)ask(c, (int)(i % CLASSES), 1 + i % PEOPLE); /* warm */
    uint64_t random = 88172645463325252u;
    for (unsigned i = 0; i < rounds; i++)
        for (int k = 0; k < CLASSES; k++) times[k][i] = ask(c, k, 1 + bench_random(&random) % PEOPLE);
    for (int k = 0; k < CLASSES; k++) {
        qsort(times[k], rounds, sizeof times[k][0], ascending);
        printf("%s %.1f %.1f\n", classes[k].name, (double)times[k][rounds / 2] / 1000,
               (double)times[k][rounds * 9 / 10] / 1000);
    }
    vs_disconnect(c);
    vs_seat_free(&seat);
    return 0;
}
