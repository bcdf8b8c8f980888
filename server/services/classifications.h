// How contacts stand, as messages: fields, qualification, what to do next, and why.

#ifndef CIBLE_SERVER_SERVICES_CLASSIFICATIONS_H_
#define CIBLE_SERVER_SERVICES_CLASSIFICATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/lifecycle/classifier.h"
#include "segmentation/lifecycle/policy.h"
#include "segmentation/personas/portrait.h"
#include "server/storage/store.h"

namespace cible {

// Contacts that were classified, one a row, with what was read of them. All of it
// outlives the use.
struct ClassifiedRows {
  // `facts` are those that the contacts were classified by; lifecycles, which conditions
  // on actions read, are those of `classified`.
  ClassifiedRows(const Policy& policy, const Schema& schema, const ContactTable& table,
                 ContactFacts facts, const std::vector<Classified>& classified);

  const Policy& policy;
  const Schema& schema;  // That it was compiled with.
  const ContactTable& table;
  const ContactFacts facts;
  const std::vector<Classified>& classified;
  // What would tell whether they belong to the target, where that is unknown and there
  // is something better to ask than the policy does; empty, or one a row.
  std::vector<Question> fit_questions = {};

  // Whose money is a budget: of organisations, and of persons who belong to one.
  bool IsBuyer(int row) const;
};

// How much is to be told.
struct ToldDetails {
  Language language = Language::kEnglish;
  bool reasons = false;
  bool explanation = false;
};

// Everything but the contact's name. Reasons hold since the day of the answer, and have
// no words of people: AddRecords adds those of stored contacts.
void ClassificationToProto(const ClassifiedRows& rows, int row, const ToldDetails& details,
                           v1::Classification* message);

// Adds to the reasons of a stored contact since when they hold, as transitions were
// recorded, and what people said.
// Errors: those of the store.
absl::Status AddRecords(Snapshot& snapshot, const std::string& workspace, std::int64_t contact,
                        const Classified& classified, v1::Classification* message);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CLASSIFICATIONS_H_
