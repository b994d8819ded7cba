#!/usr/bin/env bash
# Write the files of four made-up districts and run the file commands on them. Usage: demo.sh JUBAO DIR (see `make demo`)
set -euo pipefail
jubao=$1 dir=$2 month=2026-10

show() { # the command as a user types it, then what it answers
    echo
    echo "\$ jubao ${*}"
    "$jubao" "$@"
}

reasons() { # how many people of a list stand there for which reason
    "$(dirname "$jubao")/python" - "$1" <<'END'
import collections, csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as lines:
    counted = collections.Counter(" ".join(row["reasons"].split("|")[:2]).split("（")[0] for row in csv.DictReader(lines))
for reason, people in counted.most_common(6):
    print(f"{people:6d}  {reason}")
END
}

show demo --files "$dir" --people 2000 --seed 7 --month "$month" --format csv

for district in 500110 150404 360734 440523; do
    feeds=()
    for feed in "$dir/$district"/feeds/*.csv; do
        feeds+=(--feed "$(basename "$feed" .csv)=$feed")
    done
    show compare --region "$district" --month "$month" --roster "$dir/$district/roster.csv" "${feeds[@]}" \
        --out "$dir/$district/lists"
    reasons "$dir/$district/lists/to_verify.csv"
done

show pension --region 500110 --month 2024-05 "$dir/500110/pension.csv" --out "$dir/500110/pensions.xlsx"
show extract --region 500110 --month "$month" "$dir/500110/claim_free.csv" --out "$dir/500110/claim-free.xlsx"
show interest --region 500110 --year 2025 --rate 0.025 \
    --accounts "$dir/500110/accounts.csv" --postings "$dir/500110/postings.csv" --out "$dir/500110/interest.xlsx"

cat <<END

The made-up people, what was found about them and why lie in $dir/ ; for example
  $dir/500110/lists/to_verify/          workbooks for each township and village
  $dir/500110/lists/evidence.csv        every record that counted, with its file and row
Who is on one list, and why:   jubao compare … --explain --id NUMBER
END
