/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/list.h"

struct item {
    int n;
    struct list node;
};

static int sum_and_check_links(struct list *head) {
    int sum = 0;
    LIST_FOREACH(it, head) {
        assert_ptr_equal(it->next->prev, it);
        sum = sum * 10 + LIST_ENTRY(it, struct item, node)->n;
    }
    return sum;
}

static void both_ends_take_items_and_the_front_gives_them(void **state) {
    (void)state;
    struct list head;
    struct item a = {1, {0}}, b = {2, {0}}, c = {3, {0}};
    list_init(&head);
    assert_true(list_empty(&head));
    assert_null(list_pop_front(&head));
    list_push_back(&head, &b.node);
    list_push_back(&head, &c.node);
    list_push_front(&head, &a.node);
    assert_int_equal(sum_and_check_links(&head), 123);
    assert_ptr_equal(list_pop_front(&head), &a.node);
    assert_int_equal(sum_and_check_links(&head), 23);
    assert_true(list_empty(&a.node));
}

static void removing_twice_is_harmless(void **state) {
    (void)state;
    struct list head;
    struct item a = {1, {0}}, b = {2, {0}};
    list_init(&head);
    list_push_back(&head, &a.node);
    list_push_back(&head, &b.node);
    list_remove(&a.node);
    list_remove(&a.node);
    assert_int_equal(sum_and_check_links(&head), 2);
}

static void a_walk_may_remove_where_it_stands(void **state) {
    (void)state;
    struct list head;
    struct item items[9];
    list_init(&head);
    for (int i = 0; i < 9; i++) {
        items[i].n = i + 1;
        list_push_back(&head, &items[i].node);
    }
    LIST_FOREACH(it, &head) if (LIST_ENTRY(it, struct item, node)->n % 2 == 0) list_remove(it);
    assert_int_equal(sum_and_check_links(&head), 13579);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_take_items_and_the_front_gives_them),
        cmocka_unit_test(removing_twice_is_harmless),
        cmocka_unit_test(a_walk_may_remove_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
