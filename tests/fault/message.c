/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/message.h"

#include <stdio.h>
#include <stdlib.h>

#include "vouchsafe/base.h"
#include "vouchsafe/v1/ask.pb-c.h"
#include "vouchsafe/v1/claim.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/introduction.pb-c.h"
#include "vouchsafe/v1/merge.pb-c.h"
#include "vouchsafe/v1/promise.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"
#include "vouchsafe/v1/review.pb-c.h"
#include "vouchsafe/v1/reward.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/thanks.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { IN_A_LEAD_S = 2 }; /* whoever submits within so many seconds submits the same person */

struct id message_partner;

static ProtobufCBinaryData bytes(const struct id *id) { return (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)id->b}; }
static char *text(const char *s) { return (char *)(uintptr_t)s; }
#define PACK(module, q) vouchsafe__v1__##module##__pack(&(q), out)

size_t message_touch(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = t.has_stage = t.has_sentiment = 1;
    t.id = bytes(&it->id);
    t.contact_id = bytes(&it->target);
    t.occurred_at = it->number;
    t.channel = (Vouchsafe__V1__Channel)(1 + it->spice % 14);
    t.stage = (Vouchsafe__V1__Stage)(1 + it->spice / 14 % 5);
    t.sentiment = (Vouchsafe__V1__Sentiment)(1 + it->spice / 70 % 3);
    t.note = text(it->nonce);
    q.touch = &t;
    return PACK(touch_log_request, q);
}

size_t message_strike(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    q.has_id = 1;
    q.id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(touch_strike_request, q);
}

size_t message_contact(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ContactAddRequest q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
    char name[40];
    snprintf(name, sizeof name, "Person %s", it->nonce);
    q.has_contact_id = 1;
    q.contact_id = bytes(&it->id);
    q.name = name;
    return PACK(contact_add_request, q);
}

size_t message_edit(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ContactEditRequest q = VOUCHSAFE__V1__CONTACT_EDIT_REQUEST__INIT;
    q.has_contact_id = q.has_version = 1;
    q.contact_id = bytes(&it->target);
    q.version = it->number;
    q.best_hours = text(it->nonce);
    return PACK(contact_edit_request, q);
}

size_t message_deal(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DealAddRequest q = VOUCHSAFE__V1__DEAL_ADD_REQUEST__INIT;
    q.has_deal_id = q.has_contact_id = q.has_value = 1;
    q.deal_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.title = text(it->nonce);
    q.value = it->spice;
    return PACK(deal_add_request, q);
}

size_t message_won(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DealWonRequest q = VOUCHSAFE__V1__DEAL_WON_REQUEST__INIT;
    q.has_deal_id = q.has_project_id = 1;
    q.deal_id = bytes(&it->target);
    q.project_id = bytes(&it->id);
    return PACK(deal_won_request, q);
}

size_t message_promise(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__PromiseAddRequest q = VOUCHSAFE__V1__PROMISE_ADD_REQUEST__INIT;
    q.has_promise_id = q.has_contact_id = 1;
    q.promise_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.words = text(it->nonce);
    q.due_on = text("2099-12-31");
    return PACK(promise_add_request, q);
}

size_t message_kept(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__PromiseDoneRequest q = VOUCHSAFE__V1__PROMISE_DONE_REQUEST__INIT;
    q.has_promise_id = 1;
    q.promise_id = bytes(&it->target);
    return PACK(promise_done_request, q);
}

size_t message_grant(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ShareGrantRequest q = VOUCHSAFE__V1__SHARE_GRANT_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = 1;
    q.contact_id = bytes(&it->target);
    q.partner_id = bytes(&message_partner);
    return PACK(share_grant_request, q);
}

size_t message_revoke(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ShareRevokeRequest q = VOUCHSAFE__V1__SHARE_REVOKE_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = 1;
    q.contact_id = bytes(&it->target);
    q.partner_id = bytes(&message_partner);
    return PACK(share_revoke_request, q);
}

/* --- referrals ---------------------------------------------------------------------------------------------------- */

/* A contact vouches for another one. */
size_t message_referral(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReferralAddRequest q = VOUCHSAFE__V1__REFERRAL_ADD_REQUEST__INIT;
    q.has_referral_id = q.has_contact_id = q.has_source_contact_id = 1;
    q.referral_id = bytes(&it->id);
    q.source_contact_id = bytes(&it->target);
    q.contact_id = bytes(&it->other);
    q.because = text(it->nonce);
    return PACK(referral_add_request, q);
}

/* The seat vouches for somebody whom others submit at the same moment: one of them makes the person, one gets the credit. */
size_t message_lead(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReferralAddRequest q = VOUCHSAFE__V1__REFERRAL_ADD_REQUEST__INIT;
    char name[40], email[40];
    long long lead = (long long)(it->number / 1000000 / IN_A_LEAD_S);
    snprintf(name, sizeof name, "Lead %lld", lead);
    snprintf(email, sizeof email, "lead%lld@example.org", lead);
    q.has_referral_id = 1;
    q.referral_id = bytes(&it->id);
    q.name = name;
    q.email = email;
    q.because = text(it->nonce);
    return PACK(referral_add_request, q);
}

/* The partner gets one. */
size_t message_given(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReferralAddRequest q = VOUCHSAFE__V1__REFERRAL_ADD_REQUEST__INIT;
    q.has_referral_id = q.has_contact_id = q.has_partner_id = 1;
    q.referral_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.partner_id = bytes(&message_partner);
    q.because = text(it->nonce);
    return PACK(referral_add_request, q);
}

#define ACTION(name) VOUCHSAFE__V1__REFERRAL_ACTION__REFERRAL_ACTION_##name
/* Onwards mostly; ends are taken up again. A mistake is for good, so there are few. */
static const Vouchsafe__V1__ReferralAction ACTIONS[] = {
    ACTION(OPEN),     ACTION(ASK),     ACTION(INFORM),  ACTION(ACCEPT),  ACTION(ACCEPT),   ACTION(ACCEPT),
    ACTION(ACCEPT),   ACTION(CONTACT), ACTION(CONTACT), ACTION(CONTACT), ACTION(APPOINT),  ACTION(APPOINT),
    ACTION(APPOINT),  ACTION(KEPT),    ACTION(NO_SHOW), ACTION(MOVE),    ACTION(WIN),      ACTION(WIN),
    ACTION(WIN),      ACTION(WIN),     ACTION(LOSE),    ACTION(DECLINE), ACTION(REDIRECT), ACTION(HOLD),
    ACTION(RESUME),   ACTION(RESUME),  ACTION(REOPEN),  ACTION(REOPEN),  ACTION(REOPEN),   ACTION(REOPEN),
    ACTION(REOPEN),   ACTION(NEWS),    ACTION(TELL),    ACTION(THANK),   ACTION(CONFIRM),  ACTION(MISTAKE),
    ACTION(WITHDRAW), ACTION(RESUME)};

int64_t message_some_action(void) { return ACTIONS[(size_t)rand() % ARRAY_LEN(ACTIONS)]; }

static const char *reason_of(Vouchsafe__V1__ReferralAction action) {
    static const char *const reasons[] = {[ACTION(DECLINE)] = "no_fit",  [ACTION(REDIRECT)] = "too_far",
                                          [ACTION(LOSE)] = "price",      [ACTION(HOLD)] = "season",
                                          [ACTION(WITHDRAW)] = "other",  [ACTION(MISTAKE)] = "test",
                                          [ACTION(REOPEN)] = "came_back"};
    return (size_t)action < ARRAY_LEN(reasons) ? reasons[action] : NULL;
}

/* With all that any action needs. */
size_t message_act(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReferralActRequest q = VOUCHSAFE__V1__REFERRAL_ACT_REQUEST__INIT;
    q.has_referral_id = q.has_action = q.has_appointment_at = q.has_value = q.has_level = 1;
    q.referral_id = bytes(&it->target);
    q.action = (Vouchsafe__V1__ReferralAction)it->number;
    q.words = q.because = text(it->nonce);
    q.reason = text(reason_of(q.action));
    q.call_on = text("2099-12-31");
    q.appointment_at = INT64_C(4102444800000000);
    q.value = 100 + it->spice;
    q.level = it->spice % 6;
    q.has_partner_id = q.action == ACTION(REDIRECT);
    q.partner_id = bytes(&message_partner);
    return PACK(referral_act_request, q);
}

size_t message_claim(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ClaimAddRequest q = VOUCHSAFE__V1__CLAIM_ADD_REQUEST__INIT;
    q.has_claim_id = q.has_contact_id = q.has_source_contact_id = q.has_evidence = 1;
    q.claim_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.source_contact_id = bytes(&it->other);
    q.evidence = (Vouchsafe__V1__ClaimEvidence)(1 + it->spice % 6);
    q.because = text(it->nonce);
    return PACK(claim_add_request, q);
}

size_t message_dispute(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DisputeOpenRequest q = VOUCHSAFE__V1__DISPUTE_OPEN_REQUEST__INIT;
    q.has_dispute_id = q.has_referral_id = 1;
    q.dispute_id = bytes(&it->id);
    q.referral_id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(dispute_open_request, q);
}

/* For who opened it, or for nobody. */
size_t message_decide(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DisputeDecideRequest q = VOUCHSAFE__V1__DISPUTE_DECIDE_REQUEST__INIT;
    q.has_dispute_id = 1;
    q.dispute_id = bytes(&it->target);
    q.has_referral_id = it->spice % 3 > 0;
    q.referral_id = bytes(&it->other);
    q.decision = text(it->nonce);
    return PACK(dispute_decide_request, q);
}

/* --- merges ------------------------------------------------------------------------------------------------------- */

size_t message_merge(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__MergeAddRequest q = VOUCHSAFE__V1__MERGE_ADD_REQUEST__INIT;
    q.has_merge_id = q.has_merged_contact_id = q.has_contact_id = 1;
    q.merge_id = bytes(&it->id);
    q.merged_contact_id = bytes(&it->target);
    q.contact_id = bytes(&it->other);
    q.because = text(it->nonce);
    return PACK(merge_add_request, q);
}

size_t message_unmerge(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__MergeUndoRequest q = VOUCHSAFE__V1__MERGE_UNDO_REQUEST__INIT;
    q.has_merge_id = 1;
    q.merge_id = bytes(&it->target);
    return PACK(merge_undo_request, q);
}

/* --- thanks, credits, rewards --------------------------------------------------------------------------------------- */

size_t message_owe(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ThanksOweRequest q = VOUCHSAFE__V1__THANKS_OWE_REQUEST__INIT;
    q.has_thanks_id = q.has_contact_id = 1;
    q.thanks_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.words = text(it->nonce);
    return PACK(thanks_owe_request, q);
}

size_t message_thank(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ThanksGiveRequest q = VOUCHSAFE__V1__THANKS_GIVE_REQUEST__INIT;
    q.has_thanks_id = q.has_owed_id = 1;
    q.thanks_id = bytes(&it->id);
    q.owed_id = bytes(&it->target);
    return PACK(thanks_give_request, q);
}

size_t message_thank_all(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ThanksGiveRequest q = VOUCHSAFE__V1__THANKS_GIVE_REQUEST__INIT;
    q.has_thanks_id = q.has_contact_id = 1;
    q.thanks_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    return PACK(thanks_give_request, q);
}

size_t message_waive(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ThanksWaiveRequest q = VOUCHSAFE__V1__THANKS_WAIVE_REQUEST__INIT;
    q.has_thanks_id = 1;
    q.thanks_id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(thanks_waive_request, q);
}

size_t message_credit(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__CreditSayRequest q = VOUCHSAFE__V1__CREDIT_SAY_REQUEST__INIT;
    q.has_credit_id = q.has_contact_id = 1;
    q.credit_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.words = text(it->nonce);
    q.place = text("the newsletter");
    return PACK(credit_say_request, q);
}

size_t message_reward(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__RewardAddRequest q = VOUCHSAFE__V1__REWARD_ADD_REQUEST__INIT;
    q.has_reward_id = q.has_contact_id = q.has_reward = q.has_value = 1;
    q.reward_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.reward = VOUCHSAFE__V1__REWARD_KIND__REWARD_KIND_GIFT;
    q.value = 1000 + it->spice;
    return PACK(reward_add_request, q);
}

size_t message_payable(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__RewardPayableRequest q = VOUCHSAFE__V1__REWARD_PAYABLE_REQUEST__INIT;
    q.has_reward_id = 1;
    q.reward_id = bytes(&it->target);
    q.words = text(it->nonce);
    return PACK(reward_payable_request, q);
}

size_t message_pay(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__RewardPayRequest q = VOUCHSAFE__V1__REWARD_PAY_REQUEST__INIT;
    q.has_reward_id = 1;
    q.reward_id = bytes(&it->target);
    q.words = text(it->nonce);
    return PACK(reward_pay_request, q);
}

size_t message_reverse(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__RewardReverseRequest q = VOUCHSAFE__V1__REWARD_REVERSE_REQUEST__INIT;
    q.has_reward_id = 1;
    q.reward_id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(reward_reverse_request, q);
}

/* --- introductions, reviews, asks ------------------------------------------------------------------------------------- */

size_t message_introduce(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__IntroductionAddRequest q = VOUCHSAFE__V1__INTRODUCTION_ADD_REQUEST__INIT;
    q.has_introduction_id = q.has_contact_id = q.has_other_contact_id = 1;
    q.introduction_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.other_contact_id = bytes(&it->other);
    q.because = text(it->nonce);
    return PACK(introduction_add_request, q);
}

size_t message_say(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__IntroductionSayRequest q = VOUCHSAFE__V1__INTRODUCTION_SAY_REQUEST__INIT;
    q.has_introduction_id = q.has_other = q.has_yes = 1;
    q.introduction_id = bytes(&it->target);
    q.other = it->spice % 2 == 0;
    q.yes = it->spice % 5 > 0;
    return PACK(introduction_say_request, q);
}

size_t message_introduced(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__IntroductionMadeRequest q = VOUCHSAFE__V1__INTRODUCTION_MADE_REQUEST__INIT;
    q.has_introduction_id = 1;
    q.introduction_id = bytes(&it->target);
    return PACK(introduction_made_request, q);
}

size_t message_consent(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ConsentSetRequest q = VOUCHSAFE__V1__CONSENT_SET_REQUEST__INIT;
    q.has_contact_id = q.has_consent = 1;
    q.contact_id = bytes(&it->target);
    q.consent = (Vouchsafe__V1__Consent)(1 + it->spice % 4);
    q.because = text(it->nonce);
    return PACK(consent_set_request, q);
}

size_t message_plan(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReviewPlanRequest q = VOUCHSAFE__V1__REVIEW_PLAN_REQUEST__INIT;
    q.has_review_id = q.has_contact_id = 1;
    q.review_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    return PACK(review_plan_request, q);
}

size_t message_review(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ReviewAddRequest q = VOUCHSAFE__V1__REVIEW_ADD_REQUEST__INIT;
    q.has_review_id = q.has_contact_id = q.has_result = 1;
    q.review_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.result = (Vouchsafe__V1__ReviewResult)(1 + it->spice % 2);
    q.words = text(it->nonce);
    return PACK(review_add_request, q);
}

size_t message_check(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__CheckAddRequest q = VOUCHSAFE__V1__CHECK_ADD_REQUEST__INIT;
    q.has_check_id = q.has_contact_id = q.has_said = 1;
    q.check_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.said = it->spice % 11;
    q.words = text(it->nonce);
    return PACK(check_add_request, q);
}

size_t message_ask(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__AskMakeRequest q = VOUCHSAFE__V1__ASK_MAKE_REQUEST__INIT;
    q.has_ask_id = q.has_contact_id = q.has_anyway = 1;
    q.ask_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.anyway = 1;
    return PACK(ask_make_request, q);
}

size_t message_answer(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__AskAnswerRequest q = VOUCHSAFE__V1__ASK_ANSWER_REQUEST__INIT;
    q.has_ask_id = q.has_answer = q.has_reason = 1;
    q.ask_id = bytes(&it->target);
    q.answer = (Vouchsafe__V1__AskAnswer)(1 + it->spice % 3);
    q.reason = VOUCHSAFE__V1__ASK_REASON__ASK_REASON_OTHER;
    q.later_until = text("2099-12-31");
    q.words = text(it->nonce);
    return PACK(ask_answer_request, q);
}

size_t message_name(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__AskFillRequest q = VOUCHSAFE__V1__ASK_FILL_REQUEST__INIT;
    q.has_ask_id = 1;
    q.ask_id = bytes(&it->target);
    q.name = text(it->nonce);
    q.because = text(it->nonce);
    return PACK(ask_fill_request, q);
}

size_t message_give_up(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__AskGiveUpRequest q = VOUCHSAFE__V1__ASK_GIVE_UP_REQUEST__INIT;
    q.has_ask_id = 1;
    q.ask_id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(ask_give_up_request, q);
}
