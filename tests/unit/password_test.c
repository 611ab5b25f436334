/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sodium.h>

#include "server/core/config.h"
#include "server/core/password.h"

static void twelve_characters_not_bytes(void **state) {
    (void)state;
    assert_non_null(password_policy("elevenchars"));
    assert_null(password_policy("twelve chars"));
    assert_non_null(password_policy("äöüäöüäöüäö"));
    assert_null(password_policy("äöüäöüäöüäöü"));
    assert_null(password_policy("aaaaaaaaaaaa")); /* no rules of composition */
}

static void every_keyboard_types_the_same_password(void **state) {
    (void)state;
    char composed[PASSWORD_SIZE], other[PASSWORD_SIZE];
    assert_null(password_normal("caf\xc3\xa9 au lait", composed));
    assert_null(password_normal("cafe\xcc\x81 au lait", other));
    assert_string_equal(composed, other);
    assert_null(password_normal("\xef\xbd\x83\xef\xbd\x81\xef\xbd\x86\xc3\xa9 au lait", other)); /* full width */
    assert_string_equal(composed, other);
    assert_null(password_normal("Caf\xc3\xa9 au lait", other)); /* case is kept */
    assert_string_not_equal(composed, other);
}

static void what_grows_beyond_measure_is_refused(void **state) {
    (void)state;
    char typed[257] = "", out[PASSWORD_SIZE];
    while (strlen(typed) < 255) strcat(typed, "\xef\xb7\xba"); /* U+FDFA becomes 18 characters */
    assert_non_null(password_normal(typed, out));
}

/* --- the queue -------------------------------------------------------------------------------------------- */

static int done, matched;
static char last[PASSWORD_HASH_SIZE];
static uint8_t digest[PASSWORD_DIGEST_SIZE];

static void on_done(struct password_job *job) {
    done++;
    matched += job->matches;
    strcpy(last, job->made);
    memcpy(digest, job->digest_out, sizeof digest);
    assert_false(job->failed);
}

static int start(void **state) {
    (void)state;
    char err[200], *flags[] = {(char *)"--login.argon2_kib=64", (char *)"--login.argon2_passes=1",
                               (char *)"--login.hashers=1", (char *)"--login.queue=2"};
    if (sodium_init() < 0 || config_load(NULL, 4, flags, err, sizeof err) < 0) return -1;
    password_start(uv_default_loop());
    return 0;
}

static struct password_job *job_new(void) {
    struct password_job *job = password_job_new();
    job->done = on_done;
    return job;
}

static void run(struct password_job *job) {
    assert_true(password_submit(job));
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

static void what_was_made_matches_and_nothing_else_does(void **state) {
    (void)state;
    struct password_job *job = job_new();
    strcpy(job->fresh, "correct horse");
    run(job);
    assert_memory_equal(last, "$argon2id$", 10);
    char hash[PASSWORD_HASH_SIZE];
    strcpy(hash, last);
    const struct {
        const char *typed;
        int match;
    } tries[] = {{"correct horse", 1}, {"correct horsf", 0}, {"", 0}};
    for (size_t i = 0; i < 3; i++) {
        job = job_new();
        strcpy(job->against, hash);
        strcpy(job->old, tries[i].typed);
        strcpy(job->fresh, "a new one, too");
        matched = 0;
        run(job);
        assert_int_equal(matched, tries[i].match);
        assert_int_equal(last[0] != '\0', tries[i].match); /* nothing is made for a wrong one */
    }
    job = job_new();
    strcpy(job->against, password_dummy());
    strcpy(job->old, "correct horse");
    matched = 0;
    run(job);
    assert_int_equal(matched, 0);
}

static void other_parameters_are_renewed(void **state) {
    (void)state;
    struct password_job *job = job_new();
    job->memory = 32 * 1024;
    strcpy(job->fresh, "correct horse");
    run(job);
    for (int i = 0; i < 2; i++) {
        job = job_new();
        strcpy(job->against, last);
        strcpy(job->old, "correct horse");
        job->renew = true;
        run(job);
        if (i == 0)
            assert_non_null(strstr(last, "m=64,"));
        else
            assert_string_equal(last, "");
    }
}

static void the_digest_is_the_same_each_time_and_tells_passwords_apart(void **state) {
    (void)state;
    uint8_t seen[3][PASSWORD_DIGEST_SIZE];
    const char *const old[] = {"ab", "ab", "a"}, *const fresh[] = {"c", "c", "bc"};
    for (int i = 0; i < 3; i++) {
        struct password_job *job = job_new();
        strcpy(job->old, old[i]);
        strcpy(job->fresh, fresh[i]);
        job->digest = true;
        run(job);
        memcpy(seen[i], digest, sizeof digest);
    }
    assert_memory_equal(seen[0], seen[1], PASSWORD_DIGEST_SIZE);
    assert_memory_not_equal(seen[0], seen[2], PASSWORD_DIGEST_SIZE);
}

static void one_runs_two_wait_the_rest_is_refused(void **state) {
    (void)state;
    done = 0;
    for (int i = 0; i < 3; i++) assert_true(password_submit(job_new()));
    assert_false(password_has_room());
    assert_false(password_submit(job_new()));
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    assert_int_equal(done, 3);
    assert_true(password_has_room());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_characters_not_bytes),
        cmocka_unit_test(every_keyboard_types_the_same_password),
        cmocka_unit_test(what_grows_beyond_measure_is_refused),
        cmocka_unit_test(what_was_made_matches_and_nothing_else_does),
        cmocka_unit_test(other_parameters_are_renewed),
        cmocka_unit_test(the_digest_is_the_same_each_time_and_tells_passwords_apart),
        cmocka_unit_test(one_runs_two_wait_the_rest_is_refused),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
