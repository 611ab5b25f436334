/* SPDX-License-Identifier: Apache-2.0 */
/* The seat file and what is kept in it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/lib/seat_internal.h"
#include "tests/support/fake_server.h"
#include "vouchsafe/joinline.h"

static char dir[64], path[100], err[600];

static int setup(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/vs-seat.XXXXXX");
    if (mkdtemp(dir) == NULL) return -1;
    snprintf(path, sizeof path, "%s/sales.seat", dir);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

static void sample(struct vs_seat *s) {
    struct fake *f = fake_start();
    fake_seat(s, f, NULL);
    fake_stop(f);
    snprintf(s->login, sizeof s->login, "ann");
    snprintf(s->code, sizeof s->code, "hartwell-roofing");
}

static void save(const struct vs_seat *s) {
    if (vs_seat_save(path, s, err, sizeof err) < 0) fail_msg("%s", err);
}

static void a_seat_is_read_as_it_was_written(void **state) {
    (void)state;
    for (int token = 0; token < 2; token++) {
        struct vs_seat s, got;
        struct stat st;
        sample(&s);
        if (token) {
            free(s.key_pem), free(s.cert_pem);
            s.key_pem = s.cert_pem = NULL;
            s.has_token = true;
            unit_fill(s.token, sizeof s.token);
        }
        save(&s);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(vs_seat_load(path, &got, err, sizeof err), 0);
        assert_memory_equal(got.business.b, s.business.b, 16);
        assert_memory_equal(got.account.b, s.account.b, 16);
        assert_memory_equal(got.root_pin, s.root_pin, 32);
        assert_string_equal(got.addresses, s.addresses);
        assert_string_equal(got.login, "ann");
        assert_string_equal(got.code, "hartwell-roofing");
        assert_int_equal(got.has_token, token);
        assert_memory_equal(got.token, s.token, sizeof s.token);
        assert_int_equal(got.key_pem == NULL, token);
        if (!token) assert_string_equal(got.cert_pem, s.cert_pem);
        vs_seat_free(&got);
        vs_seat_free(&s);
    }
    assert_int_equal(access(dir, F_OK), 0);
}

static void two_roots_are_kept_while_one_takes_the_others_place(void **state) {
    (void)state;
    struct vs_seat s, got;
    sample(&s);
    memset(s.root_before, 7, sizeof s.root_before);
    save(&s);
    assert_int_equal(vs_seat_load(path, &got, err, sizeof err), 0);
    assert_memory_equal(got.root_pin, s.root_pin, 32);
    assert_memory_equal(got.root_before, s.root_before, 32);
    vs_seat_free(&got);
    vs_seat_free(&s);
}

static void what_others_may_read_is_refused_with_the_remedy(void **state) {
    (void)state;
    struct vs_seat s, got;
    sample(&s);
    save(&s);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(vs_seat_load(path, &got, err, sizeof err), -1);
    assert_non_null(strstr(err, "chmod 600"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(vs_seat_load(path, &got, err, sizeof err), 1);
    vs_seat_free(&s);
}

/* Every shorter file and every file with a line missing is whole or refused, never half a seat. */
static void a_damaged_file_is_no_seat(void **state) {
    (void)state;
    struct vs_seat s, got;
    char text[8192];
    sample(&s);
    save(&s);
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    for (ssize_t i = 0; i<n - 1; i += i> 200 && i < n - 60 ? 37 : 1) {
        fd = open(path, O_WRONLY | O_TRUNC);
        assert_int_equal(write(fd, text, (size_t)i), i);
        close(fd);
        int r = vs_seat_load(path, &got, err, sizeof err);
        if (r == 0) { /* cut before the key: then nobody can log in with it, but it says where the server is */
            assert_memory_equal(got.root_pin, s.root_pin, 32);
            assert_string_equal(got.addresses, s.addresses);
            vs_seat_free(&got);
        } else
            assert_true(strlen(err) > 20);
    }
    vs_seat_free(&s);
}

static void a_place_that_can_not_be_written_is_named(void **state) {
    (void)state;
    struct vs_seat s;
    sample(&s);
    assert_int_equal(vs_seat_save("/proc/nowhere/x.seat", &s, err, sizeof err), -1);
    assert_non_null(strstr(err, "/proc/nowhere/x.seat can't be written"));
    vs_seat_free(&s);
}

static void a_token_is_kept_by_commands_and_checked(void **state) {
    (void)state;
    struct vs_seat s, got;
    uint8_t token[VS_TOKEN_SIZE], back[VS_TOKEN_SIZE];
    sample(&s);
    unit_fill(token, sizeof token);
    snprintf(s.token_command, sizeof s.token_command, "cat %s/ring", dir);
    assert_int_equal(seat_keep_token(&s, token, err, sizeof err), -1); /* nothing stores it */
    snprintf(s.token_store_command, sizeof s.token_store_command, "cat >%s/elsewhere", dir);
    assert_int_equal(seat_keep_token(&s, token, err, sizeof err), -1); /* stored where the other doesn't look */
    assert_non_null(strstr(err, "token_store_command"));
    char old[200]; /* the ring still holds the token of before */
    snprintf(old, sizeof old, "head -c 64 /dev/zero | tr '\\0' A >%s/ring", dir);
    assert_int_equal(system(old), 0);
    assert_int_equal(seat_token(&s, back, err, sizeof err), 0);
    assert_int_equal(seat_keep_token(&s, token, err, sizeof err), -1);
    snprintf(s.token_store_command, sizeof s.token_store_command, "cat >%s/ring", dir);
    assert_int_equal(seat_keep_token(&s, token, err, sizeof err), 0);
    assert_false(s.has_token);
    save(&s);
    assert_int_equal(vs_seat_load(path, &got, err, sizeof err), 0);
    assert_false(got.has_token); /* not in the file */
    assert_int_equal(seat_token(&got, back, err, sizeof err), 0);
    assert_memory_equal(back, token, sizeof token);
    snprintf(got.token_command, sizeof got.token_command, "echo nonsense");
    assert_null(vs_client_new(&got, err, sizeof err));
    assert_non_null(strstr(err, "token_command"));
    vs_seat_free(&got);
    vs_seat_free(&s);
}

static void the_server_line_holds_no_secret(void **state) {
    (void)state;
    struct vs_seat s;
    char line[JOIN_LINE_MAX];
    struct join_line l;
    sample(&s);
    assert_int_equal(vs_seat_server_line(&s, line, sizeof line), 0);
    assert_int_equal(server_line_parse(line, &l, err, sizeof err), 0);
    assert_memory_equal(l.root_pin, s.root_pin, 32);
    assert_memory_equal(l.business.b, s.business.b, 16);
    assert_string_equal(l.addresses, s.addresses);
    assert_string_equal(l.code, "hartwell-roofing");
    assert_int_equal(join_line_parse(line, &l, err, sizeof err), -1); /* one can't join by it */
    unit_fill(l.secret, sizeof l.secret);
    assert_int_equal(join_line_format(&l, line, sizeof line), 0);
    assert_int_equal(server_line_parse(line, &l, err, sizeof err), 0); /* a join line says where the server is, too */
    assert_int_equal(l.code[0], 0);
    for (size_t i = 0; i < sizeof l.secret; i++) assert_int_equal(l.secret[i], 0);
    vs_seat_free(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_seat_is_read_as_it_was_written),
        TEST(two_roots_are_kept_while_one_takes_the_others_place),
        TEST(what_others_may_read_is_refused_with_the_remedy),
        TEST(a_damaged_file_is_no_seat),
        TEST(a_place_that_can_not_be_written_is_named),
        TEST(a_token_is_kept_by_commands_and_checked),
        TEST(the_server_line_holds_no_secret),
    };
    return cmocka_run_group_tests(tests, fake_make_keys, fake_free_keys);
}
