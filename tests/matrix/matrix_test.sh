#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The access matrix (matrix.c), three times: as built; with row-level security off, so that the predicate in the statements stands
# alone; with the predicate off, so that row-level security stands alone. And what an id that somebody else used tells.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1

# --- two businesses: ours with a seat of each role, and another one whose rows nobody of ours may see
other=$(business Others olga)
seat foreign admin join "$other" >/dev/null
seat foreign admin account add otto --role sales >/dev/null
seat foreign sales join "$(seat foreign admin account enrol otto | grep vouchsafe-join)" >/dev/null
seat foreign admin account enrol otto >/dev/null
seat foreign sales contact add "CANARYFOREIGN Person" >/dev/null
seat foreign sales deal add C1 --title CANARYFOREIGN >/dev/null
seat foreign sales project add C1 --title CANARYFOREIGN >/dev/null
seat foreign sales promise C1 CANARYFOREIGN --by tomorrow >/dev/null
seat foreign sales review plan C1 --by tomorrow >/dev/null
seat foreign sales check C1 9 CANARYFOREIGN >/dev/null
seat foreign sales ask make C1 >/dev/null
seat foreign sales wanted add CANARYFOREIGN >/dev/null
seat foreign sales testimonial add C1 CANARYFOREIGN >/dev/null
seat foreign sales task add CANARYFOREIGN --contact C1 --due tomorrow >/dev/null
seat foreign sales organization add CANARYFOREIGN >/dev/null
seat foreign admin partner add CANARYFOREIGN >/dev/null
seat foreign sales touch C1 call + "CANARYFOREIGN" >/dev/null
seat foreign sales refer "CANARYFOREIGN Lead" because CANARYFOREIGN >/dev/null
seat foreign admin refer "CANARYFOREIGN Lead" from C1 because CANARYFOREIGN >/dev/null
seat foreign sales dispute open R2 because CANARYFOREIGN >/dev/null
seat foreign sales baseline add D1 CANARYFOREIGN --before 1 --promised 2 >/dev/null
seat foreign sales thanks owe C1 CANARYFOREIGN >/dev/null
seat foreign sales credit C1 CANARYFOREIGN --at CANARYFOREIGN >/dev/null
seat foreign admin agreement set gift --value 5 --words CANARYFOREIGN >/dev/null
seat foreign sales reward add C1 >/dev/null
seat foreign sales contact add CANARYFOREIGN >/dev/null
seat foreign sales merge CANARYFOREIGN into C1 >/dev/null
seat foreign sales introduce C1 to "CANARYFOREIGN Lead" because CANARYFOREIGN >/dev/null
foreign=$(owner "select business_id from business where code = 'others'")

seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin partner add Acme >/dev/null
seat admin admin partner add "CANARYPARTNER Ltd" >/dev/null
for who in sam:sales sue:service max:manager; do seat admin admin account add "${who%:*}" --role "${who#*:}" >/dev/null; done
seat admin admin account add pat --role partner --partner P1 >/dev/null
seat admin admin account add oto --role partner --partner P2 >/dev/null
joins() { seat "$1" "$2" join "$(seat admin admin account enrol "$3" | grep vouchsafe-join)" >/dev/null; }
joins sales sales sam && joins service service sue && joins partner partner pat && joins second partner oto && joins manager admin max
for i in own logged read unshared revoked erased; do seat sales sales contact add "$i person" >/dev/null; done
seat sales sales contact edit C4 --name "CANARYUNSHARED Person" >/dev/null
seat sales sales share grant C2 P1 --log >/dev/null
seat sales sales share grant C3 P1 >/dev/null
seat sales sales share grant C5 P1 --log >/dev/null
seat sales sales share revoke C5 P1 >/dev/null
seat sales sales share grant C1 P2 --log >/dev/null
seat sales sales touch C2 call = "CANARYINTERNAL" >/dev/null
seat second partner touch C1 call = "CANARYSECOND" >/dev/null
seat sales sales share grant C2 P2 --log >/dev/null
seat second partner touch C2 call = "CANARYSECOND" --shared >/dev/null 2>&1 || seat second partner touch C2 call = "CANARYSECOND" >/dev/null
seat sales sales deal add C1 --title roof >/dev/null
seat sales sales project add C1 --title roof >/dev/null
seat sales sales promise C1 "gutters" --by tomorrow >/dev/null
seat sales sales review plan C1 --by tomorrow >/dev/null
seat sales sales check C1 9 fine >/dev/null
seat sales sales ask make C1 >/dev/null
seat sales sales wanted add "Grace Hall" >/dev/null
seat sales sales testimonial add C1 "all fine" >/dev/null
seat sales sales task add "call" --contact C1 --due tomorrow >/dev/null
seat sales sales organization add "Old Mill" >/dev/null
seat sales sales refer Ada Own ada@example.org from C1 because "the roof" >/dev/null
seat partner partner refer Ada Own ada@example.org because "rain" >/dev/null
seat second partner refer Ada Own ada@example.org because "CANARYSECOND" >/dev/null
seat second partner refer "CANARYSECOND Lead" second@example.org because "CANARYSECOND" >/dev/null
seat sales sales refer "CANARYUNSHARED Lead" late@example.org from C1 because "CANARYINTERNAL" >/dev/null
seat sales sales refer "CANARYUNSHARED Lead" late@example.org from C2 because "CANARYINTERNAL" >/dev/null
seat second partner refer "CANARYUNSHARED Lead" late@example.org because "CANARYSECOND" >/dev/null
seat partner partner dispute open R2 because "he told me first" >/dev/null
seat second partner dispute open R3 because "CANARYSECOND" >/dev/null
seat sales sales dispute open R6 because "CANARYINTERNAL" >/dev/null
seat sales sales thanks owe C1 "sent Bob" >/dev/null
seat sales sales credit C1 "sent Bob" --at meeting >/dev/null
seat admin admin agreement set gift --value 5 >/dev/null
seat sales sales reward add C1 >/dev/null
for i in "Twin A" "Twin B"; do seat sales sales contact add "$i" >/dev/null; done
seat sales sales merge "Twin B" into "Twin A" >/dev/null
seat sales sales introduce C1 to C2 because "both have roofs" >/dev/null
owner "update contact set erased_at = now() where name = 'erased person'" >/dev/null
us=$(owner "select business_id from business where code = 'hartwell-roofing'")

# --- what an id can be
record() { # FIELD RELATION SQL
    local id
    id=$(owner "$3")
    [ -n "$id" ] && echo "$1 $2 $id" >>"$VS_TMP/records"
}
n=0
for relation in own logged read unshared revoked erased; do
    n=$((n + 1))
    record contact_id $relation "select contact_id from contact where business_id = '$us' and number = $n"
done
nothing() { printf '019a0000-0000-7000-8000-%012d\n' $RANDOM; }
echo "contact_id none $(nothing)" >>"$VS_TMP/records"
record contact_id foreign "select contact_id from contact where business_id = '$foreign'"
for field in deal project promise review task organization partner enrolment device account baseline thanks credit agreement reward merge introduction ask wanted testimonial; do
    case $field in
        enrolment | device | account) ;; # a spare one for each run: see matrix
        *) record ${field}_id own "select ${field}_id from $field where business_id = '$us' order by 1 limit 1" ;;
    esac
    case $field in
        enrolment | device | account) record ${field}_id foreign "select x.${field}_id from $field x join account a using (business_id, account_id) where a.login = 'otto' order by 1 desc limit 1" ;;
        *) record ${field}_id foreign "select ${field}_id from $field where business_id = '$foreign' order by 1 limit 1" ;;
    esac
    echo "${field}_id none $(nothing)" >>"$VS_TMP/records"
done
numbered() { echo "select $1_id from $1 where business_id = '$us' and number = $2"; }
record referral_id own "$(numbered referral 5)"
record referral_id logged "$(numbered referral 2)"
record referral_id unshared "$(numbered referral 4)"
record dispute_id own "$(numbered dispute 2)"
record dispute_id logged "$(numbered dispute 1)"
for field in referral dispute; do
    record ${field}_id foreign "select ${field}_id from $field where business_id = '$foreign' order by number desc limit 1"
    echo "${field}_id none $(nothing)" >>"$VS_TMP/records"
done
sed -n 's/^\(contact_id own\|contact_id foreign\|contact_id erased\|contact_id none\|partner_id\)/source_&/p' "$VS_TMP/records" >"$VS_TMP/sources"
cat "$VS_TMP/sources" >>"$VS_TMP/records"
record touch_id own "select id from touchpoint where business_id = '$us' and note = 'CANARYINTERNAL'"
record touch_id foreign "select id from touchpoint where business_id = '$foreign' limit 1"
echo "touch_id none $(nothing)" >>"$VS_TMP/records"
record check_id own "select checkup_id from checkup where business_id = '$us'"
record check_id foreign "select checkup_id from checkup where business_id = '$foreign'"
echo "check_id none $(nothing)" >>"$VS_TMP/records"
sed -n 's/^thanks_id/owed_id/p; /^contact_id/{s/^/about_/p; s/^about/merged/p; s/^merged/other/p;}' "$VS_TMP/records" >"$VS_TMP/more" && cat "$VS_TMP/more" >>"$VS_TMP/records" # by other names
home=$VS_TMP/seat
for s in "sales sam $home-sales/sales.seat" "service sue $home-service/service.seat" "partner pat $home-partner/partner.seat" \
    "manager max $home-manager/admin.seat" "foreign olga $home-foreign/admin.seat" "admin mara $home-admin/admin.seat"; do echo "$s"; done >"$VS_TMP/seats"
for word in CANARYFOREIGN CANARYUNSHARED CANARYINTERNAL CANARYSECOND CANARYPARTNER; do echo "pat $word"; done >"$VS_TMP/canaries"
for who in sam sue mara max; do echo "$who CANARYFOREIGN"; done >>"$VS_TMP/canaries"
for word in CANARYUNSHARED CANARYINTERNAL CANARYSECOND CANARYPARTNER; do echo "olga $word"; done >>"$VS_TMP/canaries"
seat sales sales baseline add D1 leaks --before 3 --promised 0 >/dev/null
record baseline_id own "select baseline_id from baseline where business_id = '$us'"

runs=0
matrix() { # NAME ARGS...: its lines with the name before them; green ones are counted, not printed
    local name=$1 out=$VS_TMP/matrix.out good spare
    shift
    runs=$((runs + 1)) spare=spare$runs
    seat admin admin account add $spare --role sales >/dev/null
    rm -rf "$VS_TMP/seat-spare"
    seat spare sales join "$(seat admin admin account enrol $spare | grep vouchsafe-join)" >/dev/null
    seat admin admin account enrol $spare >/dev/null
    sed '/^\(account\|device\|enrolment\)_id own/d' "$VS_TMP/records" >"$VS_TMP/records.new" && mv "$VS_TMP/records.new" "$VS_TMP/records"
    record account_id own "select account_id from account where business_id = '$us' and login = '$spare'"
    record device_id own "select device_id from device join account using (business_id, account_id) where login = '$spare'"
    record enrolment_id own "select enrolment_id from enrolment join account using (business_id, account_id) where login = '$spare' and used_at is null"
    "$VS_BIN/tests/matrix_matrix" "$VS_TMP/seats" "$VS_TMP/records" "$VS_TMP/canaries" $spare "$@" >"$out" 2>"$VS_TMP/matrix.err" || fail "$name: it runs" "$(tail -n 3 "$VS_TMP/matrix.err")"
    grep '^not ok' "$out" | sed "s/^not ok /not ok $name: /"
    good=$(grep -c '^ok' "$out")
    check "$name: $good cells hold ($(sed -n 's/^# //p' "$out"))" [ "$good" -ge 300 ]
}
matrix "as built"

# --- an id that somebody used
machine admin "$(seat admin admin account enrol mara | grep vouchsafe-join)" >/dev/null
enrolled pat2 pat >/dev/null
id=$(owner "select replace(id::text, '-', '') from touchpoint where note = 'CANARYINTERNAL'")
contact=$(owner "select replace(contact_id::text, '-', '') from contact where business_id = '$us' and number = 2")
mine=$(new_id)
log() { "$VS_BIN/tests/api_call" "${@:4}" -k "$VS_TMP/pat2.pem" "$AT" "$PIN" TOUCH_LOG touch.id="$1" touch.contact_id="$2" touch.occurred_at=1790000000000000 touch.channel=1 touch.note="$3"; }
check "a touch of one's own" says OK log "$mine" "$contact" mine
check "again is a duplicate" says DUPLICATE log "$mine" "$contact" mine
check "its id with other content is refused" says KEY_REUSED log "$mine" "$contact" other
check "another account's id tells the same bytes" same "$(log "$mine" "$contact" other -x | tail -n 1)" "$(log "$id" "$contact" other -x | tail -n 1)"

# --- each wall alone
tables=$(owner "select string_agg(format('alter table vs.%I %%s row level security', relname), ';') from pg_class where relnamespace = 'vs'::regnamespace and relkind = 'r' and relrowsecurity")
owner "${tables//%s/disable}" >/dev/null
matrix "without row-level security"
owner "${tables//%s/enable}" >/dev/null
server_stop one
bin=$VS_TMP/bare
mkdir "$bin"
cp "$VS_BIN/tests/matrix_bare_vouchsafed" "$bin/vouchsafed"
server_start_bare() { local keep=$VS_BIN; VS_BIN=$bin; server_start one; VS_BIN=$keep; }
check "the server without the predicate starts" server_start_bare
matrix "without the predicate" readers-only
# --- and without both it goes red: the matrix can fail
owner "${tables//%s/disable}" >/dev/null
leaks() { matrix "without both" readers-only | tee "$VS_TMP/both" | grep -c '^not ok'; }
found=$(leaks)
check "without both walls the matrix goes red ($found times)" [ "$found" -ge 10 ]
check "and canaries are seen" says "nothing foreign on the wire" cat "$VS_TMP/both"
