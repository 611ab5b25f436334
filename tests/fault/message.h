/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of a load's items: all that is in them follows from the item, so that a repeat has the same bytes and the checker knows them. */
#ifndef TESTS_FAULT_MESSAGE_H
#define TESTS_FAULT_MESSAGE_H

#include "tests/fault/history.h"

enum { MESSAGE_MAX = 1024 };

/* Who is named in them, besides what an item says. */
extern struct id message_partner;

/* Each returns the bytes written to out (MESSAGE_MAX). */
typedef size_t message_pack(const struct item *it, uint8_t *out);
message_pack message_touch, message_strike, message_contact, message_edit, message_deal, message_won, message_promise,
    message_kept, message_grant, message_revoke;
message_pack message_referral, message_lead, message_given, message_act, message_claim, message_dispute, message_decide,
    message_merge, message_unmerge;
message_pack message_owe, message_thank, message_thank_all, message_waive, message_credit, message_reward,
    message_payable, message_pay, message_reverse;
message_pack message_introduce, message_say, message_introduced, message_consent, message_plan, message_review,
    message_check;
message_pack message_ask, message_answer, message_name, message_give_up;

/* What a referral's action may be: an item's number, at random. */
int64_t message_some_action(void);

#endif
