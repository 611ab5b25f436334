/* SPDX-License-Identifier: Apache-2.0 */
/* Intrusive doubly linked list: the node lives in the object, so linking can't fail. A list head is a
 * node of its own; an unlinked node points at itself, so unlinking twice is harmless. */
#ifndef VOUCHSAFE_LIST_H
#define VOUCHSAFE_LIST_H

#include "vouchsafe/base.h"

struct list {
    struct list *next, *prev;
};

static inline void list_init(struct list *l) { l->next = l->prev = l; }
static inline bool list_empty(const struct list *l) { return l->next == l; }

static inline void list_insert_before(struct list *at, struct list *node) {
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}
static inline void list_push_back(struct list *head, struct list *node) { list_insert_before(head, node); }
static inline void list_push_front(struct list *head, struct list *node) { list_insert_before(head->next, node); }

static inline void list_remove(struct list *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

static inline struct list *list_pop_front(struct list *head) {
    if (list_empty(head)) return NULL;
    struct list *n = head->next;
    list_remove(n);
    return n;
}

#define LIST_ENTRY(node, type, member) CONTAINER_OF(node, type, member)
/* The body may remove the node it stands on, none other. */
#define LIST_FOREACH(it, head) \
    for (struct list *it = (head)->next, *it##_next = it->next; it != (head); it = it##_next, it##_next = it->next)

#endif
