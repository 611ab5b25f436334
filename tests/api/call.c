/* SPDX-License-Identifier: Apache-2.0 */
/* Speaks the protocol as a test says it, below the client library: what a hostile or a foreign client might send.
 *   api_call key FILE BUSINESS             makes a key and its self-signed certificate
 *   api_call id                            a new id
 *   api_call line LINE                     the parts of a join line as shell assignments: BUSINESS, PIN, SECRET, AT
 *   api_call [-q] [-x] [-n N] [-k FILE] ADDRESS PIN [METHOD [name=value ...] [-- METHOD ...]]
 *                                          says HELLO, then the calls, one after the other; without one, a call from each line of
 *                                          stdin. A line is printed for each answer: "STATUS REASON FIELD name=value ... : message".
 *   -n N    on N connections at once: each call is sent on all of them before the first answer is read
 *   -q      without the HELLO
 * PIN "plain": without TLS, for listen.plain; ADDRESS may be the path of a unix socket then.
 *   -x      prints the bytes of the answers, instead
 * Values: text as it is; bytes in hex, "new" for a new id, "sha256:HEX" for the hash of that; change=... is the change id,
 * deadline_ms=... how long the caller waits. A repeated field is said once for each item, an attribute's value as attributes=key:value; a
 * nested one as attribute.key=... */
#include <errno.h>
#include <netdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/status.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/ask.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/claim.pb-c.h"
#include "vouchsafe/v1/common.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/merge.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/promise.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"
#include "vouchsafe/v1/reward.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"
#include "vouchsafe/v1/setting.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/task.pb-c.h"
#include "vouchsafe/v1/thanks.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { WORDS_MAX = 64, CONNS_MAX = 256 };

#define METHODS(X) \
    X(HELLO, hello) \
    X(LOGIN, login) \
    X(LOGOUT, logout) \
    X(WHOAMI, whoami) \
    X(PING, ping) \
    X(JOIN, join) \
    X(PASSWORD_CHANGE, password_change) \
    X(ACCOUNT_ADD, account_add) \
    X(ACCOUNT_LIST, account_list) \
    X(ACCOUNT_CLOSE, account_close) \
    X(ACCOUNT_PASSWORD, account_password) \
    X(ACCOUNT_REVOKE, account_revoke) \
    X(ENROLMENT_ADD, enrolment_add) \
    X(ENROLMENT_LIST, enrolment_list) \
    X(ENROLMENT_END, enrolment_end) \
    X(DEVICE_LIST, device_list) \
    X(DEVICE_END, device_end) \
    X(BUSINESS_GET, business_get) \
    X(BUSINESS_EDIT, business_edit) \
    X(PARTNER_ADD, partner_add) \
    X(PARTNER_LIST, partner_list) \
    X(CONTACT_ADD, contact_add) \
    X(CONTACT_GET, contact_get) \
    X(CONTACT_EDIT, contact_edit) \
    X(CONTACT_FIND, contact_find) \
    X(CONTACT_LIST, contact_list) \
    X(CONTACT_HANDOVER, contact_handover) \
    X(CONTACT_DUPLICATES, contact_duplicates) \
    X(CONTACT_STAGE_SET, contact_stage_set) \
    X(ORGANIZATION_ADD, organization_add) \
    X(ORGANIZATION_EDIT, organization_edit) \
    X(ORGANIZATION_FIND, organization_find) \
    X(ATTRIBUTE_DEFINE, attribute_define) \
    X(ATTRIBUTE_LIST, attribute_list) \
    X(SHARE_GRANT, share_grant) \
    X(SHARE_REVOKE, share_revoke) \
    X(SHARE_LIST, share_list) \
    X(TOUCH_LOG, touch_log) \
    X(TOUCH_TIMELINE, touch_timeline) \
    X(TASK_ADD, task_add) \
    X(ASK_LIST, ask_list) \
    X(DEAL_ADD, deal_add) \
    X(DEAL_WON, deal_won) \
    X(PROJECT_ADD, project_add) \
    X(PROMISE_ADD, promise_add) \
    X(PROMISE_LIST, promise_list) \
    X(SETTING_SET, setting_set) \
    X(THANKS_OWE, thanks_owe) \
    X(CREDIT_SAY, credit_say) \
    X(REWARD_ADD, reward_add) \
    X(REWARD_DECIDE, reward_decide) \
    X(REWARD_PAYABLE, reward_payable) \
    X(REWARD_PAY, reward_pay) \
    X(REWARD_REVERSE, reward_reverse) \
    X(REWARD_LIST, reward_list) \
    X(AGREEMENT_SET, agreement_set) \
    X(LEDGER_LIST, ledger_list) \
    X(LEDGER_SHOW, ledger_show) \
    X(REFERRAL_ADD, referral_add) \
    X(DISPUTE_OPEN, dispute_open) \
    X(DISPUTE_DECIDE, dispute_decide) \
    X(REFERRAL_ACT, referral_act) \
    X(MERGE_ADD, merge_add) \
    X(MERGE_UNDO, merge_undo) \
    X(BLIND_CHECK, blind_check) \
    X(BLIND_LIST, blind_list)

static const struct known {
    const char *name;
    uint32_t number;
    const ProtobufCMessageDescriptor *request, *reply;
} known[] = {
#define X(NAME, lower) \
    {#NAME, VOUCHSAFE__V1__METHOD__##NAME, &vouchsafe__v1__##lower##_request__descriptor, \
     &vouchsafe__v1__##lower##_reply__descriptor},
    METHODS(X)
#undef X
};

struct conn {
    int fd;
    struct tls *tls;
    struct buf in, out;
    uint64_t id;
};

static bool as_bytes, no_hello;

_Noreturn static void die(const char *what, const char *why) {
    printf("api_call: %s: %s\n", what, why);
    exit(2);
}

/* --- the connection -------------------------------------------------------------------------------------- */

static void push(struct conn *c) {
    while (buf_len(&c->out) > 0) {
        ssize_t n = send(c->fd, buf_data(&c->out), buf_len(&c->out), MSG_NOSIGNAL);
        if (n < 0) break; /* reading will say why */
        buf_consume(&c->out, (size_t)n);
    }
    if (buf_len(&c->out) > 0) buf_consume(&c->out, buf_len(&c->out));
}

static bool pull(struct conn *c) {
    uint8_t data[16384];
    ssize_t n = recv(c->fd, data, sizeof data, 0);
    if (n <= 0) return false;
    if (c->tls == NULL) {
        buf_append(&c->in, data, (size_t)n);
        return true;
    }
    enum tls_result r = tls_feed(c->tls, (struct slice){data, (size_t)n}, &c->in, &c->out);
    push(c);
    return r == TLS_OK || (r == TLS_CLOSED && buf_len(&c->in) > 0);
}

static int dial_path(const char *path) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
    if (connect(fd, (const struct sockaddr *)&un, sizeof un) < 0) die(path, strerror(errno));
    return fd;
}

static int dial_tcp(const char *address) {
    char host[256];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    snprintf(host, sizeof host, "%s", address);
    char *colon = strrchr(host, ':');
    if (colon == NULL) die(address, "not host:port");
    *colon = '\0';
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) die(address, "unknown");
    int fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (connect(fd, found->ai_addr, found->ai_addrlen) < 0) die(address, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

/* tls NULL: without. */
static void dial(struct conn *c, const char *address, struct tls_context *tls) {
    struct timeval patience = {.tv_sec = 60};
    c->fd = address[0] == '/' ? dial_path(address) : dial_tcp(address);
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    buf_init(&c->in, 0);
    buf_init(&c->out, 0);
    if (tls == NULL) return;
    c->tls = tls_new(tls);
    if (tls_feed(c->tls, (struct slice){NULL, 0}, &c->in, &c->out) != TLS_OK) die("tls", tls_error(c->tls));
    push(c);
    while (!tls_ready(c->tls))
        if (!pull(c)) die("tls", tls_error(c->tls));
}

/* --- calls ----------------------------------------------------------------------------------------------- */

static size_t parse_bytes(const char *text, uint8_t *out, size_t size) {
    size_t n = 0;
    if (strcmp(text, "new") == 0) {
        struct id id = id_new();
        memcpy(out, id.b, 16);
        return 16;
    }
    bool hash = strncmp(text, "sha256:", 7) == 0;
    if (hash) text += 7;
    if (sodium_hex2bin(out, size, text, strlen(text), "-", &n, NULL) != 0) die(text, "not hex");
    if (!hash) return n;
    crypto_hash_sha256(out, out, n);
    return 32;
}

static ProtobufCMessage *message_new(const ProtobufCMessageDescriptor *d) {
    ProtobufCMessage *m = calloc(1, d->sizeof_message);
    if (m == NULL) die("memory", "none");
    protobuf_c_message_init(d, m);
    return m;
}

static void set_field(ProtobufCMessage *m, const char *name, const char *value);

static void add_item(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, const char *value) {
    size_t *n = (size_t *)(void *)((char *)m + f->quantifier_offset);
    void **items = (void **)(void *)((char *)m + f->offset);
    bool number = f->type == PROTOBUF_C_TYPE_ENUM;
    *items = realloc(*items, (*n + 1) * (number ? sizeof(int32_t) : sizeof(void *)));
    if (*items == NULL) die("memory", "none");
    if (number) {
        ((int32_t *)*items)[(*n)++] = atoi(value);
    } else if (f->type == PROTOBUF_C_TYPE_STRING) {
        ((char **)*items)[(*n)++] = strdup(value);
    } else {
        const char *colon = strchr(value, ':');
        char key[256];
        ProtobufCMessage *item = message_new(f->descriptor);
        if (colon == NULL) die(value, "not key:value");
        snprintf(key, sizeof key, "%.*s", (int)(colon - value), value);
        set_field(item, "key", key);
        set_field(item, "value", colon + 1);
        ((ProtobufCMessage **)*items)[(*n)++] = item;
    }
}

static void set_nested(ProtobufCMessage *m, const char *name, const char *value) {
    char outer[64];
    const char *dot = strchr(name, '.');
    snprintf(outer, sizeof outer, "%.*s", (int)(dot - name), name);
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, outer);
    if (f == NULL || f->type != PROTOBUF_C_TYPE_MESSAGE) die(name, "no such field");
    ProtobufCMessage **at = (ProtobufCMessage **)(void *)((char *)m + f->offset);
    if (*at == NULL) *at = message_new(f->descriptor);
    set_field(*at, dot + 1, value);
}

static void set_field(ProtobufCMessage *m, const char *name, const char *value) {
    if (strchr(name, '.') != NULL) return set_nested(m, name, value);
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
    if (f == NULL) die(name, "no such field");
    void *at = (char *)m + f->offset;
    if (f->label == PROTOBUF_C_LABEL_REPEATED) return add_item(m, f, value);
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        *(char **)at = strdup(value);
        return;
    }
    *(protobuf_c_boolean *)(void *)((char *)m + f->quantifier_offset) = 1;
    if (f->type == PROTOBUF_C_TYPE_BYTES) {
        uint8_t *bytes = malloc(4096);
        size_t n = parse_bytes(value, bytes, 4096);
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){n, bytes};
    } else if (f->type == PROTOBUF_C_TYPE_INT64 || f->type == PROTOBUF_C_TYPE_UINT64) {
        *(int64_t *)at = strtoll(value, NULL, 10);
    } else {
        *(int32_t *)at = (int32_t)strtol(value, NULL, 10);
    }
}

static void send_call(struct conn *c, const struct known *k, int n, char **words) {
    ProtobufCMessage *m = message_new(k->request);
    uint8_t change[32], *body;
    struct envelope_request e = {.id = ++c->id, .method = k->number};
    for (int i = 0; i < n; i++) {
        char word[4096];
        snprintf(word, sizeof word, "%s", words[i]);
        char *value = strchr(word, '=');
        if (value == NULL) die(word, "not name=value");
        *value++ = '\0';
        if (strcmp(word, "change") == 0)
            e.change_id = (struct slice){change, parse_bytes(value, change, sizeof change)};
        else if (strcmp(word, "deadline_ms") == 0)
            e.deadline_ms = (uint32_t)strtoul(value, NULL, 10);
        else
            set_field(m, word, value);
    }
    e.body.len = protobuf_c_message_get_packed_size(m);
    e.body.data = body = malloc(e.body.len + 1);
    protobuf_c_message_pack(m, body);
    struct buf plain;
    buf_init(&plain, 0);
    envelope_write_request(&plain, &e);
    if (c->tls == NULL)
        buf_append(&c->out, buf_data(&plain), buf_len(&plain));
    else if (tls_send(c->tls, (struct slice){buf_data(&plain), buf_len(&plain)}, &c->out) != TLS_OK)
        die("tls", "send");
    push(c);
    buf_free(&plain);
    free(body);
    protobuf_c_message_free_unpacked(m, NULL);
}

static void print_message(const ProtobufCMessage *m, const char *prefix);

static void print_value(const ProtobufCFieldDescriptor *f, const void *at, const char *prefix) {
    char name[200];
    snprintf(name, sizeof name, "%s%s", prefix, f->name);
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        strncat(name, ".", sizeof name - strlen(name) - 1);
        print_message(*(ProtobufCMessage *const *)at, name);
        return;
    }
    printf(" %s=", name);
    if (f->type == PROTOBUF_C_TYPE_STRING)
        printf("%s", *(char *const *)at);
    else if (f->type == PROTOBUF_C_TYPE_BYTES)
        for (size_t i = 0; i < ((const ProtobufCBinaryData *)at)->len; i++)
            printf("%02x", ((const ProtobufCBinaryData *)at)->data[i]);
    else if (f->type == PROTOBUF_C_TYPE_INT64 || f->type == PROTOBUF_C_TYPE_UINT64)
        printf("%lld", (long long)*(const int64_t *)at);
    else
        printf("%d", *(const int32_t *)at);
}

static void print_message(const ProtobufCMessage *m, const char *prefix) {
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        const char *base = (const char *)m, *at = base + f->offset;
        bool pointer = f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE;
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)(const void *)(base + f->quantifier_offset);
            char *const *items = *(char *const *const *)(const void *)at;
            const int32_t *numbers = *(const int32_t *const *)(const void *)at;
            for (size_t k = 0; k < n; k++)
                print_value(f, pointer ? (const void *)&items[k] : (const void *)&numbers[k], prefix);
        } else if (pointer ? *(void *const *)(const void *)at != NULL
                           : *(const protobuf_c_boolean *)(const void *)(base + f->quantifier_offset) != 0) {
            print_value(f, at, prefix);
        }
    }
}

static void print_reply(const struct known *k, const struct envelope_reply *r) {
    printf("%s %.*s %.*s", vs_status_name((int)r->status), (int)r->reason.len, (const char *)r->reason.data,
           (int)r->field.len, (const char *)r->field.data);
    ProtobufCMessage *m = protobuf_c_message_unpack(k->reply, NULL, r->body.len, r->body.data);
    if (r->status == VS_OK && m != NULL) print_message(m, "");
    if (r->retry_after_ms > 0) printf(" retry_after_ms=%u", r->retry_after_ms);
    if (r->message.len > 0) printf(" : %.*s", (int)r->message.len, (const char *)r->message.data);
    printf("\n");
    if (m != NULL) protobuf_c_message_free_unpacked(m, NULL);
}

/* One answer or goodbye; false when the connection is over. */
static bool receive(struct conn *c, const struct known *k, bool silent) {
    struct slice frame;
    struct envelope_from_server e;
    while (frame_peek(&c->in, FRAME_MAX_FROM_SERVER, &frame, NULL) != FRAME_WHOLE)
        if (!pull(c)) {
            if (!silent) printf("CLOSED\n");
            return false;
        }
    if (envelope_read_from_server(frame, &e) < 0) die("answer", "not an envelope");
    if (silent) {
    } else if (as_bytes) {
        for (size_t i = 0; i < frame.len; i++) printf("%02x", frame.data[i]);
        printf("\n");
    } else if (e.kind == ENVELOPE_REPLY) {
        print_reply(k, &e.reply);
    } else {
        printf("GO_AWAY %.*s\n", (int)e.go_away_reason.len, (const char *)e.go_away_reason.data);
    }
    frame_consume(&c->in, frame);
    fflush(stdout);
    return e.kind == ENVELOPE_REPLY;
}

static bool call(struct conn *conns, int n_conns, int n, char **words, bool silent) {
    const struct known *k = NULL;
    bool alive = true;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i].name, words[0]) == 0) k = &known[i];
    if (k == NULL) die(words[0], "no such method");
    for (int i = 0; i < n_conns; i++) send_call(&conns[i], k, n - 1, words + 1);
    for (int i = 0; i < n_conns; i++) alive = receive(&conns[i], k, silent) && alive;
    return alive;
}

static void from_stdin(struct conn *conns, int n_conns) {
    char line[4096], *words[WORDS_MAX], *save;
    while (fgets(line, sizeof line, stdin) != NULL) {
        int n = 0;
        for (char *w = strtok_r(line, " \n", &save); w != NULL && n < WORDS_MAX; w = strtok_r(NULL, " \n", &save))
            words[n++] = w;
        if (n > 0 && !call(conns, n_conns, n, words, false)) return;
    }
}

/* --- keys and lines ---------------------------------------------------------------------------------------- */

static int make_key(const char *file, const char *business) {
    char *key, *cert, name[ID_TEXT];
    struct id id;
    size_t n;
    if (sodium_hex2bin(id.b, 16, business, strlen(business), "-", &n, NULL) != 0) die(business, "not an id");
    id_format(&id, name);
    FILE *f = fopen(file, "w");
    if (f == NULL || tls_make_key(&key) < 0 || tls_make_self_signed(key, name, &cert) < 0) die(file, "no key");
    fprintf(f, "%s%s", key, cert);
    free(key);
    free(cert);
    return fclose(f);
}

static int print_id(void) {
    struct id id = id_new();
    char text[ID_TEXT];
    id_format(&id, text);
    printf("%s\n", text);
    return 0;
}

static int print_line(const char *text) {
    struct join_line l;
    char err[256], business[33], pin[65], secret[65];
    if (join_line_parse(text, &l, err, sizeof err) < 0) die(text, err);
    sodium_bin2hex(business, sizeof business, l.business.b, 16);
    sodium_bin2hex(pin, sizeof pin, l.root_pin, 32);
    sodium_bin2hex(secret, sizeof secret, l.secret, 32);
    printf("BUSINESS=%s PIN=%s SECRET=%s AT=%s\n", business, pin, secret, l.addresses);
    return 0;
}

static struct tls_context *tls_of(const char *pin_hex, const char *file) {
    static char pem[16384];
    uint8_t pin[32];
    char err[256];
    size_t n = 0;
    if (sodium_hex2bin(pin, sizeof pin, pin_hex, strlen(pin_hex), NULL, &n, NULL) != 0) die(pin_hex, "not a pin");
    FILE *f = file != NULL ? fopen(file, "r") : NULL;
    if (f != NULL) {
        pem[fread(pem, 1, sizeof pem - 1, f)] = '\0';
        fclose(f);
    }
    char *cert = strstr(pem, "-----BEGIN CERTIFICATE"), *key = cert != NULL ? strndup(pem, (size_t)(cert - pem)) : NULL;
    struct tls_context *tls = tls_context_client(pin, cert, key, err, sizeof err);
    if (tls == NULL) die("tls", err);
    free(key);
    return tls;
}

int main(int argc, char **argv) {
    static struct conn conns[CONNS_MAX];
    static char *hello[] = {(char *)"HELLO", (char *)"protocol=1"};
    const char *key = NULL;
    int n_conns = 1, option;
    if (sodium_init() < 0) return 2;
    if (argc == 2 && strcmp(argv[1], "id") == 0) return print_id();
    if (argc == 4 && strcmp(argv[1], "key") == 0) return make_key(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "line") == 0) return print_line(argv[2]);
    while ((option = getopt(argc, argv, "+qxn:k:")) != -1) {
        if (option == 'q') no_hello = true;
        if (option == 'x') as_bytes = true;
        if (option == 'n') n_conns = atoi(optarg);
        if (option == 'k') key = optarg;
    }
    if (argc - optind < 2 || n_conns < 1 || n_conns > CONNS_MAX) die("usage", "see tests/api/call.c");
    bool plain = strcmp(argv[optind + 1], "plain") == 0;
    struct tls_context *tls = plain ? NULL : tls_of(argv[optind + 1], key);
    for (int i = 0; i < n_conns; i++) dial(&conns[i], argv[optind], tls);
    bool alive = true;
    int at = optind + 2;
    if (at < argc && !no_hello && strcmp(argv[at], "HELLO") != 0) alive = call(conns, n_conns, 2, hello, true);
    if (at == argc) {
        call(conns, n_conns, 2, hello, true);
        from_stdin(conns, n_conns);
    }
    while (alive && at < argc) {
        int end = at;
        while (end < argc && strcmp(argv[end], "--") != 0) end++;
        alive = call(conns, n_conns, end - at, argv + at, false);
        at = end + 1;
    }
    return 0;
}
