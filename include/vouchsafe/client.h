/* SPDX-License-Identifier: Apache-2.0 */
/* libvouchsafe: what a seat needs to reach its server, prove who it is, and lose nothing while there is no line.
 *
 * Shapes     opaque handles (vs_client, vs_outbox) and plain structs. Ids are 16 bytes (id.h). Requests and replies are the
 *            generated messages of proto/vouchsafe/v1.
 * Units      milliseconds for waits; bytes for sizes; text is UTF-8 and ends with NUL.
 * Errors     three forms only: an `err` buffer that gets one sentence for a person; an enum vs_status (status.h) where the
 *            server may have spoken; a small enum of the function's own. Nothing prints, exits, or changes signals.
 * Ownership  what a function returns as a pointer to a handle is the caller's until the function named beside it frees it;
 *            `const char *` answers belong to the handle and hold until the next call on it. Arguments are copied.
 * Threads    a handle is used by one thread at a time; different handles don't know each other. Several processes may share
 *            seat files and outboxes.
 * Certainty  the server's certificate is always checked against the pin of the join line. There is no switch to turn that off. */
#ifndef VOUCHSAFE_CLIENT_H
#define VOUCHSAFE_CLIENT_H

#include <protobuf-c/protobuf-c.h>
#include "vouchsafe/id.h"
#include "vouchsafe/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VS_PIPELINE = 32,   /* requests without an answer at once on a connection; the server reads no further ones */
    VS_CALL_MS = 10000, /* a request without an answer for so long: its outcome is unknown, the connection is dropped */
    VS_CONNECT_MS = 5000,    /* for one address, until it answered HELLO */
    VS_BACKOFF_MS = 30000,   /* longest wait between two rounds through all addresses */
    VS_WATCH_MAX = 64,       /* contacts and referrals watched at once by one client */
    VS_TOKEN_SIZE = 48,      /* business id and secret */
    VS_OUTBOX_MAX = 100000,  /* entries */
    VS_OUTBOX_MAX_MIB = 256, /* all their bodies together */
    VS_OUTBOX_DAYS = 400,    /* for so long servers honour ids: older entries are shown, not sent */
    VS_DIRECTORY_MAX = 20000 /* names kept for use off line; those not seen for longest go first */
};

/* --- The seat: a file of mode 0600 ------------------------------------------------------------------------ */

/* What a machine needs to reach its server and prove who it is: a device's key, or the token a password login gave. */
struct vs_seat {
    struct id business;
    struct id account;        /* who logged in last; zero: never. Entries of the outbox belong to an account */
    char login[257];          /* its login, for a person */
    char code[128];           /* the business's code, e.g. \"hartwell-roofing\"; empty: not known yet */
    char addresses[1024];     /* "host:port,host:port" */
    uint8_t root_pin[32];     /* SHA-256 of the root's public key */
    uint8_t root_before[32];  /* while it is replaced: the one of before, good as well; else zero */
    char *key_pem, *cert_pem; /* a device's key; malloc'ed; NULL for a password login */
    bool has_token;
    uint8_t token[VS_TOKEN_SIZE]; /* unless token_command keeps it */
    /* Instead of a token in the file: a shell command that prints it (base64url, one line), and one that is given it on its
     * standard input to keep, e.g. "secret-tool lookup vouchsafe sales" and "secret-tool store --label=Vouchsafe vouchsafe sales". */
    char token_command[512], token_store_command[512];
};

/* The directory of seats and outboxes: $VOUCHSAFE_HOME, $XDG_STATE_HOME/vouchsafe or ~/.local/state/vouchsafe; made with 0700
 * when absent. 0, or -1 with err. */
int vs_home(char *out, size_t size, char *err, size_t err_size) MUST_CHECK;
/* 0; 1 when there is no such file; -1 with err (unreadable, damaged, or others may read it). Free with vs_seat_free. */
int vs_seat_load(const char *path, struct vs_seat *out, char *err, size_t err_size) MUST_CHECK;
/* Written beside, synced, renamed, the directory synced: there is always a whole file. 0, or -1 with err. */
int vs_seat_save(const char *path, const struct vs_seat *s, char *err, size_t err_size) MUST_CHECK;
/* Wipes the secrets; the struct is as after memset 0. */
void vs_seat_free(struct vs_seat *s);
/* The line that tells another machine where the server is and how to know it, without any secret: for `login --server`.
 * 0, or -1 when it doesn't fit (1400 bytes do). */
int vs_seat_server_line(const struct vs_seat *s, char *out, size_t size) MUST_CHECK;

/* Joins by a one-time line and writes the seat file. A lost answer: run again with the same line; the key made the first time is
 * kept beside the file until the server took it. An enum vs_status: OK; INVALID_ARGUMENT (the line), UNAVAILABLE (nobody answered),
 * INTERNAL (the file), or the server's refusal; err has the sentence. device_name may be NULL: the host's name. */
int vs_join(const char *seat_path, const char *line, const char *device_name, char *err, size_t err_size) MUST_CHECK;
/* Logs in with a password; a token takes its place in the seat file, the password is not kept. server_line: a vouchsafe-at: or join line;
 * NULL: the address and pin of the seat file that is there. business: its code; NULL: the one in the line or file. `options` (may be
 * NULL): only its token commands are read. Answers as vs_join; FAILED_PRECONDITION also when this machine joined with a key. */
int vs_login(const char *seat_path, const char *server_line, const char *business, const char *login,
             const char *password, const struct vs_seat *options, char *err, size_t err_size) MUST_CHECK;
/* Ends the token at the server and takes it out of the file; address and pin stay, so that `login` needs no line. A device's key is only
 * taken away with `forget_key` (the admin ends the device at the server). OK also when there was nothing to end; UNAVAILABLE:
 * taken out here, but the server didn't hear of it. */
int vs_logout(const char *seat_path, bool forget_key, char *err, size_t err_size) MUST_CHECK;

/* --- The connection: no loop of its own ------------------------------------------------------------------- */

/* A client holds one connection and makes it again when it is lost: the next address, full-jitter backoff after each round through all.
 *
 * In a loop of yours: watch vs_fd for vs_wants, set a timer for vs_timeout, and call vs_step when either fires; then take what came with
 * vs_next_reply and vs_next_event. After every other call on the client ask fd, wants and timeout again. vs_step never blocks.
 * Without a loop: vs_connect, vs_call, vs_receive and vs_wait_event do that for you and block. Both ways may be mixed. */
typedef struct vs_client vs_client;
enum vs_state {
    VS_WAITING,    /* no connection; the next attempt is at vs_timeout */
    VS_CONNECTING, /* an attempt is under way */
    VS_READY       /* HELLO was answered; logged in or not: vs_logged_in */
};
enum { VS_WANT_READ = 1, VS_WANT_WRITE = 2 };

/* Makes the handle, connects nowhere yet (the first vs_step does); runs the seat's token_command, if there is one, and waits for it.
 * NULL with err. Free with vs_disconnect. */
vs_client *vs_client_new(const struct vs_seat *seat, char *err, size_t err_size) MUST_CHECK;
/* Says goodbye and frees. Requests without an answer get none any more. NULL is allowed. */
void vs_disconnect(vs_client *c);
int vs_fd(const vs_client *c);      /* -1: nothing to watch just now */
int vs_wants(const vs_client *c);   /* VS_WANT_READ | VS_WANT_WRITE */
int vs_timeout(const vs_client *c); /* until vs_step is due though nothing moved; 0: now */
enum vs_state vs_step(vs_client *c);
enum vs_state vs_client_state(const vs_client *c);
/* What the last attempt or connection ended with, or why this seat is not logged in; "" when there is nothing to say. */
const char *vs_why(const vs_client *c);
/* Keeps in the seat file what the present connection said of the root: while an installation replaces it, the new one comes with
 * the old one's word for it, and later without. Call it after connecting; nothing is written when nothing is new. 0, or -1 with err. */
int vs_seat_follow(const char *path, const vs_client *c, char *err, size_t err_size) MUST_CHECK;
bool vs_logged_in(const vs_client *c);
/* The account of the session: false when not logged in. */
bool vs_account(const vs_client *c, struct id *account);
/* Try now instead of after the backoff. */
void vs_hurry(vs_client *c);

/* vs_client_new, then steps until the server answered or every address was tried once (VS_CONNECT_MS each). NULL with a sentence in err
 * that names each address. A seat that the server doesn't let in is connected but not vs_logged_in; vs_why says why. */
vs_client *vs_connect(const struct vs_seat *seat, char *err, size_t err_size) MUST_CHECK;
/* The same for a client that lost its connection: 0 when it is ready, -1 when every address was tried once in vain. */
int vs_reconnect(vs_client *c) MUST_CHECK;

struct vs_reply {
    uint64_t id;
    int status; /* enum vs_status; UNAVAILABLE: it was never sent, UNKNOWN: it was, there is no answer */
    char reason[64], field[64], message[512];
    uint32_t retry_after_ms;
    ProtobufCMessage *body; /* with OK and DUPLICATE, when a descriptor was given; may be NULL */
    uint8_t *bytes;         /* the same, not unpacked; NULL when empty */
    size_t n_bytes;
};
void vs_reply_free(struct vs_reply *r);
/* Unpacks r->bytes into r->body, as the descriptor given to vs_call or vs_receive would. 0, or -1: it can't be read. */
int vs_reply_unpack(struct vs_reply *r, const ProtobufCMessageDescriptor *desc) MUST_CHECK;

/* Sends (connecting again if need be) and waits at most VS_CALL_MS. change_id: for mutations, else NULL. Answers out->status; always
 * vs_reply_free(out). Replies to other requests and events stay for vs_receive and vs_next_event. */
int vs_call(vs_client *c, uint32_t method, const struct id *change_id, const ProtobufCMessage *req,
            const ProtobufCMessageDescriptor *reply_desc, struct vs_reply *out);
/* Pipelining: queues a request and answers its id, > 0. 0: not connected, or VS_PIPELINE are unanswered. Every id gets exactly one reply,
 * in any order; when the connection is lost, one with UNKNOWN. */
uint64_t vs_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body) MUST_CHECK;
/* The next reply to vs_send, waiting for it. 0, or -1: out of time, or nothing is to come; out->message says which. */
int vs_receive(vs_client *c, int timeout_ms, const ProtobufCMessageDescriptor *desc, struct vs_reply *out);
/* The same without waiting; the body is not unpacked. */
bool vs_next_reply(vs_client *c, struct vs_reply *out);

/* Watching a contact. The handle stays the same over reconnections: the library watches again and tells RESYNC, first too: that is
 * when to read the timeline. 0: VS_WATCH_MAX are watched. */
uint64_t vs_watch(vs_client *c, const struct id *contact);
/* The same of a referral: REFERRAL and RESYNC say when to read it. */
uint64_t vs_watch_referral(vs_client *c, const struct id *referral);
void vs_unwatch(vs_client *c, uint64_t watch);
struct vs_event {
    uint64_t watch;
    uint32_t kind; /* EventKind of watch.proto: TOUCHES, CONTACT, REFERRAL, RESYNC, ENDED (the handle is gone then) */
    ProtobufCMessage *body; /* a WatchEvent, or NULL */
    char message[512];      /* ENDED: why */
};
void vs_event_free(struct vs_event *e);
/* False when there is none. Those not taken are dropped from 1,000 on and RESYNC is told instead. */
bool vs_next_event(vs_client *c, struct vs_event *out);
/* The same, waiting and reconnecting meanwhile: 1; 0 out of time; -1 the server doesn't let this seat in (vs_why). */
int vs_wait_event(vs_client *c, int timeout_ms, struct vs_event *out);

/* --- The outbox: what was saved is on disk ---------------------------------------------------------------- */

/* A SQLite file that any number of processes may share. Entries go to the server in the order of their making: consecutive touches
 * together, any other mutation alone. One process sends at a time. */
typedef struct vs_outbox vs_outbox;
enum vs_outbox_state {
    VS_OUTBOX_WAITING = 0,
    VS_OUTBOX_REFUSED = 1, /* for good: it never took effect */
    VS_OUTBOX_GONE = 2,    /* no such entry: it is stored at the server, or was discarded */
    VS_OUTBOX_HELD = 3,    /* names something whose making was refused: not sent */
    VS_OUTBOX_TOO_OLD =
        4, /* over VS_OUTBOX_DAYS old: not sent, since the server may have forgotten its id; the outcome is unknown */
    VS_OUTBOX_FOREIGN = 5, /* waits for another account to log in here */
    VS_OUTBOX_ERROR = -1
};
const char *vs_outbox_state_name(int state); /* "waiting", "refused", ...; static */

/* Opens or makes the file (0600). NULL with err: unwritable, not an outbox, damaged. Free with vs_outbox_close. */
vs_outbox *vs_outbox_open(const char *path, char *err, size_t err_size) MUST_CHECK;
void vs_outbox_close(vs_outbox *o);
/* Whose entries are made, counted and shown from now on (seat.account). Needed before the first append. */
void vs_outbox_account(vs_outbox *o, const struct id *account);
/* One sentence about the last call that failed. */
const char *vs_outbox_error(vs_outbox *o);

struct vs_entry {
    struct id
        id; /* of the touch; of any other mutation its change id: make it the id of what the mutation makes, so that entries
                        * naming it can be held when it is refused */
    uint32_t method;   /* Method */
    struct slice body; /* the packed request, at most 60 KiB */
    const char *label; /* what a person reads in the list */
};
/* 0: on disk, whatever happens now. -1 with vs_outbox_error: nothing was kept (no space, unwritable, full, the id is there already). */
int vs_outbox_append(vs_outbox *o, const struct id *id, uint32_t method, struct slice body,
                     const char *label) MUST_CHECK;
/* All of them, or none. */
int vs_outbox_append_all(vs_outbox *o, const struct vs_entry *entries, size_t n) MUST_CHECK;

enum vs_drain {
    VS_DRAIN_EMPTY = 0,  /* nothing of this account waits */
    VS_DRAIN_KEPT = 1,   /* some is kept: no line, or the server couldn't just now */
    VS_DRAIN_BUSY = 2,   /* another process is sending */
    VS_DRAIN_LOGIN = 3,  /* all is kept: this seat is not logged in (any more) */
    VS_DRAIN_GOING = 4,  /* answers are awaited */
    VS_DRAIN_FAILED = -1 /* the file failed; vs_outbox_error */
};
/* Sends what waits, until nothing does or something is kept. Blocks: at most 3 s while another process sends, VS_CALL_MS for an answer.
 * Never GOING. Entries of other accounts than the client's stay. */
int vs_outbox_drain(vs_outbox *o, vs_client *c) MUST_CHECK;
/* The whole policy in one call: connects if need be, drains, backs off and tries again, for at most timeout_ms. *c may be NULL: it is made
 * from the seat, and is the caller's (also when it could not connect; it stays NULL only when it could not be made). Answers as drain. */
int vs_outbox_flush(vs_outbox *o, const struct vs_seat *seat, vs_client **c, int timeout_ms) MUST_CHECK;
/* One step of draining, for a loop: call it after every vs_step and at vs_outbox_timeout. Waits for nobody but the disk. GOING: call again
 * when the client moved. The client's replies to the outbox don't show up in vs_next_reply. */
int vs_outbox_step(vs_outbox *o, vs_client *c) MUST_CHECK;
int vs_outbox_timeout(const vs_outbox *o); /* milliseconds; at most 1000, since other processes append too */

/* reason: one sentence (refused, held, too old), else "". */
int vs_outbox_state(vs_outbox *o, const struct id *id, char *reason, size_t size);
int64_t vs_outbox_waiting(vs_outbox *o); /* of this account; -1: the file failed */
/* Entries that were refused, held or too old wait again. */
int vs_outbox_retry(vs_outbox *o) MUST_CHECK;
/* Whether it was sent or not (then it may have taken effect): 1 done, 0 no such entry, -1 failed. */
int vs_outbox_discard(vs_outbox *o, const struct id *id) MUST_CHECK;
/* Discards an entry only if it was never sent, so that it never takes effect: 1. 0: no such entry, or it was sent and may have taken effect (it is
 * kept; what undoes it must go behind it). -1 failed. */
int vs_outbox_take_back(vs_outbox *o, const struct id *id) MUST_CHECK;
/* In order. Of another account's entries no label is told. 0, or -1 with vs_outbox_error. Don't call the outbox from `row`. */
typedef void vs_outbox_row(void *arg, const struct id *id, const char *label, int state, const char *reason);
int vs_outbox_each(vs_outbox *o, vs_outbox_row *row, void *arg) MUST_CHECK;

/* --- The directory: names for use off line ----------------------------------------------------------------- */

/* Contacts this account saw or owns, beside the outbox (its own file). A convenience: losing it loses nothing, so failing is silent. */
void vs_directory_put(vs_outbox *o, const struct id *id, uint64_t number, const char *name);
/* Forgets what this account no longer may see. */
void vs_directory_drop(vs_outbox *o, const struct id *id);
/* How many fit exactly: a number ("C12") or a whole name in any case and accents; the first in the out arguments. */
int vs_directory_find(vs_outbox *o, const char *query, struct id *id, uint64_t *number, char *name, size_t size);
/* Other records that were seen, by the letter and number people know them by (T12); the same promises. */
void vs_directory_put_record(vs_outbox *o, char letter, uint64_t number, const struct id *id);
bool vs_directory_record(vs_outbox *o, char letter, uint64_t number, struct id *id);
struct vs_match {
    struct id id;
    uint64_t number;
    char name[257];
};
/* While a name is typed: the best matches, best first; answers how many, at most `max`. Every typed word must begin a word of the name; accents
 * don't count, and from four letters on one wrong, missing, doubled or swapped letter, from eight on two, are forgiven. Number beginnings ("C1") match too. */
size_t vs_directory_match(vs_outbox *o, const char *typed, struct vs_match *out, size_t max);

#ifdef __cplusplus
}
#endif
#endif
