/* SPDX-License-Identifier: Apache-2.0 */
/* ics FILE: reads a calendar by libical; prints a line "UID KIND STATUS START SUMMARY" an entry, in the order of the file. Ends with 1 when
 * it is no calendar, or breaks RFC 5545. */
#include <libical/ical.h>
#include <stdio.h>

static char *next_line(char *s, size_t size, void *file) { return fgets(s, (int)size, file); }

static void print(icalcomponent *c) {
    struct icaltimetype at = icalcomponent_isa(c) == ICAL_VTODO_COMPONENT ? icalcomponent_get_due(c)
                                                                          : icalcomponent_get_dtstart(c);
    icalproperty *p = icalcomponent_get_first_property(c, ICAL_STATUS_PROPERTY);
    printf("%s %s %s %s %s\n", icalcomponent_get_uid(c), icalcomponent_kind_to_string(icalcomponent_isa(c)),
           p != NULL ? icalproperty_status_to_string(icalproperty_get_status(p)) : "-", icaltime_as_ical_string(at),
           icalcomponent_get_summary(c));
}

int main(int argc, char **argv) {
    FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (f == NULL) return 1;
    icalparser *parser = icalparser_new();
    icalparser_set_gen_data(parser, f);
    icalcomponent *whole = icalparser_parse(parser, next_line);
    fclose(f);
    if (whole == NULL || icalcomponent_isa(whole) != ICAL_VCALENDAR_COMPONENT || !icalrestriction_check(whole) ||
        icalcomponent_count_errors(whole) > 0) {
        printf("no calendar: %s\n", whole != NULL ? icalcomponent_as_ical_string(whole) : "it can't be parsed");
        return 1;
    }
    for (icalcomponent *c = icalcomponent_get_first_component(whole, ICAL_ANY_COMPONENT); c != NULL;
         c = icalcomponent_get_next_component(whole, ICAL_ANY_COMPONENT))
        print(c);
    icalcomponent_free(whole);
    icalparser_free(parser);
    return 0;
}
