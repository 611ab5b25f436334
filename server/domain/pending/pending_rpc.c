/* SPDX-License-Identifier: Apache-2.0 */
/* Methods whose messages are agreed on but that no module serves yet: answered UNIMPLEMENTED. A module that serves one
 * takes its row from here; when the list is empty the file goes. */
#include "server/rpc/method.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static void handle(struct request *r, const void *body) {
    (void)body;
    request_refuse(r, VS_UNIMPLEMENTED, "METHOD", NULL, NULL);
}

static const struct method methods[] = {
    METHOD_NO_RULES(TOUCH_LOG_BATCH, touch_log_batch, MAY_ANYONE, 0, handle),
    METHOD_NO_RULES(TOUCH_STRIKE, touch_strike, MAY_ANYONE, 0, handle),
};
const struct module pending_module = {"pending", methods, ARRAY_LEN(methods)};
