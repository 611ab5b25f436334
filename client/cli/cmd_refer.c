/* SPDX-License-Identifier: Apache-2.0 */
/* refer: a referral in one line, kept here before it is sent (keep.h); with a line the receipt follows at once. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"

/* The words before from, to and because: the name, and an e-mail address or a phone number where they look like it. */
static int read_person(struct args *a) {
    Vouchsafe__V1__ReferralAddRequest *q = (void *)a->request;
    char *name[64];
    int n = 0;
    for (int i = 0; i < a->n_words; i++) {
        char *w = a->words[i];
        bool phone = w[0] == '+' && isdigit((unsigned char)w[1]), email = strchr(w, '@') != NULL;
        char **at = phone ? &q->phone : email ? &q->email : NULL;
        if (at && *at) {
            snprintf(a->err, sizeof a->err, "\"%s\" is too much: the %s is given twice", w,
                     phone ? "phone number" : "address");
            return -1;
        }
        if (at)
            *at = w;
        else if (n < (int)ARRAY_LEN(name))
            name[n++] = w;
    }
    if (n == 0 || !strcmp(name[0], "from") || !strcmp(name[0], "to")) {
        snprintf(a->err, sizeof a->err, "nobody is named; e.g. %s", a->command->examples[0]);
        return -1;
    }
    q->name = words_join(a->mem, name, n);
    return q->name ? 0 : -1;
}

/* A known person is named by number; what is given must be a contact of ours. */
static int find_person(struct cli *c, Vouchsafe__V1__ReferralAddRequest *q) {
    struct who who;
    bool given = args_has(&c->args, "partner_id"), typed = q->phone || q->email;
    if (!number_of(q->name, 'C') && (!given || typed)) return 0;
    int r = resolve_contact(c, q->name, &who);
    if (r) return r;
    message_set_id(&c->mem, &q->base, "contact_id", &who.id);
    q->name = NULL;
    return 0;
}

/* from Ann Lee: a contact; from P1, from Acme Plumbing: a partner. */
static int find_source(struct cli *c, Vouchsafe__V1__ReferralAddRequest *q) {
    for (int i = 0; i < c->args.n_refs; i++) {
        struct who who;
        char why[600] = "";
        if (strcmp(c->args.refs[i].f.f->name, "source_contact_id") != 0) continue;
        const char *text = c->args.refs[i].text;
        bool partner = number_of(text, 'P') != 0;
        c->aside = why, c->aside_size = sizeof why;
        int r = partner ? 0 : resolve_contact(c, text, &who);
        if (c->client && (partner || (r == EX_DATAERR && !number_of(text, 'C') && strstr(why, "nobody")))) {
            partner = true;
            r = resolve_partner(c, text, &who);
        }
        c->aside = NULL;
        if (r || (partner && !c->client))
            return cli_fail(c, r ? r : EX_UNAVAILABLE, "from %s: %s", text,
                            r ? why : "a partner is looked up when the line is back");
        message_set_id(&c->mem, &q->base, partner ? "source_partner_id" : "source_contact_id", &who.id);
        c->args.refs[i] = c->args.refs[--c->args.n_refs]; /* found */
        return 0;
    }
    return 0;
}

/* Number, the server's time, the verdict; and what to say to the person. */
static int receipt(struct cli *c, const struct id *id) {
    Vouchsafe__V1__ReferralGetRequest get = VOUCHSAFE__V1__REFERRAL_GET_REQUEST__INIT;
    get.has_referral_id = 1, get.referral_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)id->b};
    int r = line_call(c, VOUCHSAFE__V1__METHOD__REFERRAL_GET, false, &get.base,
                      &vouchsafe__v1__referral_get_reply__descriptor);
    if (r) return r;
    json_message(&c->out.json, c->reply.body);
    out_template(&c->out, "{referral.number} came in {referral.made_at} {referral.verdict}", c->reply.body, NULL);
    const char *why = message_text(c->reply.body, "referral.verdict_words"), *say = message_text(c->reply.body, "say");
    if (*why && !c->out.quiet) out_say(&c->out, "because: %s", why);
    if (*say && !c->out.quiet) out_say(&c->out, "say to them: %s", say);
    return 0;
}

static int find_both(struct cli *c, ProtobufCMessage *request) {
    int r = find_person(c, (void *)request);
    return r ? r : find_source(c, (void *)request);
}

#define NOTES \
    "The person's phone begins with +, an address has an @; who is known is found\nby them. " \
    "Without a line it is saved (exit 75) and sent when the line is back."
static const struct command LIST[] = {
    {.words = "refer",
     .summary = "Somebody vouches: a lead for us, or one of ours for a partner",
     .examples = {"refer Bob Stone +5551999001122 from Ann Lee because \"roof\"",
                  "refer Ann Lee to Acme Plumbing because \"leak under the sink\""},
     .programs = STAFF,
     .flags = KEPT,
     COMMAND_CALL(REFERRAL_ADD, referral_add),
     .args = {{.shown = "NAME [PHONE] [EMAIL]"}},
     .keywords = "from=source_contact_id to=partner_id because=because",
     .hidden = "contact_id name email phone source_partner_id",
     .fresh = "referral_id",
     .moment = "happened_at",
     .read = read_person,
     .find = find_both,
     .receipt = receipt,
     .notes = NOTES},
    {.words = "refer",
     .summary = "Send somebody to us: who, and what they need",
     .examples = {"refer Bob Stone +5551999001122 because \"wants a roof\"",
                  "refer Mo Diaz mo@example.org because \"rain\" --level 3"},
     .programs = PARTNER,
     .flags = KEPT,
     COMMAND_CALL(REFERRAL_ADD, referral_add),
     .args = {{.shown = "NAME [PHONE] [EMAIL]"}},
     .keywords = "because=because",
     .hidden =
         "contact_id name email phone source_contact_id source_partner_id source_login partner_id promise_id touch_id "
         "happened_at clocks",
     .fresh = "referral_id",
     .moment = "happened_at",
     .read = read_person,
     .find = find_both,
     .receipt = receipt,
     .notes = NOTES},
    {.words = "referral terms",
     .summary = "What we do with who is referred: to be read before",
     .examples = {"referral terms", "referral terms --json"},
     .programs = ALL,
     COMMAND_CALL(REFERRAL_TERMS, referral_terms),
     .says = "{who} {when}. {hear}; {thanks}. {terms}"},
};
const struct module_commands commands_refer = {LIST, ARRAY_LEN(LIST), NULL};
