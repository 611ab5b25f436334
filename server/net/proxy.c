/* SPDX-License-Identifier: Apache-2.0 */
#include "server/net/proxy.h"

#include <netinet/in.h>
#include <string.h>

static const uint8_t signature[12] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

enum { HEADER = 16, TCP4 = 0x11, TCP6 = 0x21, TCP4_LENGTH = 12, TCP6_LENGTH = 36, TLV_HEADER = 3 };

static enum proxy_result bad(const char **why, const char *words) {
    *why = words;
    return PROXY_BAD;
}

static size_t u16(const uint8_t *p) { return (size_t)p[0] << 8 | p[1]; }

/* Extensions are not used, but must fill what the header claims exactly. */
static bool extensions_fit(const uint8_t *at, size_t left) {
    while (left >= TLV_HEADER && u16(at + 1) <= left - TLV_HEADER) {
        size_t n = TLV_HEADER + u16(at + 1);
        at += n;
        left -= n;
    }
    return left == 0;
}

/* Source address, destination address, source port, destination port: only the source is of interest. */
static void take_peer(const uint8_t *body, bool v6, struct sockaddr_storage *out) {
    memset(out, 0, sizeof *out);
    if (v6) {
        struct sockaddr_in6 *sa = (struct sockaddr_in6 *)out;
        sa->sin6_family = AF_INET6;
        memcpy(&sa->sin6_addr, body, 16);
        memcpy(&sa->sin6_port, body + 32, 2);
    } else {
        struct sockaddr_in *sa = (struct sockaddr_in *)out;
        sa->sin_family = AF_INET;
        memcpy(&sa->sin_addr, body, 4);
        memcpy(&sa->sin_port, body + 8, 2);
    }
}

enum proxy_result proxy_read(struct slice in, struct proxy *out, const char **why) {
    size_t known = in.len < sizeof signature ? in.len : sizeof signature;
    *out = (struct proxy){0};
    if (known > 0 && memcmp(in.data, signature, known) != 0)
        return bad(why, "no PROXY v2 header; is this the balancer's port?");
    if (in.len > 12 && in.data[12] >> 4 != 2) return bad(why, "the PROXY header is not version 2");
    if (in.len > 12 && (in.data[12] & 15) > 1) return bad(why, "the PROXY header has an unknown command");
    if (in.len < HEADER) return PROXY_PARTIAL;
    size_t length = u16(in.data + 14);
    uint8_t family = in.data[13];
    out->local = (in.data[12] & 15) == 0;
    out->used = HEADER + length;
    if (out->used > PROXY_MAX) return bad(why, "the PROXY header is too long");
    if (out->local) return in.len < out->used ? PROXY_PARTIAL : PROXY_WHOLE; /* its content is to be ignored */
    if (family != TCP4 && family != TCP6) return bad(why, "the PROXY header is not about TCP over IPv4 or IPv6");
    size_t addresses = family == TCP4 ? TCP4_LENGTH : TCP6_LENGTH;
    if (length < addresses) return bad(why, "the PROXY header is too short");
    if (in.len < out->used) return PROXY_PARTIAL;
    if (!extensions_fit(in.data + HEADER + addresses, length - addresses))
        return bad(why, "the PROXY header's extensions don't fit");
    take_peer(in.data + HEADER, family == TCP6, &out->peer);
    return PROXY_WHOLE;
}
