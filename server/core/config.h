/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: one table, read from file, then environment (VOUCHSAFE_LISTEN_ADDRESS for listen.address), then flags
 * (--listen.address=...). The last one that speaks wins, its origin is kept for --dump-config.
 * The file: `key = value` lines, after a `[section]` line without the section; a line that begins with # is a comment.
 * A value goes to the end of its line as it stands: no quotes, no escapes, no comments behind it. */
#ifndef SERVER_CORE_CONFIG_H
#define SERVER_CORE_CONFIG_H

#include "vouchsafe/base.h"

enum config_kind { CONFIG_TEXT, CONFIG_INT, CONFIG_BOOL, CONFIG_CHOICE, CONFIG_LOCAL, CONFIG_PROGRAM };

/*   X(field, "section.key", kind, default, min, max, reloadable, secret, "doc")
 * A PROGRAM is empty, or its whole path. A LOCAL is empty, or a place that is reached from this machine alone (listen_is_local). A CHOICE's doc begins with its values, "off|required: ..."; the field is the value's place among them, from 0. */
#define CONFIG_LIST(X) \
    X(listen_address, "listen.address", TEXT, "127.0.0.1:7643", 0, 0, false, false, "host:port for clients (TLS 1.3)") \
    X(listen_advertise, "listen.advertise", TEXT, "", 0, 0, true, false, \
      "host:port,... that join lines name; empty: listen.address") \
    X(state_directory, "state.directory", TEXT, "", 0, 0, false, false, \
      "keys and the private database; empty: $STATE_DIRECTORY, /var/lib/vouchsafe as root, else ~/.local/state/vouchsafe") \
    X(certificate_warn_days, "certificate.warn_days", INT, "30", 1, 3650, true, false, \
      "days before its end that the instance's certificate is warned about") \
    X(database_url, "database.url", TEXT, "", 0, 0, false, true, \
      "libpq connection string; empty: PG* variables, and without them a private PostgreSQL") \
    X(database_writers, "database.writers", INT, "2", 1, 8, false, false, "connections that write touches") \
    X(login_argon2_kib, "login.argon2_kib", INT, "19456", 8, 1048576, false, false, \
      "memory of one password hash (Argon2id)") \
    X(login_argon2_passes, "login.argon2_passes", INT, "2", 1, 100, false, false, "passes of one password hash") \
    X(login_hashers, "login.hashers", INT, "0", 0, 64, false, false, \
      "passwords hashed at once; 0: half the cores, at least one") \
    X(login_queue, "login.queue", INT, "64", 0, 10000, true, false, "logins that may wait for that") \
    X(login_account_burst, "login.account_burst", INT, "10", 1, 1000000, true, false, \
      "wrong passwords of one account in a row, before it is slowed down") \
    X(login_account_ms, "login.account_ms", INT, "30000", 1, 86400000, true, false, "per further try at that account") \
    X(login_address_burst, "login.address_burst", INT, "60", 1, 1000000, true, false, \
      "wrong passwords from one address (IPv6: one /64) in a row, before it is slowed down") \
    X(login_address_ms, "login.address_ms", INT, "1000", 1, 86400000, true, false, "per further try from there") \
    X(login_token_hours, "login.token_hours", INT, "720", 1, 87600, true, false, "how long a token is good") \
    X(listen_proxy, "listen.proxy", CHOICE, "off", 0, 0, false, false, \
      "off|required: PROXY v2 before TLS; when required only the balancer may reach the port") \
    X(listen_plain, "listen.plain", LOCAL, "", 0, 0, false, false, \
      "path of a unix socket, or loopback:port, for clients without TLS, as behind a proxy that ends it: they log in by " \
      "password or token; empty: none") \
    X(listen_plain_proxy, "listen.plain_proxy", CHOICE, "off", 0, 0, false, false, \
      "off|required: PROXY v2 first on listen.plain") \
    X(ops_address, "ops.address", TEXT, "", 0, 0, false, false, \
      "host:port for /healthz, /readyz and /metrics, for operators only; empty: none") \
    X(digest_command, "digest.command", PROGRAM, "", 0, 0, true, false, \
      "a program that sends one daily digest: the text on its standard input, VOUCHSAFE_TO and more in its environment; " \
      "empty: none are sent") \
    X(log_level, "log.level", CHOICE, "info", 0, 0, true, false, "debug|info|warn|error: the least that is logged") \
    X(log_lines_per_second, "log.lines_per_second", INT, "50", 1, 1000000, true, false, \
      "of one place in the program; what is held back is counted") \
    X(limit_connections, "limit.connections", INT, "10000", 1, 1000000, true, false, "connections at once") \
    X(limit_connections_per_address, "limit.connections_per_address", INT, "32", 1, 100000, true, false, \
      "connections of one address that have not logged in") \
    X(limit_in_flight, "limit.in_flight", INT, "32", 1, 10000, true, false, "unanswered requests of one connection") \
    X(limit_in_flight_account, "limit.in_flight_account", INT, "128", 1, 100000, true, false, \
      "unanswered requests of one account") \
    X(limit_in_flight_process, "limit.in_flight_process", INT, "4096", 1, 1000000, true, false, \
      "unanswered requests in all") \
    X(limit_memory_mib, "limit.memory_mib", INT, "512", 16, 1048576, true, false, \
      "arenas, queues and output together") \
    X(limit_output_kib, "limit.output_kib", INT, "256", 16, 65536, true, false, \
      "unsent output of one connection from which it isn't read") \
    X(limit_output_before_login_kib, "limit.output_before_login_kib", INT, "8", 1, 1024, true, false, \
      "the same before login") \
    X(limit_stalled_ms, "limit.stalled_ms", INT, "10000", 100, 600000, true, false, \
      "without progress of unsent output before the connection is closed") \
    X(limit_deadline_ms, "limit.deadline_ms", INT, "10000", 100, 600000, true, false, \
      "for an answer, when the request names no deadline") \
    X(limit_deadline_max_ms, "limit.deadline_max_ms", INT, "60000", 100, 3600000, true, false, \
      "the longest deadline a request may name") \
    X(limit_watches, "limit.watches", INT, "128", 1, 10000, true, false, "contacts one connection watches at once") \
    X(limit_handshake_ms, "limit.handshake_ms", INT, "5000", 100, 600000, true, false, "for the TLS handshake") \
    X(limit_login_ms, "limit.login_ms", INT, "10000", 100, 600000, true, false, "from handshake to login") \
    X(limit_frame_ms, "limit.frame_ms", INT, "10000", 100, 600000, true, false, "for one frame to become whole") \
    X(limit_frame_rate, "limit.frame_rate", INT, "1024", 1, 1000000, true, false, \
      "bytes that give an unfinished frame one more second") \
    X(limit_idle_ms, "limit.idle_ms", INT, "90000", 1000, 86400000, true, false, \
      "without a frame before the connection is closed") \
    X(limit_drain_ms, "limit.drain_ms", INT, "10000", 0, 600000, true, false, \
      "to finish what is in flight when stopping")

struct config {
#define CONFIG_TYPE_TEXT char *
#define CONFIG_TYPE_INT int64_t
#define CONFIG_TYPE_BOOL bool
#define CONFIG_TYPE_CHOICE int
#define CONFIG_TYPE_LOCAL char *
#define CONFIG_TYPE_PROGRAM char *
#define X(field, key, kind, def, min, max, reload, secret, doc) CONFIG_TYPE_##kind field;
    CONFIG_LIST(X)
#undef X
};

extern struct config config; /* the process's settings; read it, never write it outside config.c */

/* args: the flags without the program and sub-command names. err names file, line, key, and what would be right.
 * 0 or -1 (then nothing changed). Called again (SIGHUP) only reloadable settings change; what else differs is logged by
 * name. Text a setting points to goes at the next load: don't keep it. */
int config_load(const char *file, int n_args, char **args, char *err, size_t err_size) MUST_CHECK;
/* One line per key: value, origin, whether it is reloadable, doc; secrets masked. */
void config_dump(void);

#endif
