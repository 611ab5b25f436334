/* SPDX-License-Identifier: Apache-2.0 */
/* A settings file: taken, or refused with a sentence. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/core/config.h"
#include "server/core/log.h"
#include "tests/fuzz/fuzz.h"

/* Every text can be read, whatever a load that was refused half-way left. */
static size_t read_all(void) {
    size_t n = 0;
#define READ_TEXT(field) n += config.field == NULL ? 0 : strlen(config.field);
#define READ_LOCAL(field) READ_TEXT(field)
#define READ_PROGRAM(field) READ_TEXT(field)
#define READ_INT(field)
#define READ_BOOL(field)
#define READ_CHOICE(field)
#define X(field, key, kind, def, min, max, reload, secret, doc) READ_##kind(field)
    CONFIG_LIST(X)
#undef X
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64], err[1024] = "";
    log_set_level(LOG_ERROR_);
    int fd = memfd_create("settings", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (config_load(path, 0, NULL, err, sizeof err) == 0)
        MUST(config.limit_in_flight >= 1 && config.limit_connections >= 1);
    else
        MUST(err[0] != '\0');
    close(fd);
    MUST(read_all() < 1000000);
    return 0;
}
