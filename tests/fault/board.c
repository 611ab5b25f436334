/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/board.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NEWEST = 12 };

static struct {
    unsigned n; /* ever put */
    struct {
        struct id id, also;
    } at[NEWEST];
} * boards;

int board_open(const char *path) {
    size_t size = BOARDS * sizeof *boards;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) return -1;
    boards = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return boards == MAP_FAILED ? -1 : 0;
}

void board_put(size_t board, const struct id *id, const struct id *also) {
    unsigned i = __atomic_fetch_add(&boards[board].n, 1, __ATOMIC_RELAXED) % NEWEST;
    boards[board].at[i].id = *id;
    boards[board].at[i].also = *also;
}

bool board_pick(size_t board, struct id *id, struct id *also) {
    unsigned n = __atomic_load_n(&boards[board].n, __ATOMIC_RELAXED);
    if (n == 0) return false;
    unsigned i = (unsigned)rand() % (n < NEWEST ? n : NEWEST);
    *id = boards[board].at[i].id;
    *also = boards[board].at[i].also;
    return !id_is_zero(id);
}
