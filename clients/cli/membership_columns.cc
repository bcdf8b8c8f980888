#include "clients/cli/membership_columns.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/inference.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

// Written as the ids of attributes are: in lower case, without accents.
constexpr std::pair<absl::string_view, BuyingRole> kWords[] = {
    {"decides", BuyingRole::kDecides},
    {"decide", BuyingRole::kDecides},
    {"decider", BuyingRole::kDecides},
    {"decision_maker", BuyingRole::kDecides},
    {"decisionmaker", BuyingRole::kDecides},
    {"approver", BuyingRole::kDecides},
    {"approves", BuyingRole::kDecides},
    {"signs", BuyingRole::kDecides},
    {"signatory", BuyingRole::kDecides},
    {"economic_buyer", BuyingRole::kDecides},
    {"decideur", BuyingRole::kDecides},
    {"decideuse", BuyingRole::kDecides},
    {"decisionnaire", BuyingRole::kDecides},
    {"signe", BuyingRole::kDecides},
    {"signataire", BuyingRole::kDecides},
    {"advises", BuyingRole::kAdvises},
    {"advise", BuyingRole::kAdvises},
    {"adviser", BuyingRole::kAdvises},
    {"advisor", BuyingRole::kAdvises},
    {"influences", BuyingRole::kAdvises},
    {"influencer", BuyingRole::kAdvises},
    {"prescriber", BuyingRole::kAdvises},
    {"prescribes", BuyingRole::kAdvises},
    {"recommends", BuyingRole::kAdvises},
    {"conseille", BuyingRole::kAdvises},
    {"conseiller", BuyingRole::kAdvises},
    {"conseillere", BuyingRole::kAdvises},
    {"prescrit", BuyingRole::kAdvises},
    {"prescripteur", BuyingRole::kAdvises},
    {"prescriptrice", BuyingRole::kAdvises},
    {"influenceur", BuyingRole::kAdvises},
    {"influenceuse", BuyingRole::kAdvises},
    {"uses", BuyingRole::kUses},
    {"use", BuyingRole::kUses},
    {"user", BuyingRole::kUses},
    {"end_user", BuyingRole::kUses},
    {"utilise", BuyingRole::kUses},
    {"utilisateur", BuyingRole::kUses},
    {"utilisatrice", BuyingRole::kUses},
    {"usager", BuyingRole::kUses},
    {"utilisateur_final", BuyingRole::kUses},
};

absl::StatusOr<int> PositionOf(const std::string& header, absl::string_view option,
                               const ContactFile& file) {
  if (header.empty()) return -1;
  const auto found = std::find(file.header().begin(), file.header().end(), header);
  if (found == file.header().end()) {
    return WrongUsage(absl::StrCat(option, " names a column that ", file.path(),
                                   " does not have; give one of its header"));
  }
  if (header == file.inference().id_column) {
    return WrongUsage(absl::StrCat(option,
                                   " names the column that identifies the persons; name that one "
                                   "with --id-column, or - for none"));
  }
  return static_cast<int>(found - file.header().begin());
}

}  // namespace

std::optional<BuyingRole> BuyingRoleFromWord(absl::string_view word) {
  const std::string plain = AttributeIdFromHeader(word, {});
  const auto* const found = std::find_if(std::begin(kWords), std::end(kWords),
                                         [&](const auto& each) { return each.first == plain; });
  if (found == std::end(kWords)) return std::nullopt;
  return found->second;
}

std::string ShortName(v1::BuyingRole role) {
  switch (role) {
    case v1::BUYING_ROLE_DECIDES: return "decides";
    case v1::BUYING_ROLE_ADVISES: return "advises";
    case v1::BUYING_ROLE_USES: return "uses";
    default: return "";
  }
}

void AddMembershipOptions(CLI::App& command, MembershipOptions& options) {
  command
      .add_option("--organization-column", options.organization_column,
                  "Header of the column with the ids of the organisations that persons belong to")
      ->type_name("C");
  command
      .add_option("--role-column", options.role_column,
                  "Header of the column with what they do when those buy: decides, advises, uses")
      ->type_name("C");
}

absl::StatusOr<MembershipColumns> MembershipColumns::Find(const MembershipOptions& options,
                                                          const ContactFile& file) {
  const auto organization = PositionOf(options.organization_column, "--organization-column", file);
  if (!organization.ok()) return organization.status();
  const auto role = PositionOf(options.role_column, "--role-column", file);
  if (!role.ok()) return role.status();
  MembershipColumns columns;
  columns.options_ = options;
  columns.organization_ = *organization;
  columns.role_ = *role;
  return columns;
}

bool MembershipColumns::Has(absl::string_view header) const {
  if (header.empty()) return false;
  return header == options_.organization_column || header == options_.role_column;
}

void MembershipColumns::Write(const FileBlock& block, v1::ContactTable* message) {
  if (organization_ < 0 && role_ < 0) return;
  std::vector<std::string> organizations;
  std::vector<BuyingRole> roles;
  const auto cell = [&](int column, int row) {
    const auto text_row = static_cast<std::size_t>(row);
    return absl::StripAsciiWhitespace(
        block.text.columns[static_cast<std::size_t>(column)][text_row]);
  };
  for (const int row : block.source_rows) {
    const absl::string_view organization = organization_ < 0 ? "" : cell(organization_, row);
    organizations.emplace_back(IsMissingMarker(organization) ? "" : organization);
    roles.push_back(role_ < 0 ? BuyingRole::kUnknown : ReadRole(cell(role_, row)));
  }
  MembershipsToProto(organizations, roles, message);
}

BuyingRole MembershipColumns::ReadRole(absl::string_view cell) {
  if (IsMissingMarker(cell)) return BuyingRole::kUnknown;
  const std::optional<BuyingRole> role = BuyingRoleFromWord(cell);
  if (!role.has_value()) ++unknown_roles_;
  return role.value_or(BuyingRole::kUnknown);
}

}  // namespace cible
