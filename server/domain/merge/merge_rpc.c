/* SPDX-License-Identifier: Apache-2.0 */
/* Merging contacts and taking it back, in the database by one table of what belongs to a contact (sql/migrations/0140_merge.sql);
 * and the blind check. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/merge.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* The change tells one number: class * 1000000 + year and month. */
static void tell_blind(struct request *r, const void *body, ProtobufCMessage *reply,
                       const struct change_result *change) {
    (void)body;
    Vouchsafe__V1__BlindCheckReply *out = (void *)reply;
    long long month = change->result % 1000000, held = change->result / 1000000;
    out->has_verdict = 1;
    out->verdict = change->result == 0 ? VOUCHSAFE__V1__BLIND_VERDICT__BLIND_VERDICT_CLEAR
                                       : VOUCHSAFE__V1__BLIND_VERDICT__BLIND_VERDICT_HELD;
    out->has_held_class = held > 0;
    out->held_class = (Vouchsafe__V1__BlindClass)held;
    if (change->result != 0) out->since = arena_printf(&r->arena, "%04lld-%02lld", month / 100, month % 100);
}

static const struct plan merge_preview = {PLAN_REPLY(merge_preview),
                                          .reads = {{QUERY_MERGE_PREVIEW, "lines", 0, true}}};
static const struct plan merge_add = {PLAN_REPLY(merge_add), .change = QUERY_MERGE_ADD};
static const struct plan merge_undo = {PLAN_REPLY(merge_undo), .change = QUERY_MERGE_UNDO};
static const struct plan merge_list = {PLAN_REPLY(merge_list), .reads = {{QUERY_MERGE_LIST, "merges", 0, false}}};
static const struct plan blind_check = {PLAN_REPLY(blind_check), .change = QUERY_BLIND_CHECK, .finish = tell_blind};

static const struct plan blind_list = {PLAN_REPLY(blind_list), .reads = {{QUERY_BLIND_LIST, "checks", 0, false}}};

static const struct field_rule preview_rules[] = {{"merged_contact_id", true, 0, 0}, {"contact_id", true, 0, 0}};
static const struct field_rule add_rules[] = {{"merge_id", true, 0, 0},
                                              {"merged_contact_id", true, 0, 0},
                                              {"contact_id", true, 0, 0},
                                              {"because", false, 0, 1024}};
static const struct field_rule undo_rules[] = {{"merge_id", true, 0, 0}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule check_rules[] = {{"blind_id", true, 0, 0}};
static const struct method methods[] = {
    PLAN(MERGE_PREVIEW, merge_preview, MAY_STAFF, 0, preview_rules),
    PLAN(MERGE_ADD, merge_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(MERGE_UNDO, merge_undo, MAY_STAFF, METHOD_CHANGES, undo_rules),
    PLAN(MERGE_LIST, merge_list, MAY_STAFF, 0, list_rules),
    PLAN(BLIND_CHECK, blind_check, MAY_PARTNER, METHOD_CHANGES, check_rules),
    PLAN(BLIND_LIST, blind_list, MAY_ADMIN, 0, list_rules),
};
const struct module merge_module = {"merge", methods, ARRAY_LEN(methods)};
