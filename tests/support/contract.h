/* SPDX-License-Identifier: Apache-2.0 */
/* Every message and enum of proto/vouchsafe/v1, for tests that walk the whole contract (made by descriptors.awk). */
#ifndef TESTS_CONTRACT_H
#define TESTS_CONTRACT_H

#include <protobuf-c/protobuf-c.h>

extern const ProtobufCMessageDescriptor *const contract_messages[];
extern const size_t contract_message_count;
extern const ProtobufCEnumDescriptor *const contract_enums[];
extern const size_t contract_enum_count;

#endif
