/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars, read back by libical. */
#include "tests/support/unit.h"

#include <libical/ical.h>

#include "client/cli/calendar.h"
#include "vouchsafe/v1/review.pb-c.h"
#include "vouchsafe/v1/task.pb-c.h"

#define TEXT(s) ((char *)(uintptr_t)(s))
static const int64_t NOW = 1795518000000000LL; /* 2026-11-24T11:00:00Z */
static struct id ID = {{0x01, 0x93, 0x6c, 0x1e, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xa1}};
static const struct calendar_entry TASK[CALENDAR_ENTRIES] = {{.component = "VTODO",
                                                              .id = "task_id",
                                                              .as = "task",
                                                              .at = "due_at",
                                                              .summary = "title contact words",
                                                              .details = "number owner",
                                                              .state = "state",
                                                              .statuses = "done=COMPLETED dropped=CANCELLED",
                                                              .closed_at = "closed_at"}};
static const struct calendar_entry REVIEW[CALENDAR_ENTRIES] = {{.component = "VEVENT",
                                                                .id = "review_id",
                                                                .as = "review",
                                                                .at = "booked_at",
                                                                .days = "held_on due_on",
                                                                .title = "results review",
                                                                .summary = "contact",
                                                                .state = "state",
                                                                .statuses = "held=CONFIRMED dropped=CANCELLED"}};

static struct buf out;

static const char *calendar_of(const struct calendar_entry *e, const ProtobufCMessage *row) {
    buf_free(&out);
    buf_init(&out, 0);
    calendar_begin(&out);
    (void)calendar_put(&out, e, row, NOW);
    calendar_end(&out);
    buf_put_u8(&out, 0);
    return (const char *)buf_data(&out);
}

/* Parsed, and right by the restrictions of RFC 5545; its only component of the kind. */
static icalcomponent *read_back(const char *text, icalcomponent_kind kind, icalcomponent **whole) {
    *whole = icalparser_parse_string(text);
    assert_non_null(*whole);
    assert_true(icalrestriction_check(*whole));
    assert_int_equal(icalcomponent_count_errors(*whole), 0);
    return icalcomponent_get_first_component(*whole, kind);
}

static Vouchsafe__V1__Task task(const char *title) {
    Vouchsafe__V1__Task t = VOUCHSAFE__V1__TASK__INIT;
    t.has_task_id = 1, t.task_id = (ProtobufCBinaryData){16, ID.b};
    t.has_number = 1, t.number = 12;
    t.title = TEXT(title);
    t.owner = TEXT("sam");
    t.has_due_at = 1, t.due_at = NOW + 3600LL * 1000000;
    t.has_state = 1, t.state = VOUCHSAFE__V1__TASK_STATE__TASK_STATE_OPEN;
    return t;
}

static void a_task_is_a_todo(void **state) {
    (void)state;
    Vouchsafe__V1__Task t = task("follow up");
    t.contact = TEXT("Ann Lee"), t.words = TEXT("a; b, c \\ d\nsecond line");
    const char *text = calendar_of(TASK, &t.base); /* libical forgives what others don't */
    assert_non_null(strstr(text, "\r\nSUMMARY:follow up: Ann Lee: a\\; b\\, c \\\\ d\\nsecond line\r\n"));
    icalcomponent *whole, *todo = read_back(text, ICAL_VTODO_COMPONENT, &whole);
    assert_string_equal(icalcomponent_get_uid(todo), "01936c1e-0000-7000-8000-0000000000a1-task@vouchsafe");
    assert_string_equal(icalcomponent_get_summary(todo), "follow up: Ann Lee: a; b, c \\ d\nsecond line");
    assert_string_equal(icalcomponent_get_description(todo), "number T12\nowner sam");
    assert_string_equal(icaltime_as_ical_string(icalcomponent_get_due(todo)), "20261124T120000Z");
    assert_string_equal(icaltime_as_ical_string(icalcomponent_get_dtstamp(todo)), "20261124T110000Z");
    assert_int_equal(icalcomponent_get_status(todo), ICAL_STATUS_NEEDSACTION);
    icalcomponent_free(whole);
}

/* The same record again: the same UID, so that a calendar changes what it has. */
static void a_task_that_is_done_keeps_its_uid(void **state) {
    (void)state;
    Vouchsafe__V1__Task t = task("follow up");
    t.state = VOUCHSAFE__V1__TASK_STATE__TASK_STATE_DONE;
    t.has_closed_at = 1, t.closed_at = NOW;
    icalcomponent *whole, *todo = read_back(calendar_of(TASK, &t.base), ICAL_VTODO_COMPONENT, &whole);
    assert_string_equal(icalcomponent_get_uid(todo), "01936c1e-0000-7000-8000-0000000000a1-task@vouchsafe");
    assert_int_equal(icalcomponent_get_status(todo), ICAL_STATUS_COMPLETED);
    icalproperty *p = icalcomponent_get_first_property(todo, ICAL_COMPLETED_PROPERTY);
    assert_string_equal(icaltime_as_ical_string(icalproperty_get_completed(p)), "20261124T110000Z");
    icalcomponent_free(whole);
}

static void a_review_is_an_hour_or_a_day(void **state) {
    (void)state;
    Vouchsafe__V1__Review r = VOUCHSAFE__V1__REVIEW__INIT;
    r.has_review_id = 1, r.review_id = (ProtobufCBinaryData){16, ID.b};
    r.contact = TEXT("Ann Lee"), r.due_on = TEXT("2026-12-01");
    r.has_state = 1, r.state = VOUCHSAFE__V1__REVIEW_STATE__REVIEW_STATE_PLANNED;
    icalcomponent *whole, *event = read_back(calendar_of(REVIEW, &r.base), ICAL_VEVENT_COMPONENT, &whole);
    assert_string_equal(icaltime_as_ical_string(icalcomponent_get_dtstart(event)), "20261201");
    assert_true(icalcomponent_get_dtstart(event).is_date);
    assert_int_equal(icalcomponent_get_status(event), ICAL_STATUS_TENTATIVE);
    icalcomponent_free(whole);
    r.has_booked_at = 1, r.booked_at = NOW;
    event = read_back(calendar_of(REVIEW, &r.base), ICAL_VEVENT_COMPONENT, &whole);
    assert_string_equal(icaltime_as_ical_string(icalcomponent_get_dtstart(event)), "20261124T110000Z");
    assert_string_equal(icaltime_as_ical_string(icalcomponent_get_dtend(event)), "20261124T120000Z");
    assert_int_equal(icalcomponent_get_status(event), ICAL_STATUS_CONFIRMED);
    icalcomponent_free(whole);
    r.state = VOUCHSAFE__V1__REVIEW_STATE__REVIEW_STATE_DROPPED;
    event = read_back(calendar_of(REVIEW, &r.base), ICAL_VEVENT_COMPONENT, &whole);
    assert_int_equal(icalcomponent_get_status(event), ICAL_STATUS_CANCELLED);
    icalcomponent_free(whole);
}

static void a_row_without_its_moment_is_no_entry(void **state) {
    (void)state;
    Vouchsafe__V1__Task t = task("follow up");
    t.has_due_at = 0;
    buf_free(&out);
    buf_init(&out, 0);
    assert_int_equal(calendar_put(&out, TASK, &t.base, NOW), 0);
    assert_int_equal(buf_len(&out), 0);
}

/* No line is over 75 octets, none cuts a character in two, and what is read back is what was written: for every length, so that every
 * character falls on the edge once. */
static void long_lines_are_folded_between_characters(void **state) {
    (void)state;
    static const char *const letters[] = {"a", "\xc3\xbc", "\xe5\xb1\xb1", "\xf0\x9f\x8f\xa0", ",", "\\"};
    for (size_t k = 0; k < ARRAY_LEN(letters); k++)
        for (size_t lead = 0; lead < 5; lead++) {
            char title[1200] = "";
            for (size_t i = 0; i < lead; i++) strcat(title, "x");
            for (size_t i = 0; i < 200; i++) strcat(title, letters[k]);
            Vouchsafe__V1__Task t = task(title);
            const char *text = calendar_of(TASK, &t.base);
            for (const char *p = text; *p;) {
                const char *end = strstr(p, "\r\n");
                assert_non_null(end);
                assert_true(end - p <= 75);
                assert_true(p[0] != ' ' || ((unsigned char)p[1] & 0xc0) != 0x80);
                assert_null(memchr(p, '\n', (size_t)(end - p)));
                p = end + 2;
            }
            icalcomponent *whole, *todo = read_back(text, ICAL_VTODO_COMPONENT, &whole);
            assert_string_equal(icalcomponent_get_summary(todo), title);
            icalcomponent_free(whole);
        }
}

/* Nothing that stands in a record begins a property of its own. */
static void no_property_is_smuggled(void **state) {
    (void)state;
    static const char *const evil[] = {"a\r\nATTACH:file:///etc/passwd", "a\nATTACH:x", "\r\n", "x\"\r\nEND:VTODO\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        Vouchsafe__V1__Task t = task(evil[i]);
        t.words = t.contact = t.owner = TEXT(evil[i]);
        icalcomponent *whole, *todo = read_back(calendar_of(TASK, &t.base), ICAL_VTODO_COMPONENT, &whole);
        assert_int_equal(icalcomponent_count_properties(todo, ICAL_ATTACH_PROPERTY), 0);
        assert_int_equal(icalcomponent_count_properties(todo, ICAL_ANY_PROPERTY), 6);
        icalcomponent_free(whole);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_is_a_todo),
        cmocka_unit_test(a_task_that_is_done_keeps_its_uid),
        cmocka_unit_test(a_review_is_an_hour_or_a_day),
        cmocka_unit_test(a_row_without_its_moment_is_no_entry),
        cmocka_unit_test(long_lines_are_folded_between_characters),
        cmocka_unit_test(no_property_is_smuggled),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&out);
    icalmemory_free_ring();
    icaltimezone_free_builtin_timezones();
    return failed;
}
