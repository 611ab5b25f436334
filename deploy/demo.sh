# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The demo business, made through the real programs: a roofer, its seats, a partner. Sourced by deploy/quickstart and by the tests, which run
# every command's examples against it.
#   demo_make      the business, its seats, and what they are busy with now
#   demo_history   the 13 weeks before
# The caller has two functions:
#   seat NAME PROGRAM ARGS...   runs a program (sales, service, partner, admin) with the home of seat NAME
#   demo_business NAME LOGIN    makes the business beside its server and prints the admin's join line
demo_join() { # NAME PROGRAM LOGIN DEVICE
    seat admin admin --quiet account enrol "$3" | seat "$1" "$2" --quiet join - --name "$4"
}
demo_make() {
    demo_business "Hartwell Roofing" mara | seat admin admin --quiet join - --name office
    seat admin admin --quiet business edit --country DE --currency EUR
    seat admin admin --quiet partner add "Acme Plumbing"
    seat admin admin --quiet account add sam --name "Sam Rivers" --role sales
    seat admin admin --quiet account add sue --name "Sue Field" --role service
    seat admin admin --quiet account add pat --name "Pat Acme" --role partner --partner P1
    demo_join sales sales sam desk
    demo_join service service sue van
    demo_join partner partner pat shop
    seat sales sales --quiet contact add Ann Lee --email ann.lee@example.org
    seat sales sales --quiet contact add Bob Stone --phone "+49 30 5550123"
    seat sales sales --quiet contact add Carla Moreno --email carla@example.org --phone "+49 30 5550177"
    seat sales sales --quiet share grant C1 P1 --log
    seat sales sales --quiet log - --yes <<END
yesterday 9:10 touch Bob Stone call = "roof of the workshop, asks for a quote" @like
yesterday 10:30 touch Carla Moreno event + "met at the builders' breakfast" @know
yesterday 16:00 touch Ann Lee meeting + "signed for the new roof" @buy
END
    seat sales sales --quiet touch C1 call + "happy with the new roof, neighbour asked who did it" @buy
    seat service service --quiet touch C1 onsite + "gutters checked, all dry" --shared
    seat partner partner --quiet touch C1 onsite = "replaced the downpipe, roof looks good from below"
    local title
    for title in "garage roof" "skylights" "dormer" "porch"; do seat sales sales --quiet deal add C1 --title "$title" --value 4200; done
    for title in "yearly gutter check" "chimney" "shed" "carport"; do seat sales sales --quiet project add C2 --title "$title"; done
    for title in "gutters checked" "samples sent" "site swept" "papers sent" "a visit" "a call"; do
        seat sales sales --quiet promise C1 "$title" by "in 5 days"
    done
    for title in "send the offer" "order slates" "call the insurer" "book the crane" "thank Carla"; do
        seat sales sales --quiet task add "$title" --contact C2 --due "in 2 days"
    done
    for title in "in 2 weeks" "in 3 weeks" "in 4 weeks" "in 5 weeks"; do seat sales sales --quiet review plan C3 --by "$title"; done
    seat sales sales --quiet thanks owe C2 "told the baker about us"
    seat sales sales --quiet thanks owe C3 "sent her sister"
    local source
    for source in C1 C3; do seat sales sales --quiet reward add $source --about C2 --reward gift --value 50; done
    for source in C1 C2; do seat sales sales --quiet reward add $source --about $source --reward gift --value 50; done
    demo_referrals
    seat sales sales --quiet introduce Carla Moreno to Bob Stone because "both restore old roofs"
    seat sales sales --quiet introduce Ann Lee to Carla Moreno because "Carla looks for a roofer"
    seat sales sales --quiet introduction say I2 --yes
    seat sales sales --quiet introduction say I2 --other --yes
    seat sales sales --quiet champion invite Ann Lee because "sends somebody every month"
    for source in "Vera Wolf" "Rosa Lind" "Rosa Lynd" "Rosa Lint"; do seat sales sales --quiet contact add "$source"; done
    demo_asks
}
# A1 and A2 were made, A3 and A4 are due since their results were good.
demo_asks() {
    seat sales sales --quiet ask make C1
    seat sales sales --quiet ask make C2
    seat sales sales --quiet review add "Fay Novak" good "dry since the first storm"
    seat sales sales --quiet wanted add "Irma Wolf" --company "Wolf Bau" because "builds twenty houses a year"
    seat sales sales --quiet wanted add "Old Town Hotel" --contact C1
    seat sales sales --quiet testimonial add C1 "the first dry winter in years"
    seat service service --quiet review add "Gus Weber" good "half the noise under the new roof"
}
# R1 to R10 came in from customers, R11 to R16 were given to the partner, R17 to R20 came from it, R19 and R20 of people whom a
# customer had sent before; R21 is closed, its source told and thanked.
demo_referrals() {
    local who
    for who in "Dora Klein dora@example.org" "Emil Braun emil@example.org" "Fay Novak +49305550141" "Gus Weber +49305550142" "Hana Ito hana@example.org"; do
        # shellcheck disable=SC2086
        seat sales sales --quiet refer $who from Ann Lee because "saw her new roof" --cause experience --level 3 --consent source-says-yes
    done
    for who in "Ian Moss ian@example.org" "Jo Winter jo@example.org" "Kit Lang +49305550143" "Lena Roth lena@example.org" "Max Stein max@example.org"; do
        # shellcheck disable=SC2086
        seat service service --quiet refer $who from Carla Moreno because "asked Carla for a roofer" --cause asked --level 2
    done
    for who in "the bath" "the boiler" "a tap" "the drain" "a leak" "the heating"; do
        seat sales sales --quiet refer Ann Lee to Acme Plumbing because "$who"
    done
    for who in "Nina Falk nina@example.org" "Otto Berg otto@example.org" "Dora Klein dora@example.org" "Emil Braun emil@example.org"; do
        # shellcheck disable=SC2086
        seat partner partner --quiet refer $who because "rain comes in" --consent source-says-yes --level 4
    done
    seat sales sales --quiet refer Pia Graf pia@example.org from Bob Stone because "his workshop is dry again" --cause result --level 5
    seat sales sales --quiet referral accept R21 on tomorrow
    seat sales sales --quiet referral contact R21 --level 5 --cause result
    seat sales sales --quiet referral win R21 --value 8400
    seat sales sales --quiet referral tell R21
    seat sales sales --quiet referral thank R21
}
# The 13 weeks up to today: who came when, who sent them, and by which journey, stands in demo/history-people.csv; what happens on it, and
# when, in history-steps.csv and history-promises.csv. What would still be to come is left out. Imported, as another system's records would
# be; the clocks of what is still open start.
demo_history() {
    local from dir who partner noun number
    from=${BASH_SOURCE[0]%/*}/demo
    dir=$(mktemp -d)
    # the last 100 days and the next 60, and the weekday of each, in the business's zone: one line a day, the last first
    seq -60 100 | sed 's/$/ days ago/' | TZ=Europe/Berlin date -f - '+%F|%u' >"$dir/days"
    awk -F '|' -v dir="$dir" -v ahead=60 -f "$from/history.awk" "$dir/days" "$from/history-steps.csv" "$from/history-promises.csv" "$from/history-people.csv"
    seat admin admin --quiet account add ines --name "Ines Wolf" --role sales
    seat admin admin --quiet account add olaf --name "Olaf Brink" --role service
    seat admin admin --quiet attribute define covering --kind text --label "What the roof is covered with"
    seat admin admin --quiet import contacts "$from/history-people.csv" --mapping "$from/history-contacts.map"
    while IFS=$'\t' read -r who partner; do seat admin admin --quiet share grant "$who" "$partner" --log </dev/null; done <"$dir/shared.csv"
    for noun in touches deals projects promises reviews referrals; do
        seat admin admin --quiet import $noun "$dir/$noun.csv" --mapping "$from/history-$noun.map"
    done
    rm -r "$dir"
    # whoever sent somebody heard what became of it, and was thanked; not yet of the last two (the first is demo_referrals')
    for number in $(seat sales sales referral list --state won --csv | tail -n +3 | cut -d , -f 2 | head -n -2); do
        seat sales sales --quiet referral tell "R$number"
        seat sales sales --quiet referral thank "R$number"
    done
    seat sales sales --quiet champion invite "Ulrike Bauer" because "the whole village asks her"
}
