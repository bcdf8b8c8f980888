// One UpdateContactRequest, read under the schema of its workspace, and the
// write that it asks for.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_UPDATE_H_
#define CIBLE_SERVER_SERVICES_CONTACT_UPDATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "cible/v1/contact_service.pb.h"
#include "segmentation/data/schema.h"
#include "server/services/violations.h"
#include "server/storage/contact_values.h"
#include "server/storage/store.h"

namespace cible {

// The attributes of a schema by id, else by display name, for requests that
// name thousands. The schema outlives it.
class AttributeIndex {
 public:
  explicit AttributeIndex(const Schema& schema);

  // Null if there is none.
  const Attribute* Find(absl::string_view id_or_display_name) const;
  int size() const { return size_; }

 private:
  absl::flat_hash_map<absl::string_view, const Attribute*> attributes_;
  int size_ = 0;
};

struct ContactUpdate {
  std::string id;  // Of the contact; empty when its name is malformed.
  std::string etag;
  bool allow_missing = false;
  // As sent; nullopt: not said.
  std::optional<ContactKind> kind;
  std::optional<Stage> stage;
  std::vector<NumberedValue> values;  // By ascending number.
  std::optional<Provenance> provenance;
  std::optional<std::string> organization;  // Id.
  std::optional<BuyingRole> buying_role;

  // What of it a contact that exists takes over.
  enum class Extent {
    kSent,    // What is sent: no mask.
    kAll,     // Everything: `*`.
    kListed,  // What the following list.
  };
  Extent extent = Extent::kSent;
  bool lists_stage = false;
  bool lists_organization = false;
  bool lists_buying_role = false;
  bool lists_attributes = false;       // All of them.
  std::vector<int> listed_attributes;  // Numbers, ascending.
};

// Adds to `violations`, under the index `request`, all that is wrong with it;
// what is returned is then not to be written.
ContactUpdate ReadUpdate(const v1::UpdateContactRequest& message, const std::string& workspace,
                         const AttributeIndex& attributes, int request,
                         std::vector<Violation>* violations);

// Adds what stands against the update in what is stored: NOT_FOUND, ABORTED,
// FAILED_PRECONDITION; INVALID_ARGUMENT for an organisation that is to belong to one.
void CheckAgainstStored(const ContactUpdate& update, const std::optional<ContactRecord>& stored,
                        int request, std::vector<Violation>* violations);

// The write that makes the update, whatever else is written meanwhile; it fails
// when CheckAgainstStored would not pass any more, or the contact has come or
// gone.
PutContact WriteOf(const ContactUpdate& update, const std::string& workspace,
                   const std::optional<ContactRecord>& stored);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_UPDATE_H_
