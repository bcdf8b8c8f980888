// Numbers as people read them.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_NUMBER_TEXT_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_NUMBER_TEXT_H_

#include <cstdint>
#include <string>

namespace cible {

// "45,211".
std::string CountText(std::int64_t count);

// "1 contact", "45,211 contacts".
std::string CountedText(std::int64_t count, const std::string& noun);

// A share in [0, 1]: "23.4 %"; "<0.1 %" and ">99.9 %" where rounding would
// claim none or all.
std::string ShareText(double share);

// With so many decimals, and never "-0.00".
std::string FixedText(double number, int decimals);

// The shortest form that reads back as the same number; for programs.
std::string ExactText(double number);

// "<0.1 s", "0.4 s", "12 s", "3 min 20 s".
std::string SecondsText(double seconds);

// `fraction` in [0, 1] of a bar of `width` columns, "▇▇▇▇", at least one for
// any fraction above 0; nothing for the rest.
std::string Bar(double fraction, int width);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_NUMBER_TEXT_H_
