/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out as a parameter comes back as a cell. A result made by hand stands for the server's. */
#include "server/store/store.h"
#include "tests/support/unit.h"

static PGresult *row_of(const struct params *p) {
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[PARAMS_MAX] = {0};
    for (int i = 0; i < p->n; i++) columns[i] = (PGresAttDesc){.name = (char *)"c", .format = 1, .typlen = -1};
    assert_int_equal(PQsetResultAttrs(r, p->n, columns), 1);
    for (int i = 0; i < p->n; i++)
        assert_int_equal(
            PQsetvalue(r, 0, i, (char *)(uintptr_t)p->values[i], p->values[i] == NULL ? -1 : p->lengths[i]), 1);
    return r;
}

static void values_come_back_as_they_went(void **state) {
    (void)state;
    static const int64_t numbers[] = {0,         1,         -1,        255,       -256,     INT16_MAX,
                                      INT16_MIN, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct arena a;
        struct params p;
        struct id id = id_new();
        arena_init(&a, 10000);
        params_init(&p, &a);
        params_int8(&p, numbers[i]);
        params_int4(&p, (int32_t)numbers[i]);
        params_int2(&p, (int16_t)numbers[i]);
        params_id(&p, &id);
        params_text(&p, "Zoë");
        params_bool(&p, i % 2 == 0);
        params_time(&p, INT64_C(1790000000123456));
        params_time(&p, INT64_C(-1));
        PGresult *r = row_of(&p);
        struct id back = cell_id(r, 0, 3);
        assert_true(cell_int(r, 0, 0) == numbers[i]);
        assert_true(cell_int(r, 0, 1) == (int32_t)numbers[i]);
        assert_true(cell_int(r, 0, 2) == (int16_t)numbers[i]);
        assert_true(id_equal(&back, &id));
        assert_string_equal(cell_text(r, 0, 4), "Zoë");
        assert_true(cell_bool(r, 0, 5) == (i % 2 == 0));
        assert_true(cell_time(r, 0, 6) == INT64_C(1790000000123456));
        assert_true(cell_time(r, 0, 7) == -1);
        PQclear(r);
        arena_free(&a);
    }
}

static void nothing_is_null_and_null_is_nothing(void **state) {
    (void)state;
    struct arena a;
    struct params p;
    struct id zero = {{0}};
    arena_init(&a, 10000);
    params_init(&p, &a);
    params_null(&p);
    params_id(&p, NULL);
    params_id(&p, &zero);
    params_text(&p, NULL);
    params_bytes(&p, NULL, 0);
    params_text(&p, "");
    PGresult *r = row_of(&p);
    for (int i = 0; i < 5; i++) {
        struct id id = cell_id(r, 0, i);
        assert_true(cell_null(r, 0, i));
        assert_true(id_is_zero(&id));
        assert_string_equal(cell_text(r, 0, i), "");
        assert_int_equal(cell_int(r, 0, i), 0);
        assert_false(cell_bool(r, 0, i));
        assert_int_equal(cell_time(r, 0, i), 0);
    }
    assert_false(cell_null(r, 0, 5)); /* empty text is text */
    PQclear(r);
    arena_free(&a);
}

static void without_memory_the_arena_says_so(void **state) {
    (void)state;
    struct arena a;
    struct params p;
    char *big = unit_letters(500);
    arena_init(&a, 100);
    params_init(&p, &a);
    params_text(&p, big);
    assert_true(a.failed);
    arena_free(&a);
    free(big);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_went),
        cmocka_unit_test(nothing_is_null_and_null_is_nothing),
        cmocka_unit_test(without_memory_the_arena_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
