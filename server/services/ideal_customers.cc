// PersonaService: the ideal customer, and the negative profile.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/personas/anonymity.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/ideal_customer.h"
#include "segmentation/personas/ideal_customer_text.h"
#include "server/services/clientele.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/services/request_id.h"
#include "server/services/told_figures.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using storage::v1::StoredIdealCustomer;
using Statements = google::protobuf::RepeatedPtrField<v1::ProfileStatement>;

IdealProfile ProfileOf(const Clientele& clientele) {
  const Audience& audience = clientele.audience;
  return ProfileIdealCustomers(audience.table, audience.schema, audience.stages,
                               clientele.definition);
}

// --- As messages -----------------------------------------------------------

// What the condition is, as it is kept: days since 1970-01-01.
v1::ProfileStatement ConditionToProto(const RuleCondition& condition) {
  v1::ProfileStatement message;
  message.set_attribute(condition.attribute);
  if (condition.low) message.set_low(*condition.low);
  if (condition.high) message.set_high(*condition.high);
  if (!condition.levels.empty()) message.set_level(condition.levels.front());
  return message;
}

// Days from `low` up to below `high`, as days before `as_of`.
void TurnDates(Date as_of, v1::ProfileStatement& message) {
  const v1::ProfileStatement days = message;
  message.clear_low();
  message.clear_high();
  if (days.has_high()) message.set_low(as_of.days - days.high() + 1);
  if (days.has_low()) message.set_high(as_of.days - days.low() + 1);
}

void StatementsToProto(const std::vector<ProfileStatement>& statements, const Clientele& clientele,
                       Language language, Statements* messages) {
  const Schema& schema = clientele.audience.schema;
  for (const ProfileStatement& statement : statements) {
    v1::ProfileStatement message = ConditionToProto(statement.condition);
    const AttributeType type = schema.Find(statement.condition.attribute)->type;
    if (type == AttributeType::kDate || type == AttributeType::kTimestamp) {
      TurnDates(clientele.as_of, message);
    }
    message.set_share(statement.share);
    message.set_other_share(statement.other_share);
    message.set_lift(statement.lift.ratio);
    message.set_lift_low(statement.lift.interval.low);
    message.set_lift_high(statement.lift.interval.high);
    message.set_description(DescribeStatement(statement, schema, language));
    *messages->Add() = std::move(message);
  }
}

void SharesToProto(const ShareMeans& means, std::string description, v1::ShareComparison* message) {
  message->set_attribute(means.attribute);
  message->set_ideal(means.best);
  message->set_other(means.others);
  message->set_description(std::move(description));
}

void BestToProto(const IdealProfile& profile, const Clientele& clientele, Language language,
                 v1::IdealCustomerProfile* message) {
  if (!profile.best) return;
  message->set_ideal_count(profile.best->count);
  message->set_value_threshold(profile.best->threshold);
  message->set_ideal_value(profile.best->value);
  message->set_other_value(profile.best->other_value);
  if (profile.value_share) message->set_value_share(*profile.value_share);
  StatementsToProto(profile.best->statements, clientele, language, message->mutable_statements());
}

void ProfileToProto(const IdealProfile& profile, const Clientele& clientele, Language language,
                    v1::IdealCustomerProfile* message) {
  const Schema& schema = clientele.audience.schema;
  message->set_basis(BasisToProto(profile.basis));
  message->set_summary(DescribeIdealCustomer(profile, schema, language));
  message->set_value_definition(DescribeDefinition(clientele.definition, schema, language));
  message->set_customer_count(profile.customer_count);
  message->set_unknown_value_count(profile.unknown_value_count);
  BestToProto(profile, clientele, language, message);
  if (profile.worst) {
    StatementsToProto(profile.worst->statements, clientele, language,
                      message->mutable_negative_statements());
  }
  if (profile.full_price) {
    SharesToProto(*profile.full_price, DescribeFullPrice(*profile.full_price, language),
                  message->mutable_full_price());
  }
  if (profile.large_orders) {
    SharesToProto(*profile.large_orders, DescribeLargeOrders(*profile.large_orders, language),
                  message->mutable_large_orders());
  }
  DateToProto(clientele.as_of, message->mutable_as_of());
}

// --- The negative profile, confirmed ---------------------------------------

ResourceKey KeyOf(const ResourceName& segmentation) {
  return IdealCustomerKey(segmentation.workspace, segmentation.segmentation);
}

Statements NegativeConditions(const IdealProfile& profile) {
  Statements conditions;
  if (!profile.worst) return conditions;
  for (const ProfileStatement& statement : profile.worst->statements) {
    *conditions.Add() = ConditionToProto(statement.condition);
  }
  return conditions;
}

// Of the conditions, in whatever order.
std::string EtagOf(const Statements& statements) {
  std::vector<std::string> texts;
  for (const v1::ProfileStatement& each : statements) texts.push_back(each.SerializeAsString());
  std::sort(texts.begin(), texts.end());
  const std::string digest = RequestDigest("", absl::StrJoin(texts, ";"));
  return std::string(absl::StripLeadingAsciiWhitespace(digest));
}

absl::Status ConfirmationToProto(Store& store, const Clientele& clientele,
                                 const IdealProfile& profile, v1::IdealCustomerProfile* message) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadStored<StoredIdealCustomer>(**snapshot, KeyOf(clientele.segmentation),
                                                      "ideal customer profile");
  if (absl::IsNotFound(stored.status())) return absl::OkStatus();
  if (!stored.ok()) return stored.status();
  *message->mutable_negative_confirmed_by() = stored->message.negative_confirmed_by();
  message->set_negative_changed(EtagOf(stored->message.negative_statements()) !=
                                EtagOf(NegativeConditions(profile)));
  return absl::OkStatus();
}

absl::Status Answer(Store& store, const CallContext& call, const Clientele& clientele,
                    const IdealProfile& profile, Language language,
                    v1::IdealCustomerProfile* response) {
  const auto below = WithheldBelow(call, store, clientele.segmentation.workspace);
  if (!below.ok()) return below.status();
  TimestampToProto(call.time, response->mutable_count_time());
  response->set_withheld(*below > 0);
  const std::optional<IdealProfile> tellable = TellableOf(profile, *below);
  if (!tellable) {
    response->set_basis(BasisToProto(profile.basis));
    response->set_summary(WithheldText(*below, language));
    return absl::OkStatus();
  }
  ProfileToProto(*tellable, clientele, language, response);
  response->set_etag(EtagOf(NegativeConditions(profile)));
  return ConfirmationToProto(store, clientele, profile, response);
}

absl::StatusOr<Operation> Confirmation(const CallContext& call, const Clientele& clientele,
                                       const IdealProfile& profile) {
  StoredIdealCustomer stored;
  *stored.mutable_negative_statements() = NegativeConditions(profile);
  if (profile.basis == ProfileBasis::kTooFew) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is no negative profile to confirm: the value of ", profile.customer_count,
        " customers is known, and a profile takes ", kFewestForProfile));
  }
  if (stored.negative_statements().empty()) {
    return absl::FailedPreconditionError(
        "there is no negative profile to confirm: nothing that is known sets the customers who "
        "are worth least apart");
  }
  stored.mutable_negative_confirmed_by()->set_author(call.principal);
  TimestampToProto(call.time, stored.mutable_negative_confirmed_by()->mutable_time());
  return PutResource{KeyOf(clientele.segmentation), stored.SerializeAsString(), std::nullopt};
}

// What was never confirmed needs no taking back.
absl::Status Write(Store& store, const CallContext& call, Operation operation) {
  const absl::Status status =
      store
          .Commit({.operations = {std::move(operation)},
                   .time = call.time,
                   .request = {},
                   .author = Author{call.principal, "ConfirmNegativeProfile"}})
          .status();
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace

absl::Status PersonaService::GetIdealCustomerProfile(
    const CallContext& call, const v1::GetIdealCustomerProfileRequest& request,
    v1::IdealCustomerProfile* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto clientele = ReadClientele(store_, call, request.segmentation(), false);
  if (!clientele.ok()) return clientele.status();
  return Answer(store_, call, *clientele, ProfileOf(*clientele), *language, response);
}

absl::Status PersonaService::ConfirmNegativeProfile(
    const CallContext& call, const v1::ConfirmNegativeProfileRequest& request,
    v1::IdealCustomerProfile* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  if (!call.may_read_contacts) {
    return absl::PermissionDeniedError(
        "a negative profile is confirmed by somebody who knows whom it is about, and you may not "
        "read contacts; ask for the right to, or somebody who has it to confirm");
  }
  const auto clientele = ReadClientele(store_, call, request.segmentation(), false);
  if (!clientele.ok()) return clientele.status();
  const IdealProfile profile = ProfileOf(*clientele);
  if (!request.etag().empty() && request.etag() != EtagOf(NegativeConditions(profile))) {
    return absl::AbortedError(
        "the negative profile has come to say something else since this etag; read it again, and "
        "confirm that");
  }
  absl::StatusOr<Operation> operation =
      DeleteResource{KeyOf(clientele->segmentation), std::nullopt};
  if (!request.withdraw()) operation = Confirmation(call, *clientele, profile);
  if (!operation.ok()) return operation.status();
  const absl::Status written = Write(store_, call, *std::move(operation));
  if (!written.ok()) return written;
  return Answer(store_, call, *clientele, profile, *language, response);
}

}  // namespace cible
