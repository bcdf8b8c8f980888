// Matches a lead of whom the age and the occupation are known: the example of
// the README.

#include <iostream>

#include "cible/v1/persona_service.pb.h"
#include "clients/cpp/client.h"

int main(int argc, char** argv) {
  const auto client = cible::Client::Connect(argc > 1 ? argv[1] : "127.0.0.1:50151");
  if (!client.ok()) return std::cerr << client.status().message() << "\n", 1;
  cible::v1::MatchLeadRequest request;
  request.set_segmentation("workspaces/default/segmentations/default");
  cible::v1::AttributeValue* age = request.mutable_lead()->add_attributes();
  age->set_attribute("age");
  age->set_number(68);
  cible::v1::AttributeValue* occupation = request.mutable_lead()->add_attributes();
  occupation->set_attribute("occupation");
  occupation->set_text("retired");
  const auto match = (*client)->MatchLead(request);
  if (!match.ok()) return std::cerr << match.status().message() << "\n", 1;
  for (const cible::v1::PersonaProbability& persona : match->personas()) {
    std::cout << persona.probability() << "  " << persona.display_name() << "\n";
  }
}
