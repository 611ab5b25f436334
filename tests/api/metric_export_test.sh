#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Numbers leave: an export as of yesterday has the same bytes after 10,000 further touches, on both of two instances and after a restart;
# CSV, JSON Lines and OpenMetrics are what they say; the dashboard fits the terminal.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
admin() { seat admin admin "$@"; }
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
admin join "$(business "Hartwell Roofing" mara)" >/dev/null
waits() { [ "$(owner "select count(*) from due where rule = 'metric_fold' and at > now()")" = 1 ]; }
check "nothing is folded while times are made up" wait_for 20 waits
admin account add max --role manager >/dev/null
seat manager admin join "$(admin account enrol max | grep vouchsafe-join)" >/dev/null
admin attribute define note --label Note --kind text >/dev/null

# what people type: formulas, a tab and an escape (as the importing side writes them), 4-byte characters, marks of direction
cat >people.csv <<'CSV'
no,name,how,note
1,Ann Lee,referral,'=1+1
2,Bob Stone,paid,"a\u{9}b\\u{41}, \u{1b}[31m"
3,Cy 😀𠀀,'@sum(a1),\u{202e}gnp.exe
4,"Di ""Dee"" Fox",''quoted,א\u{200f}ב 👨‍👩
CSV
sed -i 's/👨.👩/👨\\u{200d}👩/' people.csv
printf '[import]\nsource = crm\nkey = no\ncells = vouchsafe\n[columns]\nname = name\norigin = how\nattribute.note = note\n' >people.map
check "cells as --csv writes them are imported" says "4 new" admin import contacts people.csv --mapping people.map
stored() { owner "select string_agg(attributes ->> 'note', '|' order by number) from contact"; }
check "what they mean is stored" same "$(stored)" "$(printf '=1+1|a\tb\\u{41}, \033[31m|\xe2\x80\xaegnp.exe|א\xe2\x80\x8fב 👨\xe2\x80\x8d👩')"
touches() { # FIRST HOW-MANY DAYS-AGO MOST-DAYS-AGO
    awk -v first="$1" -v n="$2" -v from="$3" -v to="$4" -v now="$(date +%s)" 'BEGIN { srand(first); split("call email meeting event survey", how, " "); split("positive neutral negative", mood, " "); split("know like trust try", stage, " ")
        print "id,customer,at,how,mood,stage,score"
        for (i = first; i < first + n; i++) printf "%d,%d,%s,%s,%s,%s,%s\n", i, 1 + i % 4, strftime("%Y-%m-%d %H:%M", now - 86400 * (from + rand() * (to - from)), 1), how[1 + int(rand() * 5)], mood[1 + int(rand() * 3)], stage[1 + int(rand() * 4)], i % 3 ? "" : int(rand() * 11) "/10" }'
}
printf '[import]\nsource = crm\nkey = id\ndate = %%Y-%%m-%%d %%H:%%M\nzone = UTC\n[columns]\ncontact = customer\noccurred_at = at\nchannel = how\nsentiment = mood\nstage = stage\nscore = score\n' >touches.map
touches 1 400 4 90 >first.csv
check "a history" says "400 new" admin import touches first.csv --mapping touches.map
admin deal add C1 --title roof --value 1200.50 --opened-on 2026-01-05 >/dev/null
admin deal won D1 --on 2026-03-02 >/dev/null
# it was recorded three days ago
owner "begin; lock table tally_slip; update tally set recorded_on = recorded_on - 3; update fact set recorded_at = recorded_at - interval '3 days'; update touchpoint set recorded_at = recorded_at - interval '3 days'
  ; update stage_entry set recorded_at = recorded_at - interval '3 days'; update contact set created_at = created_at - interval '3 days'; update business set created_at = created_at - interval '3 days'; commit" >/dev/null

exported() { # everything a reader may ask, in all formats
    local of
    for of in "touches --by score" "touches --by attribute:note" "touches --by seat --period week" "touches --by channel --period day" "positive_share --by origin" "contacts --by stage+origin" \
        "contacts_new --by origin" "stage_entries --by stage --period week" "stage_conversion --by origin" "stage_dwell --by stage --period quarter" "deals_won --by origin"; do
        # shellcheck disable=SC2086  # its words
        for format in csv jsonl openmetrics; do admin metric show $of --$format; done
    done
    for format in csv json jsonl openmetrics; do admin metrics --$format; done
    admin metrics
}
exported >before
check "it holds something" [ "$(wc -l <before)" -gt 1000 ]
{ touches 1000 9000 0 1 && touches 20000 1000 2 80 | tail -n +2; } >more.csv
check "10,000 further touches, 1,000 of them of earlier days" says "10000 new" admin import touches more.csv --mapping touches.map
admin contact edit C2 --origin referral >/dev/null
admin contact stage C1 know --because "another Ann" >/dev/null
owner "select id from touchpoint order by occurred_at limit 3" | while read -r id; do admin touch strike "$id" --because test >/dev/null; done
admin deal reopen D1 "by mistake" >/dev/null
exported >after
check "the same bytes after them" cmp before after
owner "update due set at = now() where rule = 'metric_fold'" >/dev/null
folded() { [ "$(owner "select folded_to >= (now() at time zone zone)::date::timestamp at time zone zone from metric_fold join business using (business_id)")" = t ]; }
check "sums are folded" wait_for 50 folded
instance two
at() { sed -i "s/^addresses=.*/addresses=${ADDRESS[$1]}/" "$VS_TMP/seat-admin/admin.seat"; }
at two
exported >two
check "on the other instance" cmp before two
server_kill one
check "the first one starts again" server_start one
at one
exported >again
check "after a restart" cmp before again

# --- the formats
admin metric show contacts --by attribute:note --period all --csv >notes.csv
for cell in "'=1+1" '"a\u{9}b\\u{41}, \u{1b}[31m"' '\u{202e}gnp.exe' 'א\u{200f}ב 👨\u{200d}👩'; do
    check "a cell is harmless, and says what it was: $cell" grep -qF -- "${cell#\"}" notes.csv
done
check "none steers" eval '! grep -qP "[\x{01}-\x{09}\x{0b}\x{0c}\x{0e}-\x{1f}\x{7f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]" notes.csv'
check "nor begins a formula" eval '! cut -d, -f2 notes.csv | grep -q "^[=+@-]"'
check "a line of JSON is an object of its own" same "$(admin metric show contacts --by attribute:note --period all --json | jq -c '.rows[]' | sort)" "$(admin metric show contacts --by attribute:note --period all --jsonl | jq -c . | sort)"
check "and has the text itself" same "$(owner "select string_agg(attributes ->> 'note', '|' order by attributes ->> 'note' collate \"C\") from contact")" \
    "$(admin metric show contacts --by attribute:note --period all --jsonl | jq -rs 'map(.label) | sort_by(explode) | join("|")')"
valid() { # OpenMetrics: families in one piece with their types, samples of those, each once, EOF
    awk '/^# TYPE / { if ($3 in type) { print "a second " $3; bad = 1 } type[$3] = $4; now = $3; next }
         /^# UNIT / { if ($3 != now || $3 !~ "_" $4 "$") { print "unit: " $0; bad = 1 } next }
         /^# HELP / { if ($3 != now) { print "help: " $0; bad = 1 } next }
         $0 == "# EOF" { eof = NR; next }
         { if (!match($0, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) { print "no sample: " $0; bad = 1; next }
           name = substr($0, 1, RLENGTH); rest = substr($0, RLENGTH + 1); base = name
           if (type[now] == "summary") sub(/_(sum|count)$/, "", base)
           if (base != now) { print "not of its family: " $0; bad = 1 }
           if (rest !~ /^(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*")*\})? -?[0-9.]+(e[+-]?[0-9]+)?$/) { print "not a sample: " $0; bad = 1 }
           sub(/ [^ ]*$/, ""); if (seen[$0]++) { print "twice: " $0; bad = 1 } n++ }
         END { if (eof != NR) { print "EOF is not the end"; bad = 1 } if (n < 3) { print n " samples"; bad = 1 } exit bad }' "$1"
}
admin metrics --openmetrics >dashboard.om
admin metric show contacts --by attribute:note --period all --openmetrics >notes.om
admin metric show stage_dwell --by stage+origin --openmetrics >dwell.om
admin metric show deals_won --by origin --period all --openmetrics >deals.om
for f in dashboard notes dwell deals; do check "OpenMetrics of $f is valid" valid $f.om; done
check "money in the currency's units" grep -qx 'vouchsafe_deals_won_money{origin="referral",currency="USD"} 1200.5' deals.om
check "nothing counted is valid, too" same "# EOF" "$(admin metric show deals_lost --openmetrics)"

# --- for people
fits() { COLUMNS=$1 admin metrics >board && [ "$(wc -L <board)" -le "$1" ] && [ "$(wc -l <board)" -gt 30 ] || { cat board; return 1; }; }
export LC_ALL=C.UTF-8
for columns in 30 40 60 80 132; do check "the dashboard fits $columns columns" fits $columns; done
# people go through stages in an order of their own, which is not the alphabet's
staged() { admin metrics | sed -n '/^contacts by stage/,/^$/p' | awk 'NR > 1 && NF {print $1}' | tr '\n' ' '; }
in_turn() { local have; have=$(staged); [ "$(wc -w <<<"$have")" -ge 2 ] && [ "$have" = "$(for s in none know like trust try buy repeat refer; do grep -ow $s <<<"$have"; done | tr '\n' ' ')" ] || { echo "$have"; return 1; }; }
check "stages stand in their order" in_turn
check "it has bars" grep -q '█' <(admin metrics)
check "and no colour where nobody looks" eval '! admin metrics | grep -q "$(printf "\033")"'
check "colours when asked for" grep -q "$(printf '\033\\[')" <(admin metrics --color=always)
terminal() { TERM=xterm "$@" script -qec "$VS_BIN/vouchsafe-admin metrics" /dev/null </dev/null; }
if command -v script >/dev/null; then
    export VOUCHSAFE_HOME=$VS_TMP/seat-admin
    check "colours on a terminal" grep -q "$(printf '\033\\[36m')" <(terminal env)
    check "none with NO_COLOR" eval '! NO_COLOR=1 terminal env | grep -q "$(printf "\033")"'
fi
check "a manager reads it" says "touches" seat manager admin metrics
check "a seat doesn't" eval '! seat manager sales metrics 2>/dev/null'
