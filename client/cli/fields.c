/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/fields.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "client/cli/command.h"
#include "client/cli/when.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/common.pb-c.h"

/* field; option when it isn't the field's name; placeholder when the type doesn't say it; help. In the order of names. */
static const struct doc {
    const char *field, *option, *value, *doc;
} DOCS[] = {
    {"about_contact_id", "about", "C12|NAME", "who was referred"},
    {"action", NULL, NULL, "what is done"},
    {"address", NULL, "URL", "of the post or page"},
    {"advocacy", NULL, NULL, "how they speak of us"},
    {"after", NULL, "NUMBER", "the value measured afterwards"},
    {"allow", NULL, NULL, "let it be accrued"},
    {"appointment_at", "at", "WHEN", "when they meet"},
    {"answer", NULL, NULL, "what they said"},
    {"anyway", NULL, NULL, "although something stands in the way"},
    {"as_of_on", "as-of", "DAY", "as of the end of that day; else yesterday"},
    {"ask_id", NULL, "A12", "the ask"},
    {"attributes", "set", "KEY=VALUE", "an attribute; an empty value takes it away"},
    {"because", NULL, NULL, "the reason"},
    {"before", NULL, "NUMBER", "the value before"},
    {"best_hours", NULL, NULL, "when to reach them"},
    {"booked_at", "at", "WHEN", "when it is booked for"},
    {"business", NULL, "CODE", "the business's code, if the line doesn't say it"},
    {"by", NULL, "WHAT", "break it down: channel, seat, origin, ..."},
    {"call_on", NULL, "DAY", "the day of the call"},
    {"cause", NULL, NULL, "what made the source speak"},
    {"channel", NULL, NULL, "by which channel"},
    {"choices", "choice", NULL, "one possible value; again for more"},
    {"clocks", NULL, NULL, "clocks and tasks also for what is long past"},
    {"closed_on", "on", "DAY", "the day it ended; today if absent"},
    {"colleague", NULL, "LOGIN", "one of us"},
    {"consent", NULL, NULL, "may their details be passed on?"},
    {"contact_id", NULL, "C12|NAME", "the contact"},
    {"company", NULL, NULL, "where they work"},
    {"conversation_on", "conversation", "DAY", "the day the referral conversation was had"},
    {"country", NULL, "XX", "two letters (ISO 3166), for phone numbers"},
    {"currency", NULL, "XXX", "three letters (ISO 4217)"},
    {"customer_owes", NULL, NULL, "what we need from the customer"},
    {"day", NULL, "DAY", "e.g. 2026-12-25"},
    {"deal_id", NULL, "D12", "the deal"},
    {"decision", NULL, NULL, "what is decided, for all parties to read"},
    {"device_name", "name", NULL, "what this machine is called"},
    {"direction", NULL, NULL, "received, or given"},
    {"dispute_id", NULL, "X12", "the dispute"},
    {"due_at", "due", "WHEN", "by when"},
    {"due_on", "by", "DAY", "the day it is due"},
    {"email", NULL, NULL, "e-mail address"},
    {"ended_on", "on", "DAY", "the day it ended; today if absent"},
    {"evidence", NULL, NULL, "how we know"},
    {"exceeded", NULL, NULL, "more than was promised"},
    {"from_on", "from", "DAY", "the first day"},
    {"happened_at", "when", "WHEN", "when it was; now if absent"},
    {"id", NULL, "UUID", "the touch's own id: the same one is stored once"},
    {"introduction_id", NULL, "I12", "the introduction"},
    {"kind", NULL, NULL, "what its values are"},
    {"given_at", "when", "WHEN", "when it was; now if absent"},
    {"good_cause", "cause", NULL, "what a donation goes to"},
    {"label", NULL, NULL, "what people read"},
    {"language", NULL, "TAG", "e.g. de or pt-BR"},
    {"late", NULL, NULL, "with a clock that was missed"},
    {"later_until", "until", "DAY", "later: the day they named"},
    {"level", NULL, "0-5", "the source's effort; 5: introduced in person"},
    {"limit", NULL, "N", "at most so many, 1 to 50"},
    {"list_price", NULL, "AMOUNT", "what it costs by the list"},
    {"login", NULL, NULL, "of this account"},
    {"loop_open", NULL, NULL, "closed, but its source not told or not thanked"},
    {"made_on", NULL, "DAY", "the day it was made; today if absent"},
    {"may_log", "log", NULL, "may log touches too"},
    {"measure", NULL, NULL, "what is measured"},
    {"may_publish", "publish", NULL, "they let us show it to others"},
    {"mend_by", NULL, "DAY", "when it will be mended; in a week if absent"},
    {"mends", NULL, "ID|M12", "the complaint or broken promise this one recovers"},
    {"merge_id", NULL, "Z12", "the merge"},
    {"merged_contact_id", "merged", "C12|NAME", "the contact that goes into the other"},
    {"name", NULL, NULL, "the name"},
    {"new_password", "new", NULL, "holds the new password; - is standard input"},
    {"no_ask", NULL, NULL, "never ask for referrals (--no-ask=no: do)"},
    {"note", NULL, NULL, "what was said"},
    {"occurred_at", "at", "WHEN", "when it was; now if absent"},
    {"of_organizations", NULL, NULL, "of organizations, not of contacts"},
    {"old_password", "old", NULL, "holds the present password"},
    {"on", NULL, "DAY", "the day; today if absent"},
    {"opened_on", NULL, "DAY", "the day it began; today if absent"},
    {"organization_id", NULL, "O12|NAME", "the organization"},
    {"origin", NULL, NULL, "how the contact came"},
    {"other", NULL, NULL, "the other one of the two"},
    {"other_contact_id", "to", "C12|NAME", "the other one"},
    {"outcome", "line", "TEXT", "what the source reads; the reason's own if absent"},
    {"overdue", NULL, NULL, "past their day only"},
    {"owed_id", "owed", "H12", "the thanks that were owed"},
    {"owner", NULL, "LOGIN", "the account responsible"},
    {"partner_id", NULL, "P1|NAME", "the partner"},
    {"password", NULL, NULL, "holds the password; - is standard input"},
    {"period", NULL, NULL, "what a line stands for; month if absent"},
    {"phone", NULL, NULL, "phone number"},
    {"phrase", NULL, NULL, "what the person said when they needed us"},
    {"place", "at", NULL, "where it was said"},
    {"preferred_channel", NULL, NULL, "how they like to be reached"},
    {"prefix", NULL, NULL, "keys that begin so"},
    {"project_id", NULL, "J12", "the project"},
    {"promise_id", NULL, "M12", "the promise"},
    {"promised", NULL, "NUMBER", "the value promised"},
    {"reason", NULL, NULL, "why it is shared"},
    {"recorded_after", "since", "WHEN", "what was recorded since, oldest first"},
    {"referral_id", NULL, "R12", "the referral"},
    {"result", NULL, NULL, "what came of it"},
    {"review_id", NULL, "V12", "the review"},
    {"reward", NULL, NULL, "what the source gets"},
    {"reward_id", NULL, "L12", "the reward"},
    {"role", NULL, NULL, "what the account may do"},
    {"said", NULL, "0-10", "how it was for them"},
    {"said_on", "on", "DAY", "the day; today if absent"},
    {"score", NULL, "N/M", "what they gave, e.g. 9/10"},
    {"seat", NULL, "LOGIN", "who is credited"},
    {"segments", "segment", NULL, "again for more; replaces all"},
    {"sentiment", NULL, NULL, "was it a good one for them"},
    {"shared", NULL, NULL, "partners may read it"},
    {"slot", NULL, "1-3", "which of the names"},
    {"source_contact_id", "from", "NAME|C12|P1", "who vouches"},
    {"source_login", "staff", "LOGIN", "who of staff vouches"},
    {"source_partner_id", "from-partner", "P1|NAME", "the partner that vouches"},
    {"silent", NULL, NULL, "only those who went quiet"},
    {"stage", NULL, NULL, "the stage"},
    {"stand_in", NULL, "LOGIN", "who sees the tasks meanwhile"},
    {"started_on", NULL, "DAY", "the day it began; today if absent"},
    {"state", NULL, NULL, "only those in this state"},
    {"task_id", NULL, "T12", "the task"},
    {"thanks_id", NULL, "H12", "the thank-you"},
    {"testimonial", NULL, NULL, "what they say of us, if they gave it"},
    {"title", NULL, NULL, "what it is about"},
    {"to_role", "as", NULL, "in which role"},
    {"touch_id", "touch", "ID", "the touch behind it"},
    {"unit", NULL, NULL, "of the measure, e.g. EUR a year"},
    {"until", NULL, "WHEN", "until then"},
    {"until_on", "until", "DAY", "the first day that no longer counts"},
    {"value", NULL, "AMOUNT", "e.g. 1200.50"},
    {"why", NULL, NULL, "why we want to meet them"},
    {"with_closed", NULL, NULL, "closed ones too"},
    {"with_ended", NULL, NULL, "ended ones too"},
    {"with_revoked", NULL, NULL, "revoked ones too"},
    {"words", NULL, NULL, "in words"},
    {"yes", NULL, NULL, "they said yes"},
    {"zone", NULL, "ZONE", "time zone, e.g. Europe/Berlin"},
};

static const struct doc *doc_of(const char *field) {
    for (size_t i = 0; i < ARRAY_LEN(DOCS); i++)
        if (!strcmp(DOCS[i].field, field)) return &DOCS[i];
    return NULL;
}

static const char *placeholder(const ProtobufCFieldDescriptor *f) {
    if (field_is_secret(f->name)) return "FILE";
    if (field_is_time(f)) return "WHEN";
    switch (f->type) {
        case PROTOBUF_C_TYPE_BOOL: return NULL;
        case PROTOBUF_C_TYPE_ENUM: return "WORD";
        case PROTOBUF_C_TYPE_STRING: return "TEXT";
        case PROTOBUF_C_TYPE_BYTES: return "ID";
        default: return "N";
    }
}

void field_option(const ProtobufCFieldDescriptor *f, char *name, size_t size, const char **value, const char **doc) {
    const struct doc *d = doc_of(f->name);
    size_t n = strlen(f->name);
    bool id = n > 3 && !strcmp(f->name + n - 3, "_id");
    snprintf(name, size, "%.*s%s", d && d->option ? 31 : (int)(id ? n - 3 : n), d && d->option ? d->option : f->name,
             field_is_secret(f->name) ? "-file" : "");
    for (char *p = name; *p; p++)
        if (*p == '_') *p = '-';
    *value = d && d->value ? d->value : placeholder(f);
    *doc = d ? d->doc : "";
}

bool field_is_internal(const char *name) {
    return command_lists("version page_size page_token secret_hash want_token token score_scale subscription", name);
}

bool field_is_secret(const char *name) { return command_lists("password old_password new_password", name); }

enum ref field_ref(const ProtobufCFieldDescriptor *f) {
    static const struct {
        const char *name;
        enum ref ref;
    } REFS[] = {
        {"contact_id", REF_CONTACT},
        {"organization_id", REF_ORGANIZATION},
        {"partner_id", REF_PARTNER},
        {"device_id", REF_DEVICE},
        {"enrolment_id", REF_ENROLMENT},
        {"mends", REF_TOUCH},
        {"deal_id", REF_NUMBER},
        {"project_id", REF_NUMBER},
        {"promise_id", REF_NUMBER},
        {"review_id", REF_NUMBER},
        {"check_id", REF_NUMBER},
        {"ask_id", REF_NUMBER},
        {"wanted_id", REF_NUMBER},
        {"testimonial_id", REF_NUMBER},
        {"task_id", REF_NUMBER},
        {"referral_id", REF_NUMBER},
        {"dispute_id", REF_NUMBER},
        {"source_contact_id", REF_CONTACT},
        {"source_partner_id", REF_PARTNER},
        {"touch_id", REF_TOUCH},
        {"about_contact_id", REF_CONTACT},
        {"merged_contact_id", REF_CONTACT},
        {"other_contact_id", REF_CONTACT},
        {"introduction_id", REF_NUMBER},
        {"merge_id", REF_NUMBER},
        {"thanks_id", REF_NUMBER},
        {"owed_id", REF_NUMBER},
        {"credit_id", REF_NUMBER},
        {"agreement_id", REF_NUMBER},
        {"reward_id", REF_NUMBER},
        {"value", REF_MONEY},
        {"list_price", REF_MONEY},
    };
    for (size_t i = 0; i < ARRAY_LEN(REFS); i++)
        if (!strcmp(REFS[i].name, f->name) &&
            f->type == (REFS[i].ref == REF_MONEY ? PROTOBUF_C_TYPE_INT64 : PROTOBUF_C_TYPE_BYTES))
            return REFS[i].ref;
    return REF_NONE;
}

void enum_words(const ProtobufCEnumDescriptor *e, char *out, size_t size) {
    size_t used = 0;
    out[0] = 0;
    for (unsigned i = 0; i < e->n_values && used < size; i++) {
        char w[64];
        if (e->values[i].value == 0) continue;
        enum_word(e, e->values[i].value, w, sizeof w);
        for (char *p = w; *p; p++)
            if (*p == '_') *p = '-';
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? " " : "", w);
    }
}

/* --- reading values --------------------------------------------------------------------------------------------- */

static int parse_text(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    if (!text_is_valid(text, strlen(text))) {
        snprintf(err, err_size, "that is not UTF-8 text");
        return -1;
    }
    char **at = field_put(a, f);
    if (at) *at = arena_strndup(a, text, strlen(text));
    return at && *at ? 0 : -1;
}

static int parse_enum(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    int n = enum_number(f.f->descriptor, text);
    if (!n) {
        char words[300];
        enum_words(f.f->descriptor, words, sizeof words);
        snprintf(err, err_size, "\"%s\" is none of: %s", text, words);
        return -1;
    }
    int *at = field_put(a, f);
    if (at) *at = n;
    return at ? 0 : -1;
}

static int parse_bool(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    bool yes = !*text || !strcasecmp(text, "yes") || !strcasecmp(text, "true");
    if (!yes && strcasecmp(text, "no") && strcasecmp(text, "false")) {
        snprintf(err, err_size, "\"%s\" is neither yes nor no", text);
        return -1;
    }
    protobuf_c_boolean *at = field_put(a, f);
    if (at) *at = yes;
    return at ? 0 : -1;
}

static int parse_number(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    bool wide = f.f->type == PROTOBUF_C_TYPE_INT64 || f.f->type == PROTOBUF_C_TYPE_UINT64;
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || n > (wide ? INT64_MAX : UINT32_MAX)) {
        snprintf(err, err_size, "\"%s\" is no number", text);
        return -1;
    }
    void *at = field_put(a, f);
    if (at && wide) *(uint64_t *)at = n;
    if (at && !wide) *(uint32_t *)at = (uint32_t)n;
    return at ? 0 : -1;
}

static bool looks_ahead(const ProtobufCFieldDescriptor *f) {
    return command_lists("due_at due_on until call_on appointment_at booked_at mend_by later_until", f->name);
}

static int parse_time(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    int64_t t;
    if (looks_ahead(f.f) ? when_parse_ahead(text, when_reference(), &t, err, err_size)
                         : when_parse(text, when_reference(), strcmp(f.f->name, "occurred_at") != 0, &t, err, err_size))
        return -1;
    int64_t *at = field_put(a, f);
    if (at) *at = t;
    return at ? 0 : -1;
}

static int parse_score(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    unsigned n, of;
    char x;
    if (sscanf(text, "%3u/%3u%c", &n, &of, &x) != 2 || n > of) {
        snprintf(err, err_size, "\"%s\" is no score; write 9/10", text);
        return -1;
    }
    uint32_t *at = field_put(a, f), *scale = field_put(a, message_find(f.m, "score_scale"));
    *at = n, *scale = of;
    return 0;
}

static int parse_pair(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    const char *eq = strchr(text, '=');
    Vouchsafe__V1__AttributeValue *v = (void *)message_new(a, &vouchsafe__v1__attribute_value__descriptor);
    if (!eq || eq == text || !text_is_valid(text, strlen(text))) {
        snprintf(err, err_size, "\"%s\" is not KEY=VALUE", text);
        return -1;
    }
    void **at = v ? field_put(a, f) : NULL;
    if (!at) return -1;
    v->key = arena_strndup(a, text, (size_t)(eq - text));
    v->value = arena_strndup(a, eq + 1, strlen(eq + 1));
    *at = v;
    return 0;
}

static int parse_uuid(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    struct id id;
    if (id_parse(text, &id)) {
        snprintf(err, err_size, "\"%s\" is no id; --json shows them", text);
        return -1;
    }
    message_set_id(a, f.m, f.f->name, &id);
    return 0;
}

static int parse_double(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    char *end;
    double n = strtod(text, &end);
    if (end == text || *end || n != n || n - n != 0) {
        snprintf(err, err_size, "\"%s\" is no number", text);
        return -1;
    }
    double *at = field_put(a, f);
    if (at) *at = n;
    return at ? 0 : -1;
}

/* Days are text on the wire; whatever the time parser knows as a moment has one. Numbers as of today are those of the business's
 * today, which may be another day than here: a later day means that (metric.proto). */
static int parse_day(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    char day[16] = "";
    int64_t t;
    if (!strcmp(f.f->name, "as_of_on") && !strcasecmp(text, "today"))
        return parse_text(a, f, "9999-12-31", err, err_size);
    if (*text) {
        if (looks_ahead(f.f) ? when_parse_ahead(text, when_reference(), &t, err, err_size)
                             : when_parse(text, when_reference(), true, &t, err, err_size))
            return -1;
        when_format_day(t, day, sizeof day);
    }
    return parse_text(a, f, day, err, err_size);
}

static bool is_day(const ProtobufCFieldDescriptor *f) {
    size_t n = strlen(f->name);
    return f->type == PROTOBUF_C_TYPE_STRING &&
           ((n > 3 && !strcmp(f->name + n - 3, "_on")) || !strcmp(f->name, "on") || !strcmp(f->name, "day") ||
            !strcmp(f->name, "mend_by") || !strcmp(f->name, "later_until"));
}

int field_parse(struct arena *a, struct field f, const char *text, char *err, size_t err_size) {
    snprintf(err, err_size, "out of memory");
    if (!strcmp(f.f->name, "score")) return parse_score(a, f, text, err, err_size);
    if (field_is_time(f.f)) return parse_time(a, f, text, err, err_size);
    if (is_day(f.f)) return parse_day(a, f, text, err, err_size);
    switch (f.f->type) {
        case PROTOBUF_C_TYPE_DOUBLE: return parse_double(a, f, text, err, err_size);
        case PROTOBUF_C_TYPE_STRING: return parse_text(a, f, text, err, err_size);
        case PROTOBUF_C_TYPE_ENUM: return parse_enum(a, f, text, err, err_size);
        case PROTOBUF_C_TYPE_BOOL: return parse_bool(a, f, text, err, err_size);
        case PROTOBUF_C_TYPE_BYTES: return parse_uuid(a, f, text, err, err_size);
        case PROTOBUF_C_TYPE_MESSAGE: return parse_pair(a, f, text, err, err_size);
        default: return parse_number(a, f, text, err, err_size);
    }
}
