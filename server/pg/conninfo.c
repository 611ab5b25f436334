/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pg/conninfo.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/buf.h"

/* key='value' with libpq's escapes */
static void put(struct buf *b, const char *key, const char *value) {
    buf_printf(b, "%s%s='", buf_len(b) > 0 ? " " : "", key);
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\') buf_put_u8(b, '\\');
        buf_put_u8(b, (uint8_t)*p);
    }
    buf_put_u8(b, '\'');
}

int conninfo_normalize(const char *conninfo, char *out, size_t size, char *err, size_t err_size) {
    char *why = NULL;
    struct buf b;
    buf_init(&b, size - 1);
    PQconninfoOption *options = PQconninfoParse(conninfo, &why);
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (o->val != NULL) put(&b, o->keyword, o->val);
    bool ok = options != NULL && !buf_failed(&b);
    if (ok)
        snprintf(out, size, "%.*s", (int)buf_len(&b), buf_len(&b) > 0 ? (const char *)buf_data(&b) : "");
    else
        snprintf(err, err_size, "database.url: %.*s", (int)strcspn(why != NULL ? why : "too long", "\n"),
                 why != NULL ? why : "too long");
    PQfreemem(why);
    PQconninfoFree(options);
    buf_free(&b);
    return ok ? 0 : -1;
}

/* The value of a keyword, else of its environment variable, else NULL. */
static const char *value_of(const PQconninfoOption *options, const char *keyword) {
    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (strcmp(o->keyword, keyword) == 0)
            return o->val != NULL && o->val[0] != '\0' ? o->val : o->envvar != NULL ? getenv(o->envvar) : NULL;
    return NULL;
}

/* A socket's directory, or an address already. */
static bool is_name(const char *host) {
    uint8_t bytes[16];
    return host[0] != '/' && host[0] != '@' && host[0] != '\0' && inet_pton(AF_INET, host, bytes) != 1 &&
           inet_pton(AF_INET6, host, bytes) != 1;
}

/* The n-th of a comma-separated list. false: there is none. */
static bool nth(const char *list, int n, char *out, size_t size) {
    const char *at = list == NULL ? "" : list;
    for (; n > 0; n--) {
        at += strcspn(at, ",");
        if (*at++ == '\0') return false;
    }
    snprintf(out, size, "%.*s", (int)strcspn(at, ","), at);
    return list != NULL;
}

bool conninfo_has_names(const char *conninfo) {
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    const char *hosts = value_of(options, "host");
    char host[256];
    bool names = false;
    if (value_of(options, "hostaddr") == NULL)
        for (int i = 0; nth(hosts, i, host, sizeof host); i++) names = names || is_name(host);
    PQconninfoFree(options);
    return names;
}

struct lists {
    struct buf hosts, addresses, ports;
};

static void put_host(struct lists *l, const char *host, const char *address, const char *port) {
    const char *comma = buf_len(&l->hosts) > 0 ? "," : "";
    buf_printf(&l->hosts, "%s%s", comma, host);
    buf_printf(&l->addresses, "%s%s", comma, address);
    buf_printf(&l->ports, "%s%s", comma, port);
}

static int put_addresses(struct lists *l, const char *host, const char *port, char *err, size_t err_size) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *found = NULL;
    char address[64];
    if (!is_name(host)) {
        put_host(l, host, host[0] == '/' || host[0] == '@' ? "" : host, port);
        return 0;
    }
    int r = getaddrinfo(host, NULL, &hints, &found);
    for (struct addrinfo *a = r == 0 ? found : NULL; a != NULL; a = a->ai_next)
        if (getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) == 0)
            put_host(l, host, address, port);
    if (r == 0) freeaddrinfo(found);
    if (r != 0) snprintf(err, err_size, "the database's host %s: %s", host, gai_strerror(r));
    return r == 0 ? 0 : -1;
}

char *conninfo_resolve(const char *conninfo, char *err, size_t err_size) {
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    const char *hosts = value_of(options, "host"), *ports = value_of(options, "port");
    struct lists l;
    struct buf out;
    char host[256], port[12] = "";
    int status = options == NULL ? -1 : 0, known = 0;
    buf_init(&l.hosts, 0), buf_init(&l.addresses, 0), buf_init(&l.ports, 0), buf_init(&out, 0);
    for (int i = 0; status == 0 && nth(hosts, i, host, sizeof host); i++) {
        bool one_for_all = ports != NULL && strchr(ports, ',') == NULL;
        if (!nth(ports, one_for_all ? 0 : i, port, sizeof port)) port[0] = '\0';
        if (put_addresses(&l, host, port, err, err_size) == 0) known++;
    }
    if (known == 0) status = -1; /* a host of several that has no name now is left out */
    for (PQconninfoOption *o = options; status == 0 && o->keyword != NULL; o++)
        if (o->val != NULL && strcmp(o->keyword, "host") != 0 && strcmp(o->keyword, "port") != 0)
            put(&out, o->keyword, o->val);
    buf_put_u8(&l.hosts, 0), buf_put_u8(&l.addresses, 0), buf_put_u8(&l.ports, 0);
    if (status == 0) {
        put(&out, "host", (const char *)buf_data(&l.hosts));
        put(&out, "hostaddr", (const char *)buf_data(&l.addresses));
        put(&out, "port", (const char *)buf_data(&l.ports));
    }
    buf_put_u8(&out, 0);
    char *text = status == 0 && !buf_failed(&out) ? strdup((const char *)buf_data(&out)) : NULL;
    buf_free(&l.hosts), buf_free(&l.addresses), buf_free(&l.ports), buf_free(&out);
    PQconninfoFree(options);
    return text;
}
