/* SPDX-License-Identifier: Apache-2.0 */
/* import: rows of other systems from CSV with a mapping file.
 * - every row gets a verdict, stored (or would be), present, or refused with what to do; good rows don't wait for bad ones
 * - batches go one after the other, the same change id on a retry; a run that was cut is run again: what is there is present
 * - a touch that mends a complaint which isn't there yet waits for the rest of the file, which may bring it
 * - refused rows go to a file as they were, with the reason in one more column: mend them there, import that file */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include "client/cli/cli.h"
#include "client/cli/import.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/import.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum {
    BATCH_ROWS = 200,
    BATCH_BYTES = 48 * 1024,
    BATCH_ARENA = 16 * 1024 * 1024,
    KEPT_ARENA = 256 * 1024 * 1024,
    SHOWN = 20,
    TRIES = 3
};
enum state { STATE_NEW = 1, STATE_PRESENT = 2, STATE_REFUSED = 3 };

struct row {
    struct csv_record record;
    ProtobufCMessage *message; /* NULL: refused here */
    const char *login;
    enum state state;
    const char *message_text, *likely;
    bool waits; /* for a row that may come yet */
    struct later *later;
};

/* A row put aside until the whole file was read. */
struct later {
    struct later *next;
    struct row row; /* message: on the heap */
};

/* Ids that stood in the file, with the line each stood in first: open addressing, at most half full. */
struct seen {
    struct place {
        struct id id;
        unsigned line; /* 0: free */
        bool refused;
    } * at;
    size_t size, n;
};

struct run {
    struct cli *c;
    struct seen seen;
    const struct import_kind *kind;
    struct mapping map;
    struct csv_file file;
    struct csv_record header;
    struct arena a; /* of one batch */
    struct row rows[BATCH_ROWS];
    size_t n;
    struct arena kept; /* of those put aside */
    struct later *first, **last;
    size_t n_later;
    char currency[8];
    bool dry;
    FILE *rejects, *verdicts;
    const char *rejects_path;
    unsigned long total, counts[4], shown;
    time_t told;
};

/* --- ids of the file ------------------------------------------------------------------------------------------------------ */

/* The line the id stood in before, or 0; without memory nothing is remembered, and the server judges. */
static unsigned seen_put(struct seen *s, const struct id *id, unsigned line) {
    if (2 * s->n >= s->size) {
        struct seen more = {.size = s->size ? 2 * s->size : 4096};
        more.at = calloc(more.size, sizeof *more.at);
        if (!more.at) return 0;
        for (size_t i = 0; i < s->size; i++)
            if (s->at[i].line) (void)seen_put(&more, &s->at[i].id, s->at[i].line);
        free(s->at);
        *s = more;
    }
    size_t i = 0;
    memcpy(&i, id->b + 8, sizeof i); /* ids are hashes already */
    for (i &= s->size - 1; s->at[i].line; i = (i + 1) & (s->size - 1))
        if (id_equal(&s->at[i].id, id)) return s->at[i].line;
    s->at[i] = (struct place){*id, line, false};
    s->n++;
    return 0;
}

static struct place *seen_find(struct seen *s, const struct id *id) {
    size_t i = 0;
    if (!s->size) return NULL;
    memcpy(&i, id->b + 8, sizeof i);
    for (i &= s->size - 1; s->at[i].line; i = (i + 1) & (s->size - 1))
        if (id_equal(&s->at[i].id, id)) return &s->at[i];
    return NULL;
}

/* --- what leaves ------------------------------------------------------------------------------------------------------ */

static void put_csv(FILE *f, const char *s) {
    fputc('"', f);
    for (; s != NULL && *s; s++) {
        if (*s == '"') fputc('"', f);
        fputc(*s, f);
    }
    fputc('"', f);
}

static void reject(struct run *run, const struct row *r) {
    if (!run->rejects) return;
    fprintf(run->rejects, "%.*s%c", (int)r->record.raw_len, r->record.raw, run->map.delimiter);
    put_csv(run->rejects, r->message_text);
    fputc('\n', run->rejects);
}

static void tell(struct run *run, const struct row *r) {
    static const char *const words[] = {"", "new", "present", "refused"};
    run->total++;
    run->counts[r->state]++;
    if (run->verdicts) {
        fprintf(run->verdicts, "%u,%s,", r->record.line, words[r->state]);
        put_csv(run->verdicts, r->message_text ? r->message_text : r->likely ? r->likely : "");
        fputc('\n', run->verdicts);
    }
    if (r->state != STATE_REFUSED) return;
    struct id id;
    struct place *place = r->message && message_id(r->message, run->kind->id, &id) ? seen_find(&run->seen, &id) : NULL;
    if (place) place->refused = true;
    reject(run, r);
    if (run->shown++ < SHOWN) out_note(&run->c->out, "line %u: %s", r->record.line, r->message_text);
}

static void progress(struct run *run, bool last) {
    time_t now = time(NULL);
    if (!isatty(STDERR_FILENO) || run->c->out.quiet || (!last && now == run->told)) return;
    run->told = now;
    fprintf(stderr, "\r%lu rows, %d %%%s", run->total,
            run->file.len ? (int)(run->file.at * 100 / (run->file.len + 1)) : 100, last ? "\n" : "");
}

/* --- a batch ------------------------------------------------------------------------------------------------------------ */

static int send_batch(struct run *run, ProtobufCMessage *request, bool touches) {
    int r = 0;
    for (int i = 0; i < TRIES; i++) { /* ABORTED: something changed meanwhile; the rows are judged anew */
        r = line_call(run->c, run->kind->method, !touches, request, run->kind->reply);
        if (r != EX_UNAVAILABLE || run->c->reply.status != VS_ABORTED) break;
    }
    return r;
}

static void take_touch(struct row *r, const Vouchsafe__V1__TouchVerdict *v, struct arena *a) {
    r->state = v->status == VS_OK ? STATE_NEW : v->status == VS_DUPLICATE ? STATE_PRESENT : STATE_REFUSED;
    if (r->state != STATE_REFUSED) return;
    r->waits = v->reason != NULL && strcmp(v->reason, "NOTHING_TO_MEND") == 0;
    const char *words = v->status == VS_KEY_REUSED
                            ? "was imported before with other content; give it another key, or strike the old one out"
                        : v->message != NULL ? v->message
                                             : vs_status_words((int)v->status);
    r->message_text = arena_strndup(a, words, strlen(words));
}

static void take_row(struct row *r, const Vouchsafe__V1__ImportVerdict *v, struct arena *a) {
    r->state = (enum state)v->state;
    if (v->message != NULL) r->message_text = arena_strndup(a, v->message, strlen(v->message));
    if (v->likely != NULL) r->likely = arena_printf(a, "may be %s", v->likely);
}

static int send_rows(struct run *run, size_t from, size_t to) {
    bool touches = run->kind->row == &vouchsafe__v1__touch__descriptor;
    ProtobufCMessage *q = message_new(&run->a, run->kind->request);
    size_t sent[BATCH_ROWS], n = 0;
    for (size_t i = from; i < to; i++) {
        if (!run->rows[i].message) continue;
        *(void **)field_put(&run->a, message_find(q, run->kind->rows)) = run->rows[i].message;
        if (touches) *(const char **)field_put(&run->a, message_find(q, "logins")) = run->rows[i].login;
        sent[n++] = i;
    }
    if (n == 0) return 0;
    *(protobuf_c_boolean *)field_put(&run->a, message_find(q, "dry_run")) = run->dry;
    int r = send_batch(run, q, touches);
    if (r) return r;
    struct field verdicts = message_find(run->c->reply.body, "verdicts");
    if (field_count(verdicts) != n)
        return cli_fail(run->c, EX_PROTOCOL, "the server judged %zu of %zu rows", field_count(verdicts), n);
    for (size_t i = 0; i < n; i++) {
        const void *v = field_message(verdicts, i);
        if (touches)
            take_touch(&run->rows[sent[i]], v, &run->a);
        else
            take_row(&run->rows[sent[i]], v, &run->a);
    }
    return 0;
}

/* As many rows at once as fit a frame. */
static int send_all(struct run *run) {
    size_t from = 0, bytes = 0;
    for (size_t i = 0; i < run->n; i++) {
        size_t size = run->rows[i].message ? protobuf_c_message_get_packed_size(run->rows[i].message) + 80 : 0;
        if (bytes + size > BATCH_BYTES && i > from) {
            int r = send_rows(run, from, i);
            if (r) return r;
            from = i, bytes = 0;
        }
        bytes += size;
    }
    return send_rows(run, from, run->n);
}

/* --- rows that wait for another ----------------------------------------------------------------------------------------- */

static ProtobufCMessage *copy_of(const ProtobufCMessage *m) {
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *bytes = malloc(n ? n : 1);
    ProtobufCMessage *copy = NULL;
    if (bytes) copy = protobuf_c_message_unpack(m->descriptor, NULL, protobuf_c_message_pack(m, bytes), bytes);
    free(bytes);
    return copy;
}

static struct later *later_new(struct run *run, const struct row *r) {
    struct later *l = arena_zalloc(&run->kept, sizeof *l);
    char *raw = arena_strndup(&run->kept, r->record.raw, r->record.raw_len);
    char *login = arena_strndup(&run->kept, r->login, strlen(r->login));
    char *text = arena_strndup(&run->kept, r->message_text, strlen(r->message_text));
    ProtobufCMessage *message = l && raw && login && text ? copy_of(r->message) : NULL;
    if (!message) return NULL;
    l->row = (struct row){.record = {.raw = raw, .raw_len = r->record.raw_len, .line = r->record.line},
                          .message = message,
                          .login = login,
                          .message_text = text,
                          .state = STATE_REFUSED,
                          .later = l};
    return l;
}

/* False: it is told as it is; without memory it can be imported again. */
static bool put_aside(struct run *run, struct row *r) {
    if (r->state != STATE_REFUSED || !r->waits) return false;
    struct later *l = r->later ? r->later : later_new(run, r);
    if (!l) return false;
    l->next = NULL;
    *run->last = l;
    run->last = &l->next;
    run->n_later++;
    return true;
}

static void done(struct run *run, const struct row *r) {
    tell(run, r);
    if (r->later) protobuf_c_message_free_unpacked(r->later->row.message, NULL);
}

static struct later *take_aside(struct run *run) {
    struct later *list = run->first;
    run->first = NULL, run->last = &run->first, run->n_later = 0;
    return list;
}

/* Once more those that were put aside. */
static int one_pass(struct run *run) {
    int status = 0;
    for (struct later *l = take_aside(run), *next; l && !status;) {
        arena_init(&run->a, BATCH_ARENA);
        for (run->n = 0; l && run->n < BATCH_ROWS; l = next) next = l->next, run->rows[run->n++] = l->row;
        status = send_all(run);
        for (size_t i = 0; status == 0 && i < run->n; i++)
            if (!put_aside(run, &run->rows[i])) done(run, &run->rows[i]);
        arena_free(&run->a);
    }
    return status;
}

/* After the last row: again while that brings any in. A dry run stores none, so it looks in the file. */
static int settle_later(struct run *run) {
    size_t before = run->n_later + 1;
    int status = 0;
    while (!run->dry && !status && run->n_later && run->n_later < before) {
        before = run->n_later;
        status = one_pass(run);
    }
    for (struct later *l = take_aside(run), *next; l && !status; l = next) {
        struct id id;
        const struct place *mended = message_id(l->row.message, "mends", &id) ? seen_find(&run->seen, &id) : NULL;
        next = l->next;
        if (run->dry && mended && !mended->refused) l->row.state = STATE_NEW, l->row.message_text = NULL;
        done(run, &l->row);
    }
    return status;
}

static int one_batch(struct run *run, bool *more) {
    char why[500];
    arena_init(&run->a, BATCH_ARENA);
    run->n = 0;
    *more = true;
    while (run->n < BATCH_ROWS && (*more = csv_next(&run->file, &run->a, &run->rows[run->n].record))) {
        struct row *r = &run->rows[run->n++];
        *r = (struct row){.record = r->record};
        r->message = import_row(run->kind, &run->map, &run->c->seat.business, run->currency, &run->header, &r->record,
                                &run->a, &r->login, why, sizeof why);
        struct id id;
        unsigned before = r->message && message_id(r->message, run->kind->id, &id)
                              ? seen_put(&run->seen, &id, r->record.line)
                              : 0;
        if (before)
            snprintf(why, sizeof why, "this key stands in line %u already; keys name one row each", before),
                r->message = NULL;
        if (r->message) continue;
        r->state = STATE_REFUSED;
        r->message_text = arena_strndup(&run->a, why, strlen(why));
    }
    int status = send_all(run);
    for (size_t i = 0; status == 0 && i < run->n; i++)
        if (!put_aside(run, &run->rows[i])) done(run, &run->rows[i]);
    arena_free(&run->a);
    if (!*more && status == 0) status = settle_later(run);
    progress(run, !*more || status != 0);
    return status;
}

/* --- a run -------------------------------------------------------------------------------------------------------------- */

static FILE *create(struct run *run, const char *path, int *r) {
    FILE *f = path ? fopen(path, "wxe") : NULL;
    if (path && !f)
        *r = cli_fail(run->c, EX_CANTCREAT, "%s: %s%s", path, strerror(errno),
                      errno == EEXIST ? "; remove it or name another file" : "");
    return f;
}

static int business_currency(struct run *run) {
    Vouchsafe__V1__BusinessGetRequest q = VOUCHSAFE__V1__BUSINESS_GET_REQUEST__INIT;
    int r = line_call(run->c, VOUCHSAFE__V1__METHOD__BUSINESS_GET, false, &q.base,
                      &vouchsafe__v1__business_get_reply__descriptor);
    if (!r) snprintf(run->currency, sizeof run->currency, "%s", message_text(run->c->reply.body, "business.currency"));
    return r;
}

static int open_files(struct run *run, const char *path) {
    struct cli *c = run->c;
    int r = 0;
    const char *map = args_own(&c->args, "mapping");
    if (!map)
        return cli_fail(c, EX_USAGE, "%s: --mapping FILE is missing; help shows what stands in one",
                        c->args.command->words);
    if (mapping_load(&run->map, &c->mem, map, c->err, sizeof c->err) ||
        import_check(run->kind, &run->map, c->err, sizeof c->err))
        return cli_fail(c, EX_CONFIG, "%s", c->err);
    if (csv_open(&run->file, path, run->map.latin1, run->map.delimiter, c->err, sizeof c->err))
        return cli_fail(c, EX_NOINPUT, "%s", c->err);
    run->file.escapes = run->map.escapes;
    if (!csv_next(&run->file, &c->mem, &run->header))
        return cli_fail(c, EX_DATAERR, "%s is empty; its first line names the columns", path);
    if (run->header.error) return cli_fail(c, EX_DATAERR, "%s line %u: %s", path, run->header.line, run->header.error);
    if (mapping_check(&run->map, &run->header, c->err, sizeof c->err)) return cli_fail(c, EX_CONFIG, "%s", c->err);
    run->rejects_path = args_own(&c->args, "rejects");
    run->rejects = create(run, run->rejects_path, &r);
    if (!r) run->verdicts = create(run, args_own(&c->args, "verdicts"), &r);
    if (run->rejects)
        fprintf(run->rejects, "%.*s%cwhy\n", (int)run->header.raw_len, run->header.raw, run->map.delimiter);
    if (run->verdicts) fprintf(run->verdicts, "line,verdict,message\n");
    if (!r && run->map.zone) setenv("TZ", run->map.zone, 1), tzset();
    return r;
}

static int closed(struct run *run, int r) {
    FILE *files[] = {run->rejects, run->verdicts};
    for (size_t i = 0; i < 2; i++)
        if (files[i] && (ferror(files[i]) | fclose(files[i])) && !r)
            r = cli_fail(run->c, EX_IOERR, "a file could not be written whole: %s", strerror(errno));
    csv_close(&run->file);
    arena_free(&run->kept);
    free(run->seen.at);
    return r;
}

static int run_import(struct cli *c, const struct import_kind *kind) {
    static struct run run; /* too large for the stack */
    run = (struct run){.c = c, .kind = kind, .last = &run.first, .dry = args_own(&c->args, "dry-run") != NULL};
    arena_init(&run.kept, KEPT_ARENA);
    int r = open_files(&run, c->args.words[0]);
    bool more = true;
    if (!r) r = line_open(c);
    if (!r) r = business_currency(&run);
    while (!r && more) r = one_batch(&run, &more);
    if ((r = closed(&run, r))) {
        if (run.total) out_note(&c->out, "%lu rows were done; run it again: they will be present", run.total);
        return r;
    }
    if (run.shown > SHOWN) out_note(&c->out, "and %lu more; --verdicts FILE has one line per row", run.shown - SHOWN);
    if (!c->out.quiet)
        out_say(&c->out, "%lu rows: %lu %s, %lu present, %lu refused", run.total, run.counts[STATE_NEW],
                run.dry ? "would be new" : "new", run.counts[STATE_PRESENT], run.counts[STATE_REFUSED]);
    if (run.counts[STATE_REFUSED] && run.rejects_path)
        out_note(&c->out, "mend %s and import it with the same mapping", run.rejects_path);
    struct json *j = &c->out.json;
    json_open(j, '{');
    const char *const keys[] = {"rows", "new", "present", "refused"};
    const unsigned long values[] = {run.total, run.counts[STATE_NEW], run.counts[STATE_PRESENT],
                                    run.counts[STATE_REFUSED]};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        json_key(j, keys[i]);
        json_int(j, (int64_t)values[i]);
    }
    json_key(j, "dry_run");
    json_bool(j, run.dry);
    json_close(j, '}');
    return run.counts[STATE_REFUSED] ? EX_DATAERR : 0;
}

#define KIND(noun_, plural, METHOD, targets_) \
    static const struct import_kind KIND_##plural = {.noun = #noun_, \
                                                     .id = #noun_ "_id", \
                                                     .targets = (targets_), \
                                                     .method = VOUCHSAFE__V1__METHOD__##METHOD, \
                                                     .request = &vouchsafe__v1__import_##plural##_request__descriptor, \
                                                     .reply = &vouchsafe__v1__import_##plural##_reply__descriptor, \
                                                     .row = &vouchsafe__v1__import_##noun_##__descriptor, \
                                                     .rows = "rows"}; \
    static int import_##plural(struct cli *c, ProtobufCMessage *q) { \
        (void)q; \
        return run_import(c, &KIND_##plural); \
    }
KIND(contact, contacts, IMPORT_CONTACTS, "organization")
KIND(organization, organizations, IMPORT_ORGANIZATIONS, "")
KIND(deal, deals, IMPORT_DEALS, "contact")
KIND(project, projects, IMPORT_PROJECTS, "contact deal")
KIND(promise, promises, IMPORT_PROMISES, "contact project deal")
KIND(review, reviews, IMPORT_REVIEWS, "contact project")
KIND(referral, referrals, IMPORT_REFERRALS, "contact source_contact deal")

static const struct import_kind KIND_touches = {.noun = "touch",
                                                .id = "id",
                                                .targets = "contact login mends_promise",
                                                .method = VOUCHSAFE__V1__METHOD__TOUCH_IMPORT,
                                                .request = &vouchsafe__v1__touch_import_request__descriptor,
                                                .reply = &vouchsafe__v1__touch_import_reply__descriptor,
                                                .row = &vouchsafe__v1__touch__descriptor,
                                                .rows = "touches"};
static int import_touches(struct cli *c, ProtobufCMessage *q) {
    (void)q;
    return run_import(c, &KIND_touches);
}

#define OWN \
    .own = { \
        {"mapping", "FILE", "which column is which field"}, \
        {"dry-run", NULL, "judge every row, store none"}, \
        {"rejects", "FILE", "write refused rows there, to be mended"}, \
        {"verdicts", "FILE", "write one line per row there"}, \
    }
static const char NOTES[] = "A mapping, say contacts.map:\n"
                            "  [import]\n"
                            "  source = crm\n"
                            "  key = customer_no\n"
                            "  [columns]\n"
                            "  name = {first} {last}\n"
                            "  attribute.size = employees\n"
                            "  [values origin]\n"
                            "  PPC = paid\n"
                            "  [defaults]\n"
                            "  origin = unknown, not asked\n"
                            "Also in [import]: delimiter, encoding, cells, date, zone, contact_source,\n"
                            "organization_source, deal_source, project_source. What is imported is history:\n"
                            "it counts on its days, starts no clock and makes no task.";
#define IMPORT(plural, what, file) \
    { \
        .words = "import " #plural, .summary = "Import " what " from CSV; the same file again changes nothing", \
        .examples = {"import " #plural " " #file ".csv --mapping " #file ".map --dry-run", \
                     "import " #plural " " #file ".csv --mapping " #file ".map"}, \
        .programs = ADMIN, .flags = FREE_WORDS, .args = {{.shown = "FILE"}}, OWN, .run = import_##plural, \
        .notes = NOTES \
    }
static const struct command LIST[] = {
    IMPORT(contacts, "contacts", contacts),
    IMPORT(organizations, "organizations", orgs),
    IMPORT(deals, "deals", deals),
    IMPORT(touches, "touchpoints", touches),
    IMPORT(projects, "projects", projects),
    IMPORT(promises, "promises", promises),
    IMPORT(reviews, "results reviews", reviews),
    IMPORT(referrals, "received referrals", refs),
};
const struct module_commands commands_import = {LIST, ARRAY_LEN(LIST), NULL};
