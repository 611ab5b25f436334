/* SPDX-License-Identifier: Apache-2.0 */
/* A SQLite VFS over the usual one. Beside FILE stands FILE-undo: for each write or truncation since the last sync the file's size and the bytes
 * that were there, written before the write itself.
 * - a sync: the usual one, then FILE-undo is emptied
 * - killed between a record and its write: taking back what was not done changes nothing
 * - the index of the write-ahead log (-shm) is memory: gone with the power */
#include "tests/fault/powercut.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
    sqlite3_file base;
    int undo;           /* -1: of no matter (temporary) */
    sqlite3_file *real; /* behind this struct */
};
struct record {
    int64_t size, offset, n; /* n bytes follow */
};

static sqlite3_vfs vfs;
static sqlite3_vfs *usual;

static sqlite3_file *real(sqlite3_file *f) { return ((struct file *)f)->real; }

/* What stands from `offset` on, `n` bytes of it at most, before it goes. */
static int remember(sqlite3_file *f, int64_t offset, int64_t n) {
    int undo = ((struct file *)f)->undo;
    sqlite3_int64 size;
    if (undo < 0) return SQLITE_OK;
    int r = real(f)->pMethods->xFileSize(real(f), &size);
    if (r != SQLITE_OK) return r;
    int64_t there = offset >= size ? 0 : size - offset < n ? size - offset : n;
    char *b = malloc(sizeof(struct record) + (size_t)there);
    if (b == NULL) return SQLITE_NOMEM;
    struct record head = {size, offset, there};
    memcpy(b, &head, sizeof head);
    if (there > 0) r = real(f)->pMethods->xRead(real(f), b + sizeof head, (int)there, offset);
    ssize_t all = (ssize_t)sizeof head + there;
    if (r == SQLITE_OK && write(undo, b, (size_t)all) != all) r = SQLITE_IOERR_WRITE;
    free(b);
    return r;
}

static int on_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 offset) {
    int r = remember(f, offset, n);
    return r != SQLITE_OK ? r : real(f)->pMethods->xWrite(real(f), data, n, offset);
}
static int on_truncate(sqlite3_file *f, sqlite3_int64 size) {
    int r = remember(f, size, INT32_MAX);
    return r != SQLITE_OK ? r : real(f)->pMethods->xTruncate(real(f), size);
}
static int on_sync(sqlite3_file *f, int flags) {
    int r = real(f)->pMethods->xSync(real(f), flags), undo = ((struct file *)f)->undo;
    if (r == SQLITE_OK && undo >= 0 && (ftruncate(undo, 0) < 0 || lseek(undo, 0, SEEK_SET) < 0))
        return SQLITE_IOERR_FSYNC;
    return r;
}
static int on_close(sqlite3_file *f) {
    int undo = ((struct file *)f)->undo;
    if (undo >= 0) {
        (void)!ftruncate(undo, 0); /* it ended well: the kernel writes the rest in time */
        close(undo);
    }
    return real(f)->pMethods->xClose(real(f));
}

/* The rest goes through. */
static int on_read(sqlite3_file *f, void *b, int n, sqlite3_int64 at) {
    return real(f)->pMethods->xRead(real(f), b, n, at);
}
static int on_size(sqlite3_file *f, sqlite3_int64 *n) { return real(f)->pMethods->xFileSize(real(f), n); }
static int on_lock(sqlite3_file *f, int l) { return real(f)->pMethods->xLock(real(f), l); }
static int on_unlock(sqlite3_file *f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
static int on_reserved(sqlite3_file *f, int *l) { return real(f)->pMethods->xCheckReservedLock(real(f), l); }
static int on_control(sqlite3_file *f, int op, void *a) { return real(f)->pMethods->xFileControl(real(f), op, a); }
static int on_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int on_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, p);
}
static int on_shm_lock(sqlite3_file *f, int at, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}
static void on_shm_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int on_shm_unmap(sqlite3_file *f, int del) { return real(f)->pMethods->xShmUnmap(real(f), del); }

static const sqlite3_io_methods methods = {2,         on_close,   on_read,     on_write,       on_truncate,  on_sync,
                                           on_size,   on_lock,    on_unlock,   on_reserved,    on_control,   on_sector,
                                           on_device, on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, NULL,
                                           NULL};

static int on_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out) {
    (void)v;
    struct file *x = (struct file *)f;
    char path[4096];
    *x = (struct file){.undo = -1, .real = (sqlite3_file *)(x + 1)};
    int r = usual->xOpen(usual, name, x->real, flags, out);
    if (r != SQLITE_OK) return r;
    if (name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
        snprintf(path, sizeof path, "%s-undo", name);
        x->undo = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    x->base.pMethods = &methods;
    return SQLITE_OK;
}

int powercut_install(void) {
    usual = sqlite3_vfs_find(NULL);
    if (usual == NULL) return -1;
    vfs = *usual;
    vfs.zName = "powercut";
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(struct file) + usual->szOsFile;
    vfs.xOpen = on_open;
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK ? 0 : -1;
}

/* The records from the last to the first. */
static int take_back(int fd, const char *undo, size_t n) {
    struct record head;
    if (n < sizeof head) return 0;
    memcpy(&head, undo, sizeof head);
    size_t whole = sizeof head + (size_t)head.n;
    if (n < whole) return 0; /* cut: its write was not begun */
    int later = take_back(fd, undo + whole, n - whole);
    if (later < 0 || ftruncate(fd, head.size) < 0) return -1;
    return pwrite(fd, undo + sizeof head, (size_t)head.n, head.offset) == head.n ? later + 1 : -1;
}

static int strike(const char *path) {
    char name[4096];
    snprintf(name, sizeof name, "%s-undo", path);
    int undo = open(name, O_RDONLY | O_CLOEXEC), fd = open(path, O_RDWR | O_CLOEXEC), lost = 0;
    off_t size = undo < 0 ? 0 : lseek(undo, 0, SEEK_END);
    char *b = size > 0 ? malloc((size_t)size) : NULL;
    if (b != NULL) lost = fd >= 0 && pread(undo, b, (size_t)size, 0) == size ? take_back(fd, b, (size_t)size) : -1;
    free(b);
    if (undo >= 0) close(undo);
    if (fd >= 0) close(fd);
    unlink(name);
    return lost;
}

int powercut_strike(const char *database) {
    char wal[4096], shm[4096];
    snprintf(wal, sizeof wal, "%s-wal", database);
    snprintf(shm, sizeof shm, "%s-shm", database);
    int a = strike(database), b = strike(wal);
    unlink(shm);
    return a < 0 || b < 0 ? -1 : a + b;
}
