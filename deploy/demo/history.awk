# SPDX-License-Identifier: Apache-2.0
# days steps people -> touches.csv and deals.csv in dir, and in shared the names that the partner sees. Nobody works at a weekend: what falls on one was done on the Friday.
function day(ago) { return weekday[ago] > 5 ? date[ago + weekday[ago] - 5] : date[ago] }
BEGIN {
    OFS = "|"
    # of each journey with a sale: the days from the first touch to the offer and to its end, and how it ends
    split("roof 7 14 won, repair 2 4 won, complaint 4 9 won, yearly 0 0 won, lost 10 19 lost", line, ", ")
    for (i in line) { split(line[i], w, " "); offered[w[1]] = w[2]; ended[w[1]] = w[3]; ends[w[1]] = w[4] }
    print "no|day|at|channel|mood|stage|who|score|note" >(dir "/touches.csv")
    print "no|job|state|value|opened|closed|who|because" >(dir "/deals.csv")
}
FNR == 1 { file++ }
file == 1 { date[FNR - 1] = $1; weekday[FNR - 1] = $2; next }
FNR == 1 { next }
file == 2 { step[$1, ++steps[$1]] = $0; next }
{
    if ($11 != "") print $2 "\t" $11 >(dir "/shared")
    no = $1; journey = $6; ago = $7; job = $8; value = $10
    for (i = 1; i <= steps[journey]; i++) {
        split(step[journey, i], s, "|")
        if (s[2] >= ago) break
        if (s[7] == "pat" && $11 == "") continue # the partner meets only whom it shares with us
        note = s[9]
        gsub(/\{job\}/, job, note)
        print no, s[2], day(ago - s[2]) " " s[3], s[4], s[5], s[6], s[7], s[8], note >(dir "/touches.csv")
    }
    if (!(journey in ended) || offered[journey] >= ago) next
    over = ended[journey] < ago
    print no, job, over ? ends[journey] : "open", value, day(ago - offered[journey]), over ? day(ago - ended[journey]) : "", no % 3 ? "sam" : "ines",
        over && ends[journey] == "lost" ? (no % 2 ? "price" : "wants to wait until next year") : "" >(dir "/deals.csv")
}
