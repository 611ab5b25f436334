/* SPDX-License-Identifier: Apache-2.0 */
/* Every method × role × relation to the record, from the server's own tables: a method that is added is asked here too.
 *
 *   matrix_matrix SEATS RECORDS CANARIES LOGIN [readers-only]
 *
 * SEATS     lines "ROLE NAME SEAT-FILE": a role is sales, service, partner, admin, manager, or foreign (another business's admin)
 * RECORDS   lines "FIELD RELATION UUID": what an id field can be: FIELD is contact_id, deal_id, …; RELATION one of
 *             own logged read     visible: to staff; logged and read also to the partner it is shared with (a referral, a
 *                                 dispute: the partner's own)
 *             unshared revoked    visible to staff only
 *             foreign erased none visible to nobody here
 * CANARIES  lines "NAME TEXT": text that must never reach the seat NAME
 * LOGIN     of an account that may be closed and cut off
 * readers-only: writes by partners are left out: wall 4 alone fences a partner's writes by business only (DESIGN 7)
 *
 * 1. Each method is called by each role with a body that is no message: whoever may not is told PERMISSION_DENIED before a byte
 *    of it is read, whoever may gets as far as the body.
 * 2. For each id field of each method that a role may call, the request is made from the method's own rules and asked for a record
 *    of every relation: all that are not visible to this seat give the same bytes; the visible ones give others.
 * 3. Everything that reaches a seat is searched for what it must never see. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/actor.h"
#include "server/domain/domain.h"
#include "vouchsafe/client.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { SEATS_MAX = 8, RECORDS_MAX = 128, CANARIES_MAX = 64, REPLY_MAX = 4096 };

static struct seat {
    char role[16], name[32];
    int bit;
    vs_client *c;
} seats[SEATS_MAX];
static struct record {
    char field[32], relation[16];
    struct id id;
} records[RECORDS_MAX];
static struct canary { char name[32], text[64]; } canaries[CANARIES_MAX];
static size_t n_seats, n_records, n_canaries;
static unsigned asked, cells;
static bool readers_only;
static const char *spare = "nobody"; /* the login that methods about accounts are asked for: it may be closed */

/* Methods the second part can't ask for itself, with the reason. A new method needs no line here. */
static const struct {
    const char *method, *why;
} apart[] = {
    {"HELLO", "names no record"},
    {"LOGIN", "names no record"},
    {"JOIN", "a line's secret is the record; login_test and spine_test"},
    {"LOGOUT", "ends the seat that asks"},
    {"PASSWORD_CHANGE", "names no record"},
    {"IMPORT_CONTACTS", "judges row by row; import_test"},
    {"IMPORT_ORGANIZATIONS", "judges row by row; import_test"},
    {"IMPORT_DEALS", "judges row by row; import_test"},
    {"IMPORT_PROJECTS", "judges row by row; history_test"},
    {"IMPORT_PROMISES", "judges row by row; history_test"},
    {"IMPORT_REVIEWS", "judges row by row; history_test"},
    {"IMPORT_REFERRALS", "judges row by row; history_test"},
    {"TOUCH_IMPORT", "judges row by row; import_test"},
    {"TOUCH_LOG_BATCH", "judges row by row; batch_test"},
};

static void ok(const char *name) { printf("ok %s\n", name); }
static void red(const char *name, const char *fmt, const char *a, const char *b, const char *c) {
    printf("not ok %s: ", name);
    printf("%s %s %s %s\n", fmt, a, b, c);
}

/* --- replies as text -------------------------------------------------------------------------------------------------- */

struct answer {
    int status;
    char text[REPLY_MAX]; /* status, reason, field, message and the body in hex: equal texts are equal bytes */
};

static void watch_for(const struct seat *s, const char *method, const void *bytes, size_t n) {
    for (size_t i = 0; i < n_canaries; i++)
        if (strcmp(canaries[i].name, s->name) == 0 && n > 0 &&
            memmem(bytes, n, canaries[i].text, strlen(canaries[i].text)) != NULL)
            red("nothing foreign on the wire", "seat", s->name, method, canaries[i].text);
}

static void ask(const struct seat *s, const struct method *m, struct slice body, struct answer *out) {
    struct vs_reply r;
    struct id change = id_new();
    *out = (struct answer){.status = VS_UNAVAILABLE};
    if (vs_client_state(s->c) != VS_READY && vs_reconnect(s->c) != 0) return;
    if (vs_send(s->c, m->number, m->flags & METHOD_CHANGES ? &change : NULL, body) == 0 ||
        vs_receive(s->c, VS_CALL_MS, NULL, &r) != 0) {
        snprintf(out->text, sizeof out->text, "no answer: %s", vs_why(s->c));
        return;
    }
    asked++;
    out->status = r.status;
    size_t n = (size_t)snprintf(out->text, sizeof out->text, "%s %s %s \"%s\" ", vs_status_name(r.status), r.reason,
                                r.field, r.message);
    for (size_t i = 0; i < r.n_bytes && n + 3 < sizeof out->text; i++)
        n += (size_t)sprintf(out->text + n, "%02x", r.bytes[i]);
    watch_for(s, m->name, r.bytes, r.n_bytes);
    watch_for(s, m->name, out->text, n);
    vs_reply_free(&r);
}

/* --- 1. method × role ---------------------------------------------------------------------------------------------------- */

static void check_role(const struct seat *s, const struct method *m) {
    static const uint8_t garbage[] = {0xff, 0xff, 0xff, 0xff};
    struct answer a;
    char name[100];
    bool may = (m->roles >> s->bit & 1) != 0;
    ask(s, m, (struct slice){garbage, sizeof garbage}, &a);
    snprintf(name, sizeof name, "%s by %s: %s", m->name, s->role, may ? "as far as its body" : "denied");
    cells++;
    if (may ? a.status == VS_INVALID_ARGUMENT : a.status == VS_PERMISSION_DENIED)
        ok(name);
    else
        red(name, "answered", a.text, "", "");
}

/* --- 2. requests from rules ------------------------------------------------------------------------------------------------ */

static const struct field_rule *rule_of(const struct method *m, const char *field) {
    for (size_t i = 0; i < m->n_rules; i++)
        if (strcmp(m->rules[i].field, field) == 0) return &m->rules[i];
    return NULL;
}

static bool is_id(const ProtobufCFieldDescriptor *f) {
    size_t n = strlen(f->name);
    return f->type == PROTOBUF_C_TYPE_BYTES && f->label != PROTOBUF_C_LABEL_REPEATED && n > 3 &&
           strcmp(f->name + n - 3, "_id") == 0;
}

static const struct record *record_of(const char *field, const char *relation) {
    for (size_t i = 0; i < n_records; i++)
        if (strcmp(records[i].field, field) == 0 && strcmp(records[i].relation, relation) == 0) return &records[i];
    return NULL;
}

static ProtobufCMessage *new_message(const ProtobufCMessageDescriptor *d) {
    ProtobufCMessage *m = calloc(1, d->sizeof_message);
    if (m == NULL) exit(1);
    protobuf_c_message_init(d, m);
    return m;
}

static void put_has(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    if (f->quantifier_offset != 0 && f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
        *(protobuf_c_boolean *)((char *)m + f->quantifier_offset) = 1;
}

static void put_id(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, const struct id *id) {
    ProtobufCBinaryData *b = (void *)((char *)m + f->offset);
    *b = (ProtobufCBinaryData){16, malloc(16)};
    if (b->data == NULL) exit(1);
    memcpy(b->data, id->b, 16);
    put_has(m, f);
}

static bool ends(const char *s, const char *with) {
    size_t n = strlen(s), k = strlen(with);
    return n >= k && strcmp(s + n - k, with) == 0;
}

static void put_text(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    const struct {
        const char *field, *value;
    } texts[] = {{"login", spare},    {"query", "CANARY"},       {"owner", "sam"},
                 {"to", "sam"},       {"zone", "Europe/Berlin"}, {"key", "calendar.opens"},
                 {"currency", "EUR"}, {"country", "DE"},         {"password", "correct horse battery"},
                 {"name", "D1"}};
    const char *value = ends(f->name, "_on") || strcmp(f->name, "day") == 0 ? "2026-11-20" : "text";
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].field, f->name) == 0) value = texts[i].value;
    *(char **)(void *)((char *)m + f->offset) = strdup(value);
}

/* Does the method make the record that this field names? Then its id is new, and nothing to be seen or hidden. */
static bool makes(const struct method *m, const char *field) {
    size_t noun = strlen(field) - 3;
    char add[64];
    snprintf(add, sizeof add, "%.*s_ADD", (int)noun, field);
    for (char *p = add; *p; p++) *p = (char)toupper((unsigned char)*p);
    if (strcmp(m->name, add) == 0) return true;
    static const char *const others[][2] = {
        {"DEAL_WON", "project_id"},        {"REVIEW_PLAN", "review_id"}, {"DISPUTE_OPEN", "dispute_id"},
        {"THANKS_GIVE", "thanks_id"},      {"THANKS_OWE", "thanks_id"},  {"CREDIT_SAY", "credit_id"},
        {"AGREEMENT_SET", "agreement_id"}, {"BLIND_CHECK", "blind_id"},  {"ASK_MAKE", "ask_id"},
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(m->name, others[i][0]) == 0 && strcmp(field, others[i][1]) == 0) return true;
    return false;
}

/* The field a test can fill without knowing the method: what its rules require, and the one id that is asked for. */
static void fill(const struct method *m, ProtobufCMessage *msg, const char *field, const struct id *id) {
    for (unsigned i = 0; i < msg->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &msg->descriptor->fields[i];
        const struct field_rule *rule = rule_of(m, f->name);
        void *at = (char *)msg + f->offset;
        if (f->label == PROTOBUF_C_LABEL_REPEATED) continue;
        if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
            ProtobufCMessage *inner = new_message(f->descriptor);
            *(ProtobufCMessage **)at = inner;
            fill(m, inner, field, id);
        } else if (is_id(f) && strcmp(f->name, field) == 0) {
            put_id(msg, f, id);
        } else if (rule == NULL || !rule->required) {
            continue;
        } else if (f->type == PROTOBUF_C_TYPE_BYTES) {
            const struct record *own = makes(m, f->name) ? NULL : record_of(f->name, "own");
            struct id fresh = id_new();
            put_id(msg, f, own != NULL ? &own->id : &fresh);
        } else if (f->type == PROTOBUF_C_TYPE_STRING) {
            put_text(msg, f);
        } else if (f->type == PROTOBUF_C_TYPE_INT64 || f->type == PROTOBUF_C_TYPE_UINT64) {
            *(int64_t *)at = ends(f->name, "_at") || strcmp(f->name, "until") == 0 ? INT64_C(1790000000000000) : 1;
            put_has(msg, f);
        } else {
            if (f->type == PROTOBUF_C_TYPE_DOUBLE)
                *(double *)at = 1;
            else
                *(uint32_t *)at = (uint32_t)(rule->min > 0 ? rule->min : 1);
            put_has(msg, f);
        }
    }
}

/* Asks with a record of that relation; false when there is none. */
static bool ask_about(const struct seat *s, const struct method *m, const char *field, const char *relation,
                      struct answer *out) {
    const struct record *r = record_of(field, relation);
    if (r == NULL) return false;
    ProtobufCMessage *msg = new_message(m->request);
    uint8_t body[4096];
    fill(m, msg, field, &r->id);
    size_t n = protobuf_c_message_get_packed_size(msg);
    if (n > sizeof body) exit(1);
    protobuf_c_message_pack(msg, body);
    protobuf_c_message_free_unpacked(msg, NULL);
    ask(s, m, (struct slice){body, n}, out);
    return true;
}

static bool visible(const struct seat *s, const struct method *m, const char *field, const char *relation) {
    static const char *const nobody[] = {"foreign", "erased", "none"};
    if (strcmp(s->role, "foreign") == 0) return strcmp(relation, "foreign") == 0; /* its own */
    for (size_t i = 0; i < ARRAY_LEN(nobody); i++)
        if (strcmp(relation, nobody[i]) == 0) return false;
    if (strcmp(s->role, "partner") != 0) return true;
    if (strcmp(m->name, "TOUCH_LOG") == 0 && strcmp(relation, "read") == 0) return false; /* to read, not to log */
    static const char *const its[] = {"contact_id", "referral_id", "dispute_id"};
    bool may = false;
    for (size_t i = 0; i < ARRAY_LEN(its); i++) may = may || strcmp(field, its[i]) == 0;
    return may && (strcmp(relation, "logged") == 0 || strcmp(relation, "read") == 0);
}

static bool tells_nothing(const struct method *m, const char *field);

static void check_relations(const struct seat *s, const struct method *m, const char *field) {
    static const char *const relations[] = {"own",     "logged",  "read",   "unshared",
                                            "revoked", "foreign", "erased", "none"};
    struct answer hidden = {0}, a;
    char name[128], first[16] = "";
    bool seen = false, told = false;
    for (size_t i = 0; i < ARRAY_LEN(relations); i++) {
        if (visible(s, m, field, relations[i]) || !ask_about(s, m, field, relations[i], &a)) continue;
        snprintf(name, sizeof name, "%s by %s: %s %s is not there", m->name, s->role, field, relations[i]);
        cells++;
        if (a.status == VS_OK && m->flags & METHOD_CHANGES) {
            red(name, "answered", a.text, "", "");
            told = true;
        } else if (!seen) {
            hidden = a;
            seen = true;
            snprintf(first, sizeof first, "%s", relations[i]);
        } else if (strcmp(hidden.text, a.text) != 0) {
            red(name, "differs from", first, hidden.text, a.text);
            told = true;
        }
    }
    if (!seen || told) return;
    snprintf(name, sizeof name, "%s by %s: every %s not visible gives the same bytes", m->name, s->role, field);
    ok(name);
    for (size_t i = 0; i < ARRAY_LEN(relations) && strcmp(s->role, "foreign") != 0 && !tells_nothing(m, field); i++) {
        if (!visible(s, m, field, relations[i])) continue;
        const char *best = strcmp(s->role, "partner") == 0 ? "logged" : "own";
        if (strcmp(relations[i], best) != 0 || !ask_about(s, m, field, relations[i], &a)) continue;
        snprintf(name, sizeof name, "%s by %s: %s %s is there", m->name, s->role, field, relations[i]);
        cells++;
        if (strcmp(hidden.text, a.text) != 0)
            ok(name);
        else
            red(name, "as if it were not:", a.text, "", "");
    }
}

/* Where a visible record gives what a hidden one gives, with the reason. */
static bool tells_nothing(const struct method *m, const char *field) {
    static const struct {
        const char *method, *field, *why;
    } silent[] = {
        {"CONTACT_EDIT", "organization_id", "the version is judged first"},
        {"CONTACT_DUPLICATES", "organization_id", "it only narrows the search"},
        {"SHARE_REVOKE", "partner_id", "the contact asked for isn't shared with it"},
        {"REWARD_ADD", "about_contact_id", "it names no source"},
        {"INTRODUCTION_ADD", "contact_id", "the other one isn't named"},
        {"TEXT_GET", "introduction_id", "its person was asked and answered"},
        {"TEXT_GET", "thanks_id", "the first kind of text is of an introduction"},
        {"TEXT_GET", "contact_id", "the first kind of text is of an introduction"},
        {"ACCOUNT_ADD", "partner_id", "a sales account has no partner"},
        {"REFERRAL_ACT", "partner_id", "only redirecting reads it"},
        {"REFERRAL_ACT", "deal_id", "only winning reads it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(silent); i++)
        if (strcmp(silent[i].method, m->name) == 0 && strcmp(silent[i].field, field) == 0) return true;
    return strstr(m->name, "_LIST") != NULL; /* a list of nothing */
}

static bool stands_apart(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(apart); i++)
        if (strcmp(apart[i].method, name) == 0) return true;
    return false;
}

static void check_ids(const struct seat *s, const struct method *m, const ProtobufCMessageDescriptor *d) {
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        if (f->type == PROTOBUF_C_TYPE_MESSAGE && f->label != PROTOBUF_C_LABEL_REPEATED) check_ids(s, m, f->descriptor);
        if (is_id(f) && !makes(m, f->name) && record_of(f->name, "none") != NULL) check_relations(s, m, f->name);
        if (is_id(f) && !makes(m, f->name) && record_of(f->name, "none") == NULL)
            red("every kind of record is in the matrix", "tests/matrix/matrix_test.sh: give records of", f->name, "for",
                m->name);
    }
}

/* A read that names no record: whatever it lists is searched for what this seat must never see. */
static void check_plain(const struct seat *s, const struct method *m) {
    struct answer a;
    uint8_t body[4096];
    ProtobufCMessage *msg = new_message(m->request);
    fill(m, msg, "", NULL);
    size_t n = protobuf_c_message_get_packed_size(msg);
    if (n > sizeof body) exit(1);
    protobuf_c_message_pack(msg, body);
    protobuf_c_message_free_unpacked(msg, NULL);
    ask(s, m, (struct slice){body, n}, &a);
    cells++;
}

static void each_method(void (*fn)(const struct seat *, const struct method *)) {
    for (size_t s = 0; s < n_seats; s++)
        for (size_t i = 0; i < domain_module_count; i++)
            for (size_t k = 0; k < domain_modules[i]->n_methods; k++) fn(&seats[s], &domain_modules[i]->methods[k]);
}

static void roles(const struct seat *s, const struct method *m) {
    if (!(m->flags & METHOD_BEFORE_LOGIN) && strcmp(s->role, "foreign") != 0) check_role(s, m);
}
static void relations(const struct seat *s, const struct method *m) {
    bool partner = strcmp(s->role, "partner") == 0;
    if (stands_apart(m->name) || !(m->roles >> s->bit & 1)) return;
    if (readers_only && partner && (m->flags & METHOD_CHANGES || strncmp(m->name, "TOUCH_LOG", 9) == 0)) return;
    check_ids(s, m, m->request);
    if (!(m->flags & METHOD_CHANGES) && strncmp(m->name, "TOUCH_LOG", 9) != 0) check_plain(s, m);
}

/* --- files ------------------------------------------------------------------------------------------------------------------ */

static void read_seats(const char *path) {
    static const char *const names[] = {"", "sales", "service", "partner", "admin", "manager"};
    char file[512], err[512];
    struct vs_seat seat;
    FILE *f = fopen(path, "re");
    while (f != NULL && n_seats < SEATS_MAX &&
           fscanf(f, "%15s %31s %511s", seats[n_seats].role, seats[n_seats].name, file) == 3) {
        struct seat *s = &seats[n_seats++];
        for (int i = 1; i < 6; i++)
            if (strcmp(names[i], s->role) == 0) s->bit = i;
        if (strcmp(s->role, "foreign") == 0) s->bit = ROLE_ADMIN;
        if (vs_seat_load(file, &seat, err, sizeof err) != 0 || (s->c = vs_connect(&seat, err, sizeof err)) == NULL ||
            !vs_logged_in(s->c)) {
            printf("not ok seat %s: %s\n", s->name, err);
            exit(1);
        }
        vs_seat_free(&seat);
    }
    if (f != NULL) fclose(f);
}

static void read_lines(const char *records_path, const char *canaries_path) {
    char uuid[64];
    FILE *f = fopen(records_path, "re");
    while (f != NULL && n_records < RECORDS_MAX &&
           fscanf(f, "%31s %15s %63s", records[n_records].field, records[n_records].relation, uuid) == 3)
        if (id_parse(uuid, &records[n_records].id) == 0) n_records++;
    if (f != NULL) fclose(f);
    f = fopen(canaries_path, "re");
    while (f != NULL && n_canaries < CANARIES_MAX &&
           fscanf(f, "%31s %63s", canaries[n_canaries].name, canaries[n_canaries].text) == 2)
        n_canaries++;
    if (f != NULL) fclose(f);
}

int main(int argc, char **argv) {
    if (argc < 5) return 64;
    spare = argv[4];
    readers_only = argc > 5;
    setvbuf(stdout, NULL, _IOLBF, 0);
    read_seats(argv[1]);
    read_lines(argv[2], argv[3]);
    if (n_seats == 0 || n_records == 0 || n_canaries == 0) return 1;
    each_method(roles);
    each_method(relations);
    printf("# %u calls, %u cells, %zu seats, %zu canaries\n", asked, cells, n_seats, n_canaries);
    for (size_t i = 0; i < n_seats; i++) vs_disconnect(seats[i].c);
    return 0;
}
