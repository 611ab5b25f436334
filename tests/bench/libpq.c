/* SPDX-License-Identifier: Apache-2.0 */
/* What one seat is compared with: libpq running the server's own statement for one touch, in one round trip.
 *   bench_libpq CONNINFO SECONDS     prints rate, p50 and p99 in µs
 *   bench_libpq text NAME            prints the statement of that name */
#include <endian.h>
#include <libpq-fe.h>
#include <sodium.h>

#include "sql/queries.gen.h"
#include "tests/bench/bench.h"

struct cell {
    uint8_t data[256];
    int length;
};

/* An array of one element; bytes NULL: a null. */
static struct cell array_of(uint32_t oid, const void *bytes, size_t n) {
    uint32_t head[6] = {htobe32(1), htobe32(1), htobe32(oid),
                        htobe32(1), htobe32(1), htobe32(bytes == NULL ? UINT32_MAX : (uint32_t)n)};
    struct cell c = {.length = (int)(sizeof head + (bytes == NULL ? 0 : n))};
    memcpy(c.data, head, sizeof head);
    if (bytes != NULL) memcpy(c.data + sizeof head, bytes, n);
    return c;
}

static struct cell short_of(unsigned v) {
    uint16_t be = htobe16((uint16_t)v);
    return array_of(21, &be, 2);
}

static int fill(struct cell *cells, uint64_t *random) {
    struct id id = id_new(), contact = bench_contact(0, bench_random(random)), account = bench_account(0, 0),
              business = bench_business(0);
    uint32_t epoch = htobe32(1);
    uint64_t at = htobe64((uint64_t)(bench_now_us() - INT64_C(946684800000000)));
    int n = 0;
    cells[n++] = array_of(2950, business.b, 16);
    cells[n++] = array_of(2950, id.b, 16);
    cells[n++] = array_of(2950, contact.b, 16);
    cells[n++] = array_of(2950, account.b, 16);
    cells[n++] = array_of(23, &epoch, 4);
    cells[n++] = array_of(1184, &at, 8);
    cells[n++] = short_of(1 + bench_random(random) % CHANNELS);
    cells[n++] = short_of(1 + bench_random(random) % STAGES);
    cells[n++] = short_of(1 + bench_random(random) % SENTIMENTS);
    cells[n++] = short_of(0);
    cells[n++] = array_of(21, NULL, 0);
    cells[n++] = array_of(21, NULL, 0);
    cells[n++] = array_of(2950, NULL, 0);
    cells[n++] = array_of(25, NULL, 0);
    cells[n++] = array_of(25, bench_note, sizeof bench_note - 1);
    return n;
}

static void one_touch(PGconn *c, uint64_t *random) {
    const struct query *q = &queries[QUERY_TOUCH_BATCH], *context = &queries[QUERY_CONTEXT_TOUCH];
    static struct cell cells[32];
    static const int binary[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const char *values[32];
    int lengths[32], n = fill(cells, random), rows = 0;
    MUST(n == q->n_params);
    for (int i = 0; i < n; i++) {
        values[i] = (const char *)cells[i].data;
        lengths[i] = cells[i].length;
    }
    if (PQsendQueryPrepared(c, context->name, 1, values, lengths, binary, 1) != 1 ||
        PQsendQueryPrepared(c, q->name, n, values, lengths, binary, 1) != 1 || PQpipelineSync(c) != 1)
        bench_fail("send", PQerrorMessage(c));
    for (;;) {
        PGresult *r = PQgetResult(c);
        ExecStatusType status = r == NULL ? PGRES_EMPTY_QUERY : PQresultStatus(r);
        if (status == PGRES_TUPLES_OK) rows += PQntuples(r);
        PQclear(r);
        if (status == PGRES_FATAL_ERROR) bench_fail("touch", PQerrorMessage(c));
        if (status == PGRES_PIPELINE_SYNC) break;
    }
    MUST(rows == 2);
}

static int print_text(const char *name) {
    for (int i = 0; i < QUERY_COUNT; i++)
        if (strcmp(queries[i].name, name) == 0) return fputs(queries[i].text, stdout) < 0;
    return 64;
}

int main(int argc, char **argv) {
    if (argc != 3 || sodium_init() < 0) return 64;
    if (strcmp(argv[1], "text") == 0) return print_text(argv[2]);
    const struct query *q = &queries[QUERY_TOUCH_BATCH];
    PGconn *c = PQconnectdb(argv[1]);
    if (PQstatus(c) != CONNECTION_OK) bench_fail("connect", PQerrorMessage(c));
    const struct query *context = &queries[QUERY_CONTEXT_TOUCH];
    PQclear(PQprepare(c, context->name, context->text, context->n_params, context->types));
    PGresult *r = PQprepare(c, q->name, q->text, q->n_params, q->types);
    if (PQresultStatus(r) != PGRES_COMMAND_OK || PQenterPipelineMode(c) != 1) bench_fail("prepare", PQerrorMessage(c));
    PQclear(r);
    uint64_t random = (uint64_t)bench_ns() | 1;
    static struct histogram times;
    int64_t from = bench_ns() + 500000000, until = from + (int64_t)atoi(argv[2]) * 1000000000, now = 0;
    while (now < until) {
        int64_t before = bench_ns();
        one_touch(c, &random);
        now = bench_ns();
        if (before >= from) histogram_add(&times, now - before);
    }
    printf("%.0f %.0f %.0f\n", (double)times.n / atoi(argv[2]), histogram_at(&times, 0.5), histogram_at(&times, 0.99));
    PQfinish(c);
    return 0;
}
