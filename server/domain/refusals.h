/* SPDX-License-Identifier: Apache-2.0 */
/* Every reason a change's statement may refuse for, once: its status, the field at fault and the words. SQL names the reason
 * only (`{record} target, reason, result`). Field and words may be NULL: the status's own words. */
#ifndef SERVER_DOMAIN_REFUSALS_H
#define SERVER_DOMAIN_REFUSALS_H

#define REFUSAL_LIST(X) \
    X(ID_USED, KEY_REUSED, NULL, NULL) \
    X(BAD_SETTING, INVALID_ARGUMENT, "value", \
      "that value doesn't fit this setting's kind; vouchsafe-admin setting list shows kinds and defaults") \
    X(LOGIN_TAKEN, ALREADY_EXISTS, "login", "an account with this login exists; choose another") \
    X(NOT_FOUND, NOT_FOUND, NULL, NULL) \
    X(NO_SUCH_ACCOUNT, NOT_FOUND, "login", \
      "there is no open account with this login; vouchsafe-admin account list shows them") \
    X(NO_SUCH_HOLIDAY, NOT_FOUND, "day", "no holiday is written down for that day") \
    X(NO_SUCH_SETTING, NOT_FOUND, "key", "there is no such setting; vouchsafe-admin setting list shows them") \
    X(TASK_CLOSED, FAILED_PRECONDITION, "task_id", "that task is not open any more") \
    X(NO_SUCH_PARTNER, NOT_FOUND, "partner_id", "there is no such partner; vouchsafe-admin partner list shows them")

#endif
