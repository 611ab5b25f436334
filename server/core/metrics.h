/* SPDX-License-Identifier: Apache-2.0 */
/* Every number the server tells of itself, once. A metric is a row here; who counts calls metrics_add, metrics_set or
 * metrics_observe from the loop's thread (there is one loop, so there is one copy and no lock). Label values are small
 * numbers with registered names: nothing that came over the wire ever becomes a label.
 *
 *   X(ID, "name", KIND, "unit", LABEL, LABEL, "help")
 *     name  as exposed, without _total (counters) and _info
 *     unit  the name's last part, or "" */
#ifndef SERVER_CORE_METRICS_H
#define SERVER_CORE_METRICS_H

#include "vouchsafe/buf.h"

#define METRICS_LIST(X) \
    X(BUILD, "vouchsafe_build", INFO, "", NONE, NONE, "the running program") \
    X(READY, "vouchsafe_ready", GAUGE, "", NONE, NONE, "1 while requests are served, as /readyz tells") \
    X(REQUESTS, "vouchsafe_requests", COUNTER, "", METHOD, STATUS, "requests answered") \
    X(REQUEST_SECONDS, "vouchsafe_request_seconds", SECONDS, "seconds", NONE, NONE, \
      "from a request's last byte to its reply, for those the gate let in") \
    X(IN_FLIGHT, "vouchsafe_in_flight", GAUGE, "", NONE, NONE, "requests without a reply yet") \
    X(CONNECTIONS, "vouchsafe_connections", GAUGE, "", NONE, NONE, "clients connected") \
    X(SESSIONS, "vouchsafe_sessions", GAUGE, "", NONE, NONE, "clients logged in") \
    X(ACCEPTED, "vouchsafe_accepted", COUNTER, "", NONE, NONE, "connections accepted") \
    X(REFUSED, "vouchsafe_refused", COUNTER, "", REFUSAL, NONE, "connections ended by the server before login") \
    X(CUT, "vouchsafe_cut", COUNTER, "", CUT, NONE, "connections ended by the server after login") \
    X(MEMORY, "vouchsafe_memory_bytes", GAUGE, "bytes", NONE, NONE, "held by arenas, queues and output") \
    X(BATCH_ROWS, "vouchsafe_batch_rows", ROWS, "rows", NONE, NONE, "touches in one committed batch") \
    X(BATCH_SECONDS, "vouchsafe_batch_seconds", SECONDS, "seconds", NONE, NONE, "from sending a batch to its commit") \
    X(QUEUE, "vouchsafe_queue_touches", GAUGE, "touches", NONE, NONE, "touches that wait for a batch") \
    X(DATABASE_READY, "vouchsafe_database_ready_connections", GAUGE, "connections", NONE, NONE, \
      "database connections that can be used") \
    X(DATABASE_WANTED, "vouchsafe_database_wanted_connections", GAUGE, "connections", NONE, NONE, \
      "database connections there should be") \
    X(DATABASE_LOST, "vouchsafe_database_lost", COUNTER, "", NONE, NONE, "database connections lost or not made") \
    X(FEED_LAG, "vouchsafe_feed_lag_seconds", GAUGE, "seconds", NONE, NONE, \
      "how far the feed of other instances' commits is behind") \
    X(LOOP_BUSY, "vouchsafe_loop_busy_ratio", GAUGE, "ratio", NONE, NONE, \
      "share of the last seconds the loop did not wait") \
    X(CERTIFICATE_END, "vouchsafe_certificate_end_seconds", GAUGE, "seconds", NONE, NONE, \
      "when this instance's certificate runs out, since 1970") \
    X(LOG_HELD_BACK, "vouchsafe_log_held_back_lines", COUNTER, "lines", NONE, NONE, \
      "log lines not written because their place wrote too many") \
    X(PROCESS_CPU, "process_cpu_seconds", COUNTER, "seconds", NONE, NONE, "processor time used") \
    X(PROCESS_RESIDENT, "process_resident_memory_bytes", GAUGE, "bytes", NONE, NONE, "memory resident") \
    X(PROCESS_VIRTUAL, "process_virtual_memory_bytes", GAUGE, "bytes", NONE, NONE, "memory mapped") \
    X(PROCESS_OPEN_FDS, "process_open_fds", GAUGE, "", NONE, NONE, "file descriptors open") \
    X(PROCESS_MAX_FDS, "process_max_fds", GAUGE, "", NONE, NONE, "file descriptors allowed") \
    X(PROCESS_START, "process_start_time_seconds", GAUGE, "seconds", NONE, NONE, "when it started, since 1970")

enum metric {
#define X(id, name, kind, unit, label1, label2, help) METRIC_##id,
    METRICS_LIST(X)
#undef X
        METRICS
};

enum metrics_label { LABEL_NONE, LABEL_METHOD, LABEL_STATUS, LABEL_REFUSAL, LABEL_CUT, LABELS };

enum { METRICS_METHODS = 1024 }; /* method numbers that can be counted */

/* Why a connection was ended: before login (LABEL_REFUSAL) and after it (LABEL_CUT). */
enum end_reason {
    END_TLS,
    END_TOO_SLOW,
    END_TOO_MANY,
    END_PROXY,
    END_PROTOCOL,
    END_STALLED,
    END_IDLE,
    END_EXPIRED,
    END_REASONS
};

void metrics_add(enum metric m, unsigned label1, unsigned label2, double n);
void metrics_set(enum metric m, double value);
void metrics_observe(enum metric m, double value);
double metrics_value(enum metric m, unsigned label1, unsigned label2); /* of counters and gauges */

/* A cell without a name for its label is not shown. name: static. Statuses and reasons have theirs from the start. */
void metrics_name(enum metrics_label label, unsigned value, const char *name);

/* The text a scraper reads: Prometheus 0.0.4, or OpenMetrics 1.0. */
void metrics_write(struct buf *out, bool openmetrics);

/* Refreshes the process_* rows from /proc. */
void metrics_read_process(void);

#endif
