/* SPDX-License-Identifier: Apache-2.0 */
/* Whom we would like to meet, and what customers said of us. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/wanted.pb-c.h"

/* Said without a value, it is a yes. */
static int publish(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__TestimonialPublishRequest *q = (void *)request;
    (void)c;
    if (!q->has_may_publish) q->has_may_publish = q->may_publish = 1;
    return 0;
}

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
#define TESTIMONIAL \
    { .shown = "Q12", .field = "testimonial_id" }
static const struct command LIST[] = {
    {.words = "wanted add",
     .summary = "Somebody we would like to meet: asked for by name",
     .examples = {"wanted add Grace Hall --company \"Hall & Sons\" --contact C1",
                  "wanted add \"Old Mill Bakery\" because \"new roof\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(WANTED_ADD, wanted_add),
     .args = {{.shown = "NAME", .field = "name", .many = true}},
     .keywords = "because=why",
     .fresh = "wanted_id",
     .says = "added {number}"},
    {.words = "wanted list",
     .summary = "Whom we would like to meet, and who could introduce us",
     .examples = {"wanted list", "wanted list --state met"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(WANTED_LIST, wanted_list),
     .rows = "wanted",
     .columns = "number name company state contact_number contact referral_number because why",
     .empty = "nobody is wanted"},
    {.words = "wanted close",
     .summary = "We have met them, or gave it up",
     .examples = {"wanted close W1 met", "wanted close W2 dropped because \"retired\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(WANTED_CLOSE, wanted_close),
     .args = {{.shown = "W12", .field = "wanted_id"}, {.shown = "STATE", .field = "state"}},
     .keywords = "because=because",
     .says = "{state}"},
    {.words = "testimonial add",
     .summary = "What a customer said of us, word for word",
     .examples = {"testimonial add Ann Lee \"the first dry winter\" --publish",
                  "testimonial add C2 \"would do it again\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(TESTIMONIAL_ADD, testimonial_add),
     .args = {WHO, {.shown = "WORDS", .field = "words"}},
     .fresh = "testimonial_id",
     .says = "kept as {number}"},
    {.words = "testimonial publish",
     .summary = "They let us show it to others; --publish=no: not any more",
     .examples = {"testimonial publish Q1", "testimonial publish Q1 --publish=no"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(TESTIMONIAL_PUBLISH, testimonial_publish),
     .args = {TESTIMONIAL},
     .says = "noted",
     .prepare = publish},
    {.words = "testimonial list",
     .summary = "What customers said of us",
     .examples = {"testimonial list --publish", "testimonial list --contact \"Ann Lee\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(TESTIMONIAL_LIST, testimonial_list),
     .rows = "testimonials",
     .columns = "number given_on contact may_publish review_number words",
     .empty = "nothing was said yet"},
};
const struct module_commands commands_wanted = {LIST, ARRAY_LEN(LIST), NULL};
