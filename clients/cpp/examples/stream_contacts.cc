// Pushes many contacts through one stream, table by table.
//
//   stream_contacts_example [ADDRESS [TABLES]]

#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cpp/assigned_rows.h"
#include "clients/cpp/assignment_stream.h"
#include "clients/cpp/client.h"
#include "clients/cpp/contact_table_builder.h"

namespace {

constexpr int kRows = 4'096;

// Fills the builder with contacts of whom the age is known.
absl::Status AddContacts(cible::ContactTableBuilder& builder) {
  for (int row = 0; row < kRows; ++row) {
    cible::v1::Contact contact;
    cible::v1::AttributeValue* age = contact.add_attributes();
    age->set_attribute("age");
    age->set_number(18 + row % 70);
    if (absl::Status status = builder.Add(contact); !status.ok()) return status;
  }
  return absl::OkStatus();
}

int Complain(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto client = cible::Client::Connect(argc > 1 ? argv[1] : "127.0.0.1:50151");
  if (!client.ok()) return Complain(client.status());
  cible::v1::GetSchemaRequest request;
  request.set_name("workspaces/default/schema");
  const auto schema = (*client)->GetSchema(request);
  if (!schema.ok()) return Complain(schema.status());

  std::map<std::string, int> counts;  // Touched by the stream alone until it ends.
  cible::AssignmentStream stream(
      **client, "workspaces/default/segmentations/default",
      [&](std::int64_t table, const absl::StatusOr<cible::v1::AssignSegmentsResponse>& answer) {
        const auto rows = answer.ok() ? cible::AssignedRows(*answer) : answer.status();
        if (!rows.ok()) {
          std::cerr << "table " << table << ": " << rows.status().message() << "\n";
          return;
        }
        for (const cible::AssignedRow& row : *rows) ++counts[row.ok() ? row->segment : "refused"];
      });
  const int tables = argc > 2 ? std::stoi(argv[2]) : 25;
  cible::ContactTableBuilder builder(*schema);
  for (int table = 0; table < tables; ++table) {
    if (const absl::Status added = AddContacts(builder); !added.ok()) return Complain(added);
    if (!stream.Write(builder.Build())) break;
  }
  if (const absl::Status status = stream.Finish(); !status.ok()) return Complain(status);
  for (const auto& [segment, count] : counts) std::cout << count << "  " << segment << "\n";
}
