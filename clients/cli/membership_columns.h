// Columns of a file of persons that say where they belong: the organisation, by its
// id, and what they do when it buys.

#ifndef CIBLE_CLIENTS_CLI_MEMBERSHIP_COLUMNS_H_
#define CIBLE_CLIENTS_CLI_MEMBERSHIP_COLUMNS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cible/v1/contact.pb.h"
#include "clients/cli/contact_file.h"
#include "segmentation/data/schema.h"

namespace CLI {
class App;
}

namespace cible {

// The role that a word stands for, in English or French, whatever its case and
// accents: "decides", "Décideur", "end user"; nullopt: it is none that is known.
std::optional<BuyingRole> BuyingRoleFromWord(absl::string_view word);

// "decides"; empty when not known.
std::string ShortName(v1::BuyingRole role);

struct MembershipOptions {
  std::string organization_column;  // Header; empty: none.
  std::string role_column;
};

// Adds --organization-column and --role-column.
void AddMembershipOptions(CLI::App& command, MembershipOptions& options);

class MembershipColumns {
 public:
  MembershipColumns() = default;

  // Errors: INVALID_ARGUMENT for a header that the file does not have, or that is
  // that of its id column.
  static absl::StatusOr<MembershipColumns> Find(const MembershipOptions& options,
                                                const ContactFile& file);

  bool empty() const { return organization_ < 0; }

  // Whether the column says where persons belong, so that it is no attribute.
  bool Has(absl::string_view header) const;

  // Adds what the rows of the block's table say to its message.
  void Write(const FileBlock& block, v1::ContactTable* message);

  // Cells of roles so far that hold a word that is none.
  std::int64_t unknown_roles() const { return unknown_roles_; }

 private:
  BuyingRole ReadRole(absl::string_view cell);

  MembershipOptions options_;
  int organization_ = -1;  // Position in the header; -1: none.
  int role_ = -1;
  std::int64_t unknown_roles_ = 0;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_MEMBERSHIP_COLUMNS_H_
