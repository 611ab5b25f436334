/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/history.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ITEMS_MAX = 2000000 }; /* untouched pages cost nothing */

static struct item *find(struct history *h, const struct id *id) {
    for (size_t i = h->n; i-- > 0;)
        if (id_equal(&h->items[i].id, id)) return &h->items[i];
    return NULL;
}

static void read_line(struct history *h, const char *line, history_line *happened) {
    struct item x = {0}, *it = NULL;
    char verb, id[64], target[64], other[64];
    if (sscanf(line, "S %63s %c %23s %63s %" SCNd64 " %u %63s", id, &x.kind, x.nonce, target, &x.number, &x.spice,
               other) == 7) {
        it = history_next(h);
        if (it == NULL || id_parse(id, &x.id) != 0 || id_parse(target, &x.target) != 0) return;
        if (id_parse(other, &x.other) != 0) x.other = (struct id){{0}};
        *it = x;
        h->n++;
        happened('S', it);
    } else if (sscanf(line, "%c %63s", &verb, id) == 2 && verb != 'S' && id_parse(id, &x.id) == 0 &&
               (it = find(h, &x.id)) != NULL) {
        it->saved |= verb == 'A';
        it->settled |= verb == 'K' || verb == 'R';
        happened(verb, it);
    }
}

int history_open(struct history *h, const char *path, history_line *happened) {
    char line[320];
    *h = (struct history){.items = calloc(ITEMS_MAX, sizeof *h->items), .fd = -1};
    if (h->items == NULL) return -1;
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strchr(line, '\n') != NULL)
            read_line(h, line, happened); /* else it was being written: nothing was sent yet */
    if (f != NULL) fclose(f);
    h->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return h->fd >= 0 && write(h->fd, "\n", 1) == 1 ? 0 : -1; /* ends a line that a kill may have cut */
}

struct item *history_next(struct history *h) {
    return h->n < ITEMS_MAX ? &h->items[h->n] : NULL;
}

void history_note(struct history *h, char verb, const struct item *it, const char *more) {
    char id[ID_TEXT], target[ID_TEXT], other[ID_TEXT], line[256];
    id_format(&it->id, id);
    id_format(&it->target, target);
    id_format(&it->other, other);
    int n = verb == 'S' ? snprintf(line, sizeof line, "S %s %c %s %s %" PRId64 " %u %s\n", id, it->kind, it->nonce,
                                   target, it->number, it->spice, other)
                        : snprintf(line, sizeof line, "%c %s %s\n", verb, id, more);
    if (verb == 'S') h->n++;
    if (write(h->fd, line, (size_t)n) != n) abort(); /* without a history nothing may be sent */
}
