/* SPDX-License-Identifier: Apache-2.0 */
/* A referral as a person reads it: source, cause, claim, steps, next action and clock, within 24 lines of 80 columns. */
#ifndef CLIENT_CLI_REFERRAL_CARD_H
#define CLIENT_CLI_REFERRAL_CARD_H

#include "client/cli/out.h"
#include "vouchsafe/v1/referral.pb-c.h"

void referral_card(struct out *o, const Vouchsafe__V1__ReferralGetReply *reply);

#endif
