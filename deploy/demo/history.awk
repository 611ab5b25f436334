# SPDX-License-Identifier: Apache-2.0
# days steps promises people -> in dir the files that go with history-*.map, and in shared the names that the partner sees. Nobody works
# at a weekend: what falls on one was done on the Friday.
function day(ago) { return weekday[ago] > 5 ? date[ago + weekday[ago] - 5] : date[ago] }
function put(file, line) { print line >(dir "/" file ".csv") }
function head(file, names) { gsub(/ /, "|", names); put(file, names) }
function seat() { return no % 3 ? "sam" : "ines" }
function with_job(words) { gsub(/\{job\}/, job, words); return words }
BEGIN {
    OFS = "|"
    # of each journey with a sale: the days from the first touch to the offer and to its end, how it ends, and when the work begins and ends
    split("roof 7 14 won 21 31, repair 2 4 won 4 4, complaint 4 9 won 16 20, yearly 0 0 won 0 0, lost 10 19 lost", line, ", ")
    for (i in line) { split(line[i], w, " "); offered[w[1]] = w[2]; ended[w[1]] = w[3]; ends[w[1]] = w[4]; begins[w[1]] = w[5]; ready[w[1]] = w[6] }
    head("touches", "no day at channel mood stage who score note")
    head("deals", "no job state value opened closed who because")
    head("projects", "no job state started ended who")
    head("promises", "no words made due done who clocks")
    head("reviews", "no at result score words who")
    head("referrals", "no source partner because cause at decided contacted state closed deal who clocks")
}
FNR == 1 { file++ }
file == 1 { date[FNR - 1 - ahead] = $1; weekday[FNR - 1 - ahead] = $2; next }
FNR == 1 { next }
file == 2 { step[$1, ++steps[$1]] = $0; next }
file == 3 { promise[$1, ++promises[$1]] = $0; next }
{
    no = $1; journey = $6; ago = $7; job = $8; value = $10; partner = $11; from = $12
    if (partner != "") put("shared", $2 "\t" partner)
    works = ends[journey] == "won" && begins[journey] < ago # the project is there
    put_steps()
    put_referral($13)
    put_deal()
    if (works) put("projects", no OFS job OFS (ready[journey] < ago ? "completed" : "active") OFS day(ago - begins[journey]) OFS (ready[journey] < ago ? day(ago - ready[journey]) : "") OFS "sue")
    put_promises()
}
# what happened, and the reviews among it
function put_steps(  i, s, note, at) {
    for (i = 1; i <= steps[journey]; i++) {
        split(step[journey, i], s, "|")
        if (s[2] >= ago) break
        if (s[7] == "pat" && partner == "") continue # the partner meets only whom it shares with us
        note = with_job(s[9])
        at = day(ago - s[2]) " " s[3]
        put("touches", no OFS s[2] OFS at OFS s[4] OFS s[5] OFS s[6] OFS s[7] OFS s[8] OFS note)
        if (s[4] == "survey") put("reviews", no OFS at OFS (s[5] == "+" ? "good" : "bad") OFS s[8] OFS note OFS s[7])
    }
}
# whom a customer or the partner sent: taken in on the morning of the first touch
function put_referral(because,  s, won, morning) {
    if (from == "") return
    split(step[journey, 1], s, "|")
    won = ends[journey] == "won" && ended[journey] < ago
    morning = day(ago)
    put("referrals", no OFS (from ~ /^P/ ? "" : from) OFS (from ~ /^P/ ? from : "") OFS because OFS (from ~ /^P/ ? "phrase" : "experience") OFS \
        morning " 07:05" OFS morning " 07:30" OFS morning " " s[3] OFS (won ? "won" : "contacted") OFS (won ? day(ago - ended[journey]) " 18:00" : "") OFS (won ? no : "") OFS seat() OFS (won ? "no" : "yes"))
}
function put_deal(  over) {
    if (!(journey in ended) || offered[journey] >= ago) return
    over = ended[journey] < ago
    put("deals", no OFS job OFS (over ? ends[journey] : "open") OFS value OFS day(ago - offered[journey]) OFS (over ? day(ago - ended[journey]) : "") OFS seat() OFS \
        (over && ends[journey] == "lost" ? (no % 2 ? "price" : "wants to wait until next year") : ""))
}
function put_promises(  i, s) {
    for (i = 1; works && i <= promises[journey]; i++) {
        split(promise[journey, i], s, "|")
        if (s[2] >= ago) continue
        put("promises", no OFS with_job(s[6]) OFS day(ago - s[2]) OFS day(ago - s[3]) OFS (s[4] < ago ? day(ago - s[4]) : "") OFS s[5] OFS (s[4] < ago ? "no" : "yes"))
    }
}
