/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/core/config.h"

static char err[1024], path[] = "/tmp/vs-config.XXXXXX";

static int load(const char *text, int n, char **flags) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return config_load(path, n, flags, err, sizeof err);
}

static void file_then_environment_then_flag(void **state) {
    (void)state;
    char flag[] = "--limit.in_flight=7", *flags[] = {flag};
    static const char text[] = "# a comment\nlog.level = warn\n[limit]\nin_flight = 5\nidle_ms=5000\n";
    assert_int_equal(load(text, 0, NULL), 0);
    assert_int_equal(config.limit_in_flight, 5);
    assert_int_equal(config.limit_idle_ms, 5000);
    assert_int_equal(config.log_level, 2);
    setenv("VOUCHSAFE_LIMIT_IN_FLIGHT", "6", 1);
    assert_int_equal(load(text, 0, NULL), 0);
    assert_int_equal(config.limit_in_flight, 6);
    assert_int_equal(load(text, 1, flags), 0);
    assert_int_equal(config.limit_in_flight, 7);
    unsetenv("VOUCHSAFE_LIMIT_IN_FLIGHT");
}

static void what_has_no_tls_stays_on_this_machine(void **state) {
    (void)state;
    static const char *const fine[] = {"", "/run/vouchsafe/plain", "127.0.0.1:0", "127.9.9.9:7644", "[::1]:7644"};
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        char text[100];
        snprintf(text, sizeof text, "listen.plain = %s\n", fine[i]);
        if (load(text, 0, NULL) != 0) fail_msg("%s: %s", fine[i], err);
    }
}

static void what_is_wrong_is_named_with_its_line_and_changes_nothing(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"limit.in_flight = 9\nlimit.in_fligth = 4\n", "line 2: there is no setting limit.in_fligth"},
        {"limit.in_flight = 9\nlimit.in_flight = 4\n", "line 2: limit.in_flight is set on line 1 already"},
        {"limit.in_flight = 9\n[limit]\nin_flight = 4\n", "line 3: limit.in_flight is set on line 1 already"},
        {"limit.in_flight = 0\n", "a number from 1 to 10000, not \"0\""},
        {"limit.in_flight = 4 # four\n", "not \"4 # four\""},
        {"limit.in_flight =\n", "not \"\""},
        {"limit.in_flight = 99999999999999999999\n", "a number from 1 to 10000"},
        {"limit.in_flight 4\n", "line 1: write key = value, or [section]"},
        {"[limit\nin_flight = 4\n", "line 1: write key = value, or [section]"},
        {"[limits]\n", "line 1: there is no section [limits]"},
        {"listen.plain = 0.0.0.0:7644\n",
         "listen.plain has no TLS, so it is the path of a unix socket or an address of the"},
        {"listen.plain = [::]:7644\n", "listen.plain has no TLS"},
        {"listen.plain = 192.0.2.7:7644\n", "listen.plain has no TLS"},
        {"listen.plain = 128.0.0.1:7644\n", "listen.plain has no TLS"},
        {"listen.plain = localhost:7644\n", "listen.plain has no TLS"},
        {"listen.plain = plain.sock\n", "listen.plain has no TLS"},
        {"digest.command = mail -s digest\n", "digest.command is the whole path of a program, without arguments"},
        {"log.level = loud\n", "log.level is one of debug|info|warn|error, not \"loud\""},
    };
    assert_int_equal(load("limit.in_flight = 11\n", 0, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(load(wrong[i].text, 0, NULL), -1);
        if (strstr(err, wrong[i].says) == NULL) fail_msg("expected \"%s\" in: %s", wrong[i].says, err);
        assert_int_equal(config.limit_in_flight, 11);
    }
}

static void a_long_line_is_never_cut(void **state) {
    (void)state;
    static char text[20000];
    size_t n = (size_t)sprintf(text, "listen.advertise = ");
    memset(text + n, 'a', 10000);
    strcpy(text + n + 10000, "z\nlimit.in_flight = 12\n");
    assert_int_equal(load(text, 0, NULL), 0);
    assert_int_equal(strlen(config.listen_advertise), 10001);
    assert_int_equal(config.listen_advertise[10000], 'z');
    assert_int_equal(config.limit_in_flight, 12);
}

static void an_unreadable_file_is_named(void **state) {
    (void)state;
    assert_int_equal(config_load("/nowhere/config", 0, NULL, err, sizeof err), -1);
    assert_non_null(strstr(err, "can't read /nowhere/config: No such file"));
    assert_int_equal(config_load("/", 0, NULL, err, sizeof err), -1);
    assert_non_null(strstr(err, "can't read /: Is a directory"));
}

static void a_flag_is_refused_without_its_value_being_shown(void **state) {
    (void)state;
    char secret[] = "--database.urls=postgresql://me:hunter2@db/x", *flags[] = {secret};
    assert_int_equal(config_load(NULL, 1, flags, err, sizeof err), -1);
    assert_non_null(strstr(err, "--database.urls: there is no such setting"));
    assert_null(strstr(err, "hunter2"));
}

static void a_reload_changes_only_what_is_reloadable(void **state) {
    (void)state;
    assert_int_equal(load("database.writers = 2\nlimit.in_flight = 20\n", 0, NULL), 0);
    assert_int_equal(load("database.writers = 4\nlimit.in_flight = 21\n", 0, NULL), 0);
    assert_int_equal(config.database_writers, 2);
    assert_int_equal(config.limit_in_flight, 21);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_then_environment_then_flag),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line_and_changes_nothing),
        cmocka_unit_test(what_has_no_tls_stays_on_this_machine),
        cmocka_unit_test(a_long_line_is_never_cut),
        cmocka_unit_test(an_unreadable_file_is_named),
        cmocka_unit_test(a_flag_is_refused_without_its_value_being_shown),
        cmocka_unit_test(a_reload_changes_only_what_is_reloadable),
    };
    int fd = mkstemp(path);
    close(fd);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
