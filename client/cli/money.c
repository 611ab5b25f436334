/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/money.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include "client/cli/command.h"

bool field_is_money(const ProtobufCFieldDescriptor *f) {
    return f->type == PROTOBUF_C_TYPE_INT64 &&
           command_lists("value list_price amount value_at_risk direct_value downstream_value", f->name);
}

int money_decimals(const char *currency) {
    if (command_lists("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", currency) && *currency)
        return 0;
    if (command_lists("BHD IQD JOD KWD LYD OMR TND", currency) && *currency) return 3;
    return 2;
}

int money_parse(const char *text, const char *currency, int64_t *out) {
    int decimals = money_decimals(currency), seen = -1; /* decimals read; -1 before the point */
    int64_t n = 0;
    if (!isdigit((unsigned char)*text)) return -1;
    for (; *text; text++) {
        if (*text == '.' && seen < 0) {
            seen = 0;
            continue;
        }
        if (!isdigit((unsigned char)*text) || (seen >= 0 && ++seen > decimals) || n > INT64_C(9000000000000000))
            return -1;
        n = n * 10 + (*text - '0');
    }
    for (int i = seen < 0 ? 0 : seen; i < decimals; i++) n *= 10;
    *out = n;
    return 0;
}

void money_format(int64_t minor, const char *currency, struct buf *out) {
    int decimals = money_decimals(currency);
    uint64_t n = minor < 0 ? (uint64_t)-minor : (uint64_t)minor, unit = 1;
    for (int i = 0; i < decimals; i++) unit *= 10;
    buf_printf(out, "%s%" PRIu64, minor < 0 ? "-" : "", n / unit);
    if (decimals > 0) buf_printf(out, ".%0*" PRIu64, decimals, n % unit);
}
