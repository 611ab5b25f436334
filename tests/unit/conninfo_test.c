/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pg/conninfo.h"

#include "tests/support/unit.h"

static char err[300];

static void assert_resolves(const char *conninfo, const char *expected) {
    char *got = conninfo_resolve(conninfo, err, sizeof err);
    if (got == NULL) fail_msg("%s: %s", conninfo, err);
    assert_string_equal(got, expected);
    free(got);
}

static void both_forms_become_one(void **state) {
    (void)state;
    char out[300];
    assert_int_equal(
        conninfo_normalize("postgresql://me:p%27w@db:5433/x?sslmode=require", out, sizeof out, err, sizeof err), 0);
    assert_string_equal(out, "user='me' password='p\\'w' dbname='x' host='db' port='5433' sslmode='require'");
    assert_int_equal(conninfo_normalize("host=/run dbname='a b'", out, sizeof out, err, sizeof err), 0);
    assert_string_equal(out, "dbname='a b' host='/run'");
    assert_int_equal(conninfo_normalize("", out, sizeof out, err, sizeof err), 0);
    assert_string_equal(out, "");
}

static void what_libpq_refuses_is_named(void **state) {
    (void)state;
    char out[64];
    assert_int_equal(conninfo_normalize("hosst=a", out, sizeof out, err, sizeof err), -1);
    assert_string_equal(err, "database.url: invalid connection option \"hosst\"");
    assert_int_equal(conninfo_normalize("dbname=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                        out, sizeof out, err, sizeof err),
                     -1);
    assert_string_equal(err, "database.url: too long");
}

static void only_names_need_a_name_server(void **state) {
    (void)state;
    assert_false(conninfo_has_names("host=/run/postgresql"));
    assert_false(conninfo_has_names("host=127.0.0.1,::1"));
    assert_false(conninfo_has_names("host=db hostaddr=127.0.0.1"));
    assert_false(conninfo_has_names("dbname=x"));
    assert_true(conninfo_has_names("host=db"));
    assert_true(conninfo_has_names("host=127.0.0.1,db"));
    setenv("PGHOST", "db", 1);
    assert_true(conninfo_has_names("dbname=x"));
    unsetenv("PGHOST");
}

static void hosts_get_their_addresses_and_ports(void **state) {
    (void)state;
    assert_resolves("host=127.0.0.1,/run,::1 port=1,2,3 dbname=x",
                    "dbname='x' host='127.0.0.1,/run,::1' hostaddr='127.0.0.1,,::1' port='1,2,3'");
    assert_resolves("host=127.0.0.1,127.0.0.2 port=5",
                    "host='127.0.0.1,127.0.0.2' hostaddr='127.0.0.1,127.0.0.2' port='5,5'");
    char *got = conninfo_resolve("host=localhost port=7", err, sizeof err);
    assert_non_null(got);
    assert_non_null(strstr(got, "host='localhost"));
    assert_non_null(strstr(got, "127.0.0.1"));
    free(got);
}

static void a_name_that_cant_be_looked_up_is_named(void **state) {
    (void)state;
    assert_null(conninfo_resolve("host=nowhere.invalid", err, sizeof err));
    assert_non_null(strstr(err, "the database's host nowhere.invalid: "));
}

int main(void) {
    unsetenv("PGHOST"), unsetenv("PGHOSTADDR"), unsetenv("PGPORT");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_become_one),
        cmocka_unit_test(what_libpq_refuses_is_named),
        cmocka_unit_test(only_names_need_a_name_server),
        cmocka_unit_test(hosts_get_their_addresses_and_ports),
        cmocka_unit_test(a_name_that_cant_be_looked_up_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
