/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_X CORPUS_DIRECTORY [MUTATIONS]: every file as it is, cut at every byte (the first 300), then mutations by a fixed sequence. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { FILES_MAX = 200, BYTES_MAX = 1 << 16 };

static struct sample {
    uint8_t *bytes;
    size_t n;
} samples[FILES_MAX];
static size_t n_samples;
static uint64_t sequence = 88172645463325252u;

static uint64_t next(void) {
    sequence ^= sequence << 13;
    sequence ^= sequence >> 7;
    sequence ^= sequence << 17;
    return sequence;
}

static size_t below(size_t n) { return n == 0 ? 0 : (size_t)(next() % n); }

/* Ends where the bytes end, so that a read beyond is seen. */
static void run(const uint8_t *bytes, size_t n) {
    uint8_t *exact = malloc(n == 0 ? 1 : n);
    if (exact == NULL) abort();
    if (n > 0) memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static void load(const char *directory) {
    struct dirent **names;
    int n = scandir(directory, &names, NULL, alphasort); /* in order: the same mutations on every run */
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]->d_name);
        FILE *f = names[i]->d_name[0] == '.' || n_samples == FILES_MAX ? NULL : fopen(path, "r");
        if (f != NULL) {
            struct sample *s = &samples[n_samples++];
            s->bytes = malloc(BYTES_MAX);
            s->n = s->bytes == NULL ? 0 : fread(s->bytes, 1, BYTES_MAX, f);
            fclose(f);
        }
        free(names[i]);
    }
    if (n >= 0) free(names);
}

/* One small change: what decoders stumble over. */
static size_t mutate(uint8_t *b, size_t n) {
    static const uint8_t telling[] = {0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x08, 0x12, '@', '#', '=', '\n', 0xc0, 0xed};
    size_t at = below(n + 1), len = below(8) + 1;
    switch (below(7)) {
        case 0:
            if (at < n) b[at] ^= (uint8_t)(1u << below(8));
            return n;
        case 1:
            if (at < n) b[at] = telling[below(sizeof telling)];
            return n;
        case 2: return at;
        case 3: /* take a piece out */
            if (at + len > n) return n;
            memmove(b + at, b + at + len, n - at - len);
            return n - len;
        case 4: /* double a piece */
            if (at + len > n || n + len > BYTES_MAX) return n;
            memmove(b + at + len, b + at, n - at);
            return n + len;
        case 5: /* put something in */
            if (n + 1 > BYTES_MAX) return n;
            memmove(b + at + 1, b + at, n - at);
            b[at] = below(2) ? (uint8_t)next() : telling[below(sizeof telling)];
            return n + 1;
        default: { /* a piece of another sample */
            const struct sample *s = &samples[below(n_samples)];
            size_t from = below(s->n), piece = below(s->n - from + 1);
            if (at + piece > BYTES_MAX) return n;
            memcpy(b + at, s->bytes + from, piece);
            return at + piece > n ? at + piece : n;
        }
    }
}

int main(int argc, char **argv) {
    unsigned long mutations = argc > 2 ? strtoul(argv[2], NULL, 10) : 5000;
    static uint8_t scratch[BYTES_MAX];
    if (argc < 2) return 64;
    load(argv[1]);
    if (n_samples == 0) return fprintf(stderr, "no corpus in %s\n", argv[1]), 1;
    for (size_t i = 0; i < n_samples; i++)
        for (size_t cut = 0; cut <= samples[i].n && cut <= 300; cut++) run(samples[i].bytes, samples[i].n - cut);
    for (unsigned long i = 0; i < mutations; i++) {
        const struct sample *s = &samples[below(n_samples)];
        size_t n = s->n;
        memcpy(scratch, s->bytes, n);
        for (size_t k = below(6) + 1; k > 0; k--) n = mutate(scratch, n);
        run(scratch, n);
    }
    for (size_t i = 0; i < n_samples; i++) free(samples[i].bytes);
    return 0;
}
