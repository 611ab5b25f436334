/* SPDX-License-Identifier: Apache-2.0 */
/* The state directory: small files, each written whole, and notes for commands that run beside the server. */
#ifndef SERVER_CORE_STATE_H
#define SERVER_CORE_STATE_H

#include "vouchsafe/base.h"

enum { STATE_FILE_MAX = 64 * 1024 };

/* state.directory, or where it is without that; made when absent. */
int state_directory(char *out, size_t size, char *err, size_t err_size) MUST_CHECK;
/* malloc'ed; NULL: there is none, it is empty or too long, or it can't be read (errno). Any path: */
char *state_read_path(const char *path);
char *state_read(const char *state, const char *name);
/* Written aside (0600, the directory's owner's), flushed, then renamed: never half a key. 0 or -1 with errno. */
int state_write(const char *state, const char *name, const char *text) MUST_CHECK;
int state_rename(const char *state, const char *from, const char *to) MUST_CHECK;
bool state_has(const char *state, const char *name);

void state_note(const char *state, const char *name, const char *value);
void state_read_note(const char *state, const char *name, char *out, size_t size);

#endif
