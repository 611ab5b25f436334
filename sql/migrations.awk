# SPDX-License-Identifier: Apache-2.0
# sql/migrations/NNNN_name.sql -> one C table, in the order of the numbers.
FNR == 1 { n++; f = FILENAME; sub(/.*\//, "", f); sub(/\.sql$/, "", f); name[n] = f; text[n] = "" }
{ s = $0; gsub(/\\/, "\\\\\\\\", s); gsub(/"/, "\\\"", s); text[n] = text[n] "    \"" s "\\n\"\n" }
END {
    print "/* made by sql/migrations.awk */\n#include <stddef.h>\n#include \"server/store/schema.h\"" > out
    print "const struct migration migrations[] = {" > out
    for (i = 1; i <= n; i++) printf "  {%d, \"%s\",\n%s  },\n", substr(name[i], 1, 4) + 0, name[i], text[i] > out
    printf "};\nconst size_t migration_count = %d;\n", n > out
}
