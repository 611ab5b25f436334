/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/reader.h"

#include <string.h>

struct refusal {
    int status;
    const char *why;
};

static bool refuse(struct refusal *r, int status, const char *why) {
    *r = (struct refusal){status, why};
    return false;
}

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool is_alpha(uint8_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_hex(uint8_t c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
static bool is_token(uint8_t c) {
    return is_digit(c) || is_alpha(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}
static bool is_host(uint8_t c) { return is_digit(c) || is_alpha(c) || (c != '\0' && strchr("-._:[]", c) != NULL); }
/* pchar, '/' and '?' of RFC 3986; '%' is looked at on its own. */
static bool is_target(uint8_t c) {
    return is_digit(c) || is_alpha(c) || (c != '\0' && strchr("-._~!$&'()*+,;=:@/?%", c) != NULL);
}

static bool all(struct slice s, bool (*is)(uint8_t)) {
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.data[i])) return false;
    return true;
}

bool http_is(struct slice s, const char *text) { return s.len == strlen(text) && memcmp(s.data, text, s.len) == 0; }

static bool is_name(struct slice s, const char *lower) {
    if (s.len != strlen(lower)) return false;
    for (size_t i = 0; i < s.len; i++)
        if ((is_alpha(s.data[i]) ? s.data[i] | 0x20 : s.data[i]) != (uint8_t)lower[i]) return false;
    return true;
}

const struct slice *http_field(const struct http_request *r, const char *name) {
    for (int i = 0; i < r->n_fields; i++)
        if (is_name(r->fields[i].name, name)) return &r->fields[i].value;
    return NULL;
}

/* --- lines ---------------------------------------------------------------------------------------------- */

enum line { LINE_WHOLE, LINE_PARTIAL, LINE_BAD, LINE_LONG };

/* The line at *at, without its CRLF; *at moves behind it. A line may take `max` bytes with its end. */
static enum line take_line(struct slice in, size_t *at, size_t max, struct slice *line) {
    size_t room = in.len - *at < max ? in.len - *at : max;
    const uint8_t *start = in.data + *at;
    for (size_t i = 0; i < room; i++) {
        if (start[i] == '\n' || start[i] == '\0') return LINE_BAD;
        if (start[i] != '\r') continue;
        if (i + 1 == in.len - *at) return i + 2 <= max ? LINE_PARTIAL : LINE_LONG;
        if (start[i + 1] != '\n') return LINE_BAD;
        if (i + 2 > max) return LINE_LONG;
        *line = (struct slice){start, i};
        *at += i + 2;
        return LINE_WHOLE;
    }
    return in.len - *at >= max ? LINE_LONG : LINE_PARTIAL;
}

static bool escapes_are_whole(struct slice s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] == '%' && (i + 2 >= s.len || !is_hex(s.data[i + 1]) || !is_hex(s.data[i + 2]))) return false;
    return true;
}

static bool read_target(struct slice target, struct http_request *out, struct refusal *no) {
    if (target.len == 0 || target.data[0] != '/') return refuse(no, 400, "the target must be a path");
    if (!all(target, is_target) || !escapes_are_whole(target))
        return refuse(no, 400, "the target holds a character that must be escaped");
    const uint8_t *mark = memchr(target.data, '?', target.len);
    size_t n = mark == NULL ? target.len : (size_t)(mark - target.data);
    out->path = (struct slice){target.data, n};
    out->query = mark == NULL ? (struct slice){0} : (struct slice){mark + 1, target.len - n - 1};
    return true;
}

static bool read_request_line(struct slice line, struct http_request *out, struct refusal *no) {
    const uint8_t *space = memchr(line.data, ' ', line.len);
    if (space == NULL) return refuse(no, 400, "that is not an HTTP request");
    struct slice method = {line.data, (size_t)(space - line.data)};
    struct slice rest = {space + 1, line.len - method.len - 1};
    space = memchr(rest.data, ' ', rest.len);
    if (method.len == 0 || !all(method, is_token) || space == NULL)
        return refuse(no, 400, "that is not an HTTP request");
    struct slice target = {rest.data, (size_t)(space - rest.data)};
    struct slice version = {space + 1, rest.len - target.len - 1};
    if (version.len != 8 || memcmp(version.data, "HTTP/", 5) != 0 || !is_digit(version.data[5]) ||
        version.data[6] != '.' || !is_digit(version.data[7]))
        return refuse(no, 400, "that is not an HTTP request");
    if (!http_is(version, "HTTP/1.1")) return refuse(no, 505, "this server speaks HTTP/1.1");
    out->head = http_is(method, "HEAD");
    if (!out->head && !http_is(method, "GET")) return refuse(no, 405, "only GET and HEAD are served");
    return read_target(target, out, no);
}

static bool read_field(struct slice line, struct http_request *out, struct refusal *no) {
    if (out->n_fields == HTTP_FIELDS_MAX) return refuse(no, 431, "too many header fields");
    const uint8_t *colon = memchr(line.data, ':', line.len);
    struct slice name = {line.data, colon == NULL ? 0 : (size_t)(colon - line.data)};
    if (name.len == 0 || !all(name, is_token)) return refuse(no, 400, "a header field is malformed");
    struct slice value = {colon + 1, line.len - name.len - 1};
    while (value.len > 0 && (value.data[0] == ' ' || value.data[0] == '\t'))
        value = (struct slice){value.data + 1, value.len - 1};
    while (value.len > 0 && (value.data[value.len - 1] == ' ' || value.data[value.len - 1] == '\t')) value.len--;
    for (size_t i = 0; i < value.len; i++)
        if ((value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] >= 0x7f)
            return refuse(no, 400, "a header field holds a character outside ASCII");
    out->fields[out->n_fields++] = (struct http_field){name, value};
    return true;
}

/* What may not be there, and what must be there once. */
static bool judge_fields(const struct http_request *r, struct refusal *no) {
    int hosts = 0, lengths = 0;
    for (int i = 0; i < r->n_fields; i++) {
        const struct http_field *f = &r->fields[i];
        if (is_name(f->name, "host")) {
            hosts++;
            if (f->value.len == 0 || !all(f->value, is_host)) return refuse(no, 400, "Host is malformed");
        } else if (is_name(f->name, "transfer-encoding")) {
            return refuse(no, 400, "a request here has no body");
        } else if (is_name(f->name, "content-length")) {
            if (++lengths > 1 || f->value.len == 0 || !all(f->value, is_digit))
                return refuse(no, 400, "Content-Length is malformed");
            if (!http_is(f->value, "0")) return refuse(no, 413, "a request here has no body");
        } else if (is_name(f->name, "expect")) {
            return refuse(no, 417, "a request here has no body");
        }
    }
    return hosts == 1 || refuse(no, 400, "a request has one Host field");
}

static bool line_refusal(enum line l, bool first, struct refusal *no) {
    if (l == LINE_LONG)
        return first ? refuse(no, 414, "the request line is too long") : refuse(no, 431, "the header is too long");
    return refuse(no, 400, "lines end with CR LF");
}

static enum http_result read_all(struct slice in, struct http_request *out, struct refusal *no) {
    struct slice line;
    size_t at = 0;
    enum line l = take_line(in, &at, HTTP_LINE_MAX, &line);
    if (l == LINE_PARTIAL) return HTTP_PARTIAL;
    if (l != LINE_WHOLE) return line_refusal(l, true, no), HTTP_REFUSED;
    if (!read_request_line(line, out, no)) return HTTP_REFUSED;
    size_t stop = at + HTTP_HEADERS_MAX;
    for (;;) {
        l = take_line(in, &at, stop - at, &line);
        if (l == LINE_PARTIAL) return HTTP_PARTIAL;
        if (l != LINE_WHOLE) return line_refusal(l, false, no), HTTP_REFUSED;
        if (line.len == 0) return judge_fields(out, no) ? HTTP_WHOLE : HTTP_REFUSED;
        if (!read_field(line, out, no)) return HTTP_REFUSED;
    }
}

enum http_result http_read(struct slice in, struct http_request *out, int *status, const char **why) {
    struct refusal no = {0};
    *out = (struct http_request){0};
    enum http_result r = read_all(in, out, &no);
    *status = no.status;
    *why = no.why;
    return r;
}
