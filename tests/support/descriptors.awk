# SPDX-License-Identifier: Apache-2.0
# Every message and enum of the generated headers, as two C arrays: tests walk the whole contract by them.
/^extern const Protobuf(C|CEnum|CMessage)[A-Za-z]*Descriptor / {
    name = $4
    sub(/;.*/, "", name)
    if ($3 == "ProtobufCEnumDescriptor") enums[++n_enums] = name
    if ($3 == "ProtobufCMessageDescriptor") messages[++n_messages] = name
}
FNR == 1 { f = FILENAME; sub(/.*\/gen\//, "", f); files[++n_files] = f }
END {
    print "/* made by tests/support/descriptors.awk */\n#include \"tests/support/contract.h\"" > out
    for (i = 1; i <= n_files; i++) printf "#include \"%s\"\n", files[i] > out
    print "const ProtobufCMessageDescriptor *const contract_messages[] = {" > out
    for (i = 1; i <= n_messages; i++) printf "    &%s,\n", messages[i] > out
    printf "};\nconst size_t contract_message_count = %d;\n", n_messages > out
    print "const ProtobufCEnumDescriptor *const contract_enums[] = {" > out
    for (i = 1; i <= n_enums; i++) printf "    &%s,\n", enums[i] > out
    printf "};\nconst size_t contract_enum_count = %d;\n", n_enums > out
}
