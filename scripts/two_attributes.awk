#!/usr/bin/awk -f
# Reads a match and then the contact it is of, both as JSON (`cible --format
# json match --contact C`, `contacts get C`), and prints "attribute=value" for
# the two attributes with the strongest reasons whose value is a number or text.
/"reasons"/ && FNR == NR { in_reasons = 1 }
/"questions"/ && FNR == NR { in_reasons = 0 }
/"attribute": "/ {
  split($0, quoted, "\"")
  attribute = quoted[4]
  if (in_reasons && FNR == NR && attribute != "") rank[attribute] = ++ranks
}
FNR != NR && /"(number|text|flag)": / {
  value = $0
  sub(/^[^:]*: /, "", value)
  gsub(/"|,$/, "", value)
  if (value == "true") value = "yes"
  if (value == "false") value = "no"
  if (attribute in rank) stated[rank[attribute]] = attribute "=" value
}
END {
  for (i = 1; i <= ranks && printed < 2; ++i) {
    if (i in stated) { print stated[i]; ++printed }
  }
}
