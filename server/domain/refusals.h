/* SPDX-License-Identifier: Apache-2.0 */
/* Every reason a change's statement may refuse for, once: its status, the field at fault and the words. SQL names the reason
 * only (`{record} target, reason, result`). Field and words may be NULL: the status's own words. In the words {result} is the number that
 * the change told, {explain} what the plan's explain query says: the ledger keeps no words. */
#ifndef SERVER_DOMAIN_REFUSALS_H
#define SERVER_DOMAIN_REFUSALS_H

#define REFUSAL_LIST(X) \
    X(BAD_COUNTRY, INVALID_ARGUMENT, "country", "a country is two capital letters: DE") \
    X(BAD_CURRENCY, INVALID_ARGUMENT, "currency", "a currency is three capital letters: EUR") \
    X(ASK_STATE, FAILED_PRECONDITION, "ask_id", \
      "this ask isn't in a state for that; ask show tells: due, made, then yes, later or no") \
    X(BEFORE_ASKED, INVALID_ARGUMENT, "on", "that is before they were asked") \
    X(LATER_WHEN, INVALID_ARGUMENT, "later_until", "later needs the day they said, after today") \
    X(NO_WHY, INVALID_ARGUMENT, "words", "a no needs its reason, and what they said in their own words") \
    X(SHUT_OUT, FAILED_PRECONDITION, "contact_id", "not now: {explain}. With anyway it is written down all the same") \
    X(SLOT_TAKEN, FAILED_PRECONDITION, "slot", "that name is not open any more; ask show lists the three") \
    X(BAD_SCORE, INVALID_ARGUMENT, "score", "a score goes from 0 to its scale, which is at most 100: 9/10") \
    X(CLOSED_BEFORE_OPENED, INVALID_ARGUMENT, NULL, "the day it ended lies before the day it began") \
    X(DAY_PAST, INVALID_ARGUMENT, NULL, "that day has passed; choose one to come") \
    X(DAY_AHEAD, INVALID_ARGUMENT, NULL, "that day is still to come; write down what happened, not what will") \
    X(DEAL_CLOSED, FAILED_PRECONDITION, "deal_id", "this deal is won or lost; reopen it first") \
    X(DEAL_OPEN, FAILED_PRECONDITION, "deal_id", "this deal is open already") \
    X(DUE_BEFORE_MADE, INVALID_ARGUMENT, "due_on", "a promise can't be due before it was made") \
    X(BAD_PASSWORD, INVALID_ARGUMENT, "old_password", "the old password is not right") \
    X(BAD_ZONE, INVALID_ARGUMENT, "zone", "there is no such time zone; use a name such as Europe/Berlin") \
    X(LAST_ADMIN, FAILED_PRECONDITION, "login", "this is the last admin; add another one first") \
    X(LINE_USED, FAILED_PRECONDITION, "enrolment_id", "this line was used; end the device instead") \
    X(NAME_NEEDED, INVALID_ARGUMENT, "name", "a name must not be empty") \
    X(NO_SUCH_DEVICE, NOT_FOUND, "device_id", "there is no such device; vouchsafe-admin device list shows them") \
    X(NO_SUCH_LINE, NOT_FOUND, "enrolment_id", "there is no such line") \
    X(ZONE_COUNTED, FAILED_PRECONDITION, "zone", \
      "touches, deals or contacts are counted by the days of the present zone already; it can't be changed any more") \
    X(ID_USED, KEY_REUSED, NULL, NULL) \
    X(BAD_SETTING, INVALID_ARGUMENT, "value", \
      "that value doesn't fit this setting's kind; vouchsafe-admin setting list shows kinds and defaults") \
    X(LOGIN_TAKEN, ALREADY_EXISTS, "login", "an account with this login exists; choose another") \
    X(NOT_FOUND, NOT_FOUND, NULL, NULL) \
    X(NOT_YOURS_TO_STRIKE, PERMISSION_DENIED, NULL, "a touch is struck by who logged it, or by an admin") \
    X(STRUCK, FAILED_PRECONDITION, "id", "this touch was struck before") \
    X(STRIKE_TOO_LATE, FAILED_PRECONDITION, "id", \
      "its author may strike a touch for a few days only; ask an admin to do it") \
    X(DEVICES_ONLY, FAILED_PRECONDITION, "password", "partners' accounts come in by their devices, not by password") \
    X(NO_SUCH_ACCOUNT, NOT_FOUND, "login", \
      "there is no open account with this login; vouchsafe-admin account list shows them") \
    X(NO_SUCH_HOLIDAY, NOT_FOUND, "day", "no holiday is written down for that day") \
    X(NO_SUCH_SETTING, NOT_FOUND, "key", "there is no such setting; vouchsafe-admin setting list shows them") \
    X(NEGATIVE_AMOUNT, INVALID_ARGUMENT, "value", "an amount is not below zero") \
    X(OTHER_CONTACT, INVALID_ARGUMENT, "contact_id", "that deal or project belongs to another contact") \
    X(PROJECT_COMPLETED, FAILED_PRECONDITION, "deal_id", "its project is completed; the deal stays won") \
    X(PROJECT_ENDED, FAILED_PRECONDITION, "project_id", "this project has ended") \
    X(PROMISE_SETTLED, FAILED_PRECONDITION, "promise_id", "this promise is settled already") \
    X(REFERRAL_STATE, FAILED_PRECONDITION, "action", "{explain}") \
    X(REFERRAL_SIDE, PERMISSION_DENIED, "action", "{explain}") \
    X(REFERRAL_NEEDS, INVALID_ARGUMENT, "action", "{explain}") \
    X(REFERRAL_REASON, INVALID_ARGUMENT, "reason", "{explain}") \
    X(BEFORE_RECEIVED, INVALID_ARGUMENT, "happened_at", "that is before the referral came in") \
    X(ONE_SOURCE, INVALID_ARGUMENT, "source_contact_id", \
      "name one source: a contact, a partner or an account of staff") \
    X(GIVEN_BY_STAFF, INVALID_ARGUMENT, "partner_id", \
      "what we give to a partner comes from us; leave the source out, or name an account of staff") \
    X(CLAIM_VOID, FAILED_PRECONDITION, "referral_id", \
      "this referral was withdrawn or entered in error; it claims nothing") \
    X(CREDIT_HELD, FAILED_PRECONDITION, "referral_id", "its source holds the credit already") \
    X(DISPUTE_DECIDED, FAILED_PRECONDITION, "dispute_id", "this dispute is decided already") \
    X(NO_CLAIMANT, INVALID_ARGUMENT, "referral_id", \
      "that referral is no claimant of this dispute; dispute show lists them") \
    X(PARTY_DECIDES, PERMISSION_DENIED, "dispute_id", \
      "you are a party of it; an admin who is none decides it, and there is one") \
    X(CONSENT_REFUSED, FAILED_PRECONDITION, "consent", "the person said no; there is nothing to pass on") \
    X(DISCLOSES, FAILED_PRECONDITION, "reason", \
      "its source reads this reason, and isn't to learn that the person asked not to be contacted; choose another") \
    X(DEAL_NOT_WON, FAILED_PRECONDITION, "deal_id", "that deal isn't won yet; deal won says so first") \
    X(REVIEW_OVER, FAILED_PRECONDITION, "review_id", "this review was held or dropped before") \
    X(RELEASE_TOO_LATE, FAILED_PRECONDITION, "promise_id", \
      "its day has passed: it is overdue; say when it was fulfilled, or that it can't be") \
    X(NO_AGREEMENT, FAILED_PRECONDITION, "reward", \
      "no agreement gives this source anything but thanks and credit; agreement set makes one, or say --reward and " \
      "--value") \
    X(REWARD_VALUE, INVALID_ARGUMENT, "value", "a reward has a value, and none has none") \
    X(CAUSE_NEEDED, INVALID_ARGUMENT, "good_cause", "a donation needs the cause it goes to") \
    X(REWARD_STEP, FAILED_PRECONDITION, "reward_id", "this reward is {explain}") \
    X(OWN_REWARD, FAILED_PRECONDITION, "reward_id", "nobody decides on a reward of one's own; another admin must") \
    X(THANKS_SETTLED, FAILED_PRECONDITION, "thanks_id", "these thanks were given or waived already") \
    X(BOTH_MUST_AGREE, FAILED_PRECONDITION, "introduction_id", \
      "both must agree first; introduction say notes what each one said") \
    X(INTRODUCTION_OVER, FAILED_PRECONDITION, "introduction_id", "this introduction was made or dropped already") \
    X(CHAMPION_STEP, FAILED_PRECONDITION, "action", "they are {explain}") \
    X(SUPPRESSED, FAILED_PRECONDITION, "contact_id", "they refused to be contacted; nothing may be planned with them") \
    X(BLIND_LIMIT, FAILED_PRECONDITION, NULL, "that was your last check for today; ask again tomorrow, or ask us") \
    X(BLIND_NOTHING, INVALID_ARGUMENT, "name", "say a name, an e-mail address or a phone number") \
    X(MERGE_BOTH, FAILED_PRECONDITION, "contact_id", \
      "a dispute is open about each of the two; decide one of them, then merge") \
    X(MERGED_MEANWHILE, FAILED_PRECONDITION, "contact_id", "one of them was merged meanwhile; merge list shows it") \
    X(SAME_CONTACT, INVALID_ARGUMENT, "contact_id", "these are one contact already") \
    X(UNDO_ORDER, FAILED_PRECONDITION, "merge_id", \
      "a later merge of the same contacts comes first: merge undo Z{result}") \
    X(UNDO_OVER, FAILED_PRECONDITION, "merge_id", "the time in which it could be undone is over") \
    X(UNDONE, FAILED_PRECONDITION, "merge_id", "this merge was undone already") \
    X(TASK_CLOSED, FAILED_PRECONDITION, "task_id", "that task is not open any more") \
    X(NO_SUCH_PARTNER, NOT_FOUND, "partner_id", "there is no such partner; vouchsafe-admin partner list shows them") \
    X(NO_SUCH_OWNER, NOT_FOUND, "owner", \
      "no open account of staff has this login; leave it out to own the contact yourself") \
    X(NO_SUCH_STAFF, NOT_FOUND, "to", "no open account of staff has this login; only staff can take a contact over") \
    X(NO_SUCH_ORGANIZATION, NOT_FOUND, "organization_id", "there is no such organization; look it up or add it first") \
    X(WANTED_CLOSED, FAILED_PRECONDITION, "wanted_id", "they were met, or given up, before") \
    X(VERSION, FAILED_PRECONDITION, "version", \
      "it was changed meanwhile and is version {result} now; read it again, then make your change") \
    X(NO_SUCH_ATTRIBUTE, INVALID_ARGUMENT, "attributes", "attributes: {explain}; the admin defines them") \
    X(BAD_ATTRIBUTE, INVALID_ARGUMENT, "attributes", "attributes: {explain}") \
    X(KIND_IN_USE, FAILED_PRECONDITION, "kind", \
      "values of another kind are stored under this key; define a new attribute beside it") \
    X(CHOICES_IN_USE, FAILED_PRECONDITION, "choices", \
      "records may have the choices that are left out; name all of the old ones, and add to them") \
    X(NOT_ENTERED, FAILED_PRECONDITION, "stage", \
      "the contact was never in that stage; a touch that serves it moves a contact on, only back is set by hand")

#endif
