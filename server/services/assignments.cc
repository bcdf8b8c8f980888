// Assignment of contacts to segments: the methods of SegmentationService that
// services call all day.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/models/observation.h"
#include "server/privacy/left_out.h"
#include "server/rpc/status.h"
#include "server/services/portraits.h"
#include "server/services/segmentation_service.h"
#include "server/services/subject.h"

namespace cible {
namespace {

constexpr int kMaxRowErrors = 1000;
constexpr int kMaxContacts = 4'096;
// Rows encoded and assigned together: their cells stay in the processor's cache.
constexpr int kBlockRows = 1'024;
// Answered on a serving thread: a tenth of a millisecond or two.
constexpr std::uint32_t kFewRows = 256;

// Codes of SegmentDictionary and probabilities, one a row on the wire; rows that
// are refused stay as they are made, without a segment.
struct RowAnswers {
  RowAnswers(std::size_t row_count, int component_count)
      : segments(row_count, static_cast<std::uint32_t>(component_count)),
        probabilities(row_count, 0) {}

  void Put(std::size_t row, const Winner& winner) {
    if (winner.component < 0) return;
    segments[row] = static_cast<std::uint32_t>(winner.component);
    probabilities[row] = winner.probability;
  }

  std::vector<std::uint32_t> segments;
  std::vector<double> probabilities;
};

// Segment ids by code: the segments of the model, then "no segment".
std::vector<std::string> SegmentDictionary(const ActiveModel& active) {
  std::vector<std::string> ids;
  for (const storage::v1::StoredSegment& segment : active.stored.segments()) {
    ids.push_back(segment.id());
  }
  ids.emplace_back();
  return ids;
}

// In blocks, which threads that have nothing else to do share.
absl::Status AssignTable(const CallContext& call, const Basis& basis, const TableFromWire& contacts,
                         RowAnswers& answers) {
  const ContactTable& table = contacts.table;
  const int blocks = (table.row_count + kBlockRows - 1) / kBlockRows;
  call.ForEach(blocks, [&](int block) {
    if (call.cancelled()) return;
    const int begin = block * kBlockRows;
    const int end = std::min(table.row_count, begin + kBlockRows);
    const Samples samples = basis.model().encoder().Encode(table, basis.as_of, begin, end);
    std::vector<Winner> winners(static_cast<std::size_t>(samples.count()));
    Assigner(basis.model().rule()).AssignWinners(samples, absl::MakeSpan(winners));
    for (std::size_t i = 0; i < winners.size(); ++i) {
      const int row = contacts.source_rows[static_cast<std::size_t>(begin) + i];
      answers.Put(static_cast<std::size_t>(row), winners[i]);
    }
  });
  return call.cancelled() ? absl::CancelledError("the caller has gone") : absl::OkStatus();
}

// Contacts as messages, read one by one.
class ContactRows {
 public:
  ContactRows(const CallContext& call, Store& store, const Basis& basis)
      : call_(call),
        store_(store),
        basis_(basis),
        observation_(basis.model(), basis.as_of),
        assigner_(basis.model().rule()) {}

  absl::StatusOr<Winner> Assign(const v1::Contact& contact) {
    const absl::Status read = Observe(basis_, contact, &observation_);
    if (read.ok()) return assigner_.AssignWinner(observation_.sample());
    if (!absl::IsInvalidArgument(read)) return read;
    // It may still fit a schema that has grown since the training.
    const auto table = ReadInline(call_, store_, basis_, contact);
    if (!table.ok()) return table.status();
    const Samples samples = basis_.model().encoder().Encode(*table, basis_.as_of);
    return assigner_.AssignWinner(samples.row(0));
  }

 private:
  const CallContext& call_;
  Store& store_;
  const Basis& basis_;
  Observation observation_;
  Assigner assigner_;
};

absl::Status AssignContacts(const CallContext& call, Store& store, const Basis& basis,
                            const google::protobuf::RepeatedPtrField<v1::Contact>& contacts,
                            RowAnswers& answers, std::vector<RowError>& errors) {
  ContactRows rows(call, store, basis);
  for (int row = 0; row < contacts.size(); ++row) {
    const auto winner = rows.Assign(contacts[row]);
    if (winner.ok()) {
      answers.Put(static_cast<std::size_t>(row), *winner);
    } else if (absl::IsInvalidArgument(winner.status()) ||
               absl::IsFailedPrecondition(winner.status())) {
      errors.push_back({row, "", std::string(winner.status().message())});
    } else {
      return winner.status();
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSubjects(const v1::AssignSegmentsRequest& request) {
  if (request.contacts_size() > kMaxContacts) {
    return absl::InvalidArgumentError(absl::StrCat("the request has ", request.contacts_size(),
                                                   " contacts; send at most ", kMaxContacts,
                                                   " at a time, or a table"));
  }
  if (request.has_table() && !request.contacts().empty()) {
    return absl::InvalidArgumentError("send either a table or contacts");
  }
  return absl::OkStatus();
}

// Tables of a stream: the first names the segmentation, a table that cannot be
// read leaves the others alone.
class AssignmentSession
    : public StreamSessionOf<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse> {
 public:
  explicit AssignmentSession(SegmentationService& service) : service_(service) {}

  absl::Status HandleMessage(const CallContext& call, const v1::AssignSegmentsRequest& request,
                             v1::AssignSegmentsResponse* response) override {
    if (segmentation_.empty()) segmentation_ = request.segmentation();
    const absl::Status status = service_.AssignTo(call, segmentation_, request, response);
    if (status.ok() || call.cancelled()) return status;
    response->Clear();
    response->set_sequence(request.sequence());
    *response->mutable_error() = ToRpcStatus(status);
    return absl::OkStatus();
  }

 private:
  SegmentationService& service_;
  std::string segmentation_;
};

}  // namespace

absl::Status SegmentationService::AssignSegment(const CallContext& call,
                                                const v1::AssignSegmentRequest& request,
                                                v1::AssignSegmentResponse* response) {
  const auto basis = BasisOf(registry_, request.segmentation(), request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto below = WithheldBelow(call, store_, active.name.workspace);
  if (!below.ok()) return below.status();
  const auto posterior = PosteriorOf(call, request, *basis);
  if (!posterior.ok()) return posterior.status();
  // Of a contact of whom nothing is known the probabilities are the segments' shares.
  std::vector<std::uint8_t> withheld;
  if (posterior->winner < 0 && *below > 0) withheld = WithheldComponents(active, *below);
  for (const int component : MostProbableFirst(posterior->probabilities)) {
    v1::SegmentProbability* segment = response->add_probabilities();
    segment->set_segment(active.segment_id(component));
    const auto at = static_cast<std::size_t>(component);
    if (withheld.empty() || withheld[at] == 0) {
      segment->set_probability(posterior->probabilities[at]);
    }
  }
  if (posterior->winner >= 0) {
    response->set_segment(active.segment_id(posterior->winner));
    response->set_probability(response->probabilities(0).probability());
  }
  response->set_information(posterior->information);
  StateBasis(*basis, response);
  return absl::OkStatus();
}

absl::StatusOr<Posterior> SegmentationService::PosteriorOf(const CallContext& call,
                                                           const v1::AssignSegmentRequest& request,
                                                           const Basis& basis) {
  if (!request.has_name()) {
    Observation observation(basis.model(), basis.as_of);
    const absl::Status read = Observe(basis, request.contact(), &observation);
    if (read.ok()) return basis.model().Assign(observation.sample());
    if (!absl::IsInvalidArgument(read)) return read;
  }
  if (request.has_name()) {
    const auto stored = ReadStoredContact(call, observations_, basis, request.name());
    if (!stored.ok()) return stored.status();
    return basis.model().Assign(**stored, basis.as_of).front();
  }
  const auto contact = ReadInline(call, store_, basis, request.contact());
  if (!contact.ok()) return contact.status();
  return basis.model().Assign(*contact, basis.as_of).front();
}

absl::Status SegmentationService::AssignSegments(const CallContext& call,
                                                 const v1::AssignSegmentsRequest& request,
                                                 v1::AssignSegmentsResponse* response) {
  // Few bytes may still be many contacts, of whom nothing is known.
  const bool are_few = request.table().row_count() <= kFewRows &&
                       static_cast<std::uint32_t>(request.contacts_size()) <= kFewRows;
  if (!call.may_block && !are_few) return NotHere();
  return AssignTo(call, request.segmentation(), request, response);
}

absl::Status SegmentationService::AssignTo(const CallContext& call, const std::string& segmentation,
                                           const v1::AssignSegmentsRequest& request,
                                           v1::AssignSegmentsResponse* response) {
  if (absl::Status status = CheckSubjects(request); !status.ok()) return status;
  const auto basis = BasisOf(registry_, segmentation, request, call.time);
  if (!basis.ok()) return basis.status();
  std::vector<RowError> errors;
  absl::Status status;
  std::optional<RowAnswers> answers;
  if (request.contacts().empty()) {
    auto contacts = ReadInline(call, store_, *basis, request.table());
    if (!contacts.ok()) return contacts.status();
    answers.emplace(contacts->row_count, basis->model().component_count());
    status = AssignTable(call, *basis, *contacts, *answers);
    errors = std::move(contacts->errors);
  } else {
    answers.emplace(request.contacts_size(), basis->model().component_count());
    status = AssignContacts(call, store_, *basis, request.contacts(), *answers, errors);
  }
  if (!status.ok()) return status;
  CodesToProto({std::move(answers->segments), SegmentDictionary(*basis->active)},
               response->mutable_segments());
  response->mutable_probabilities()->Add(answers->probabilities.begin(),
                                         answers->probabilities.end());
  RowErrorsToProto(errors, kMaxRowErrors, response->mutable_errors());
  StateBasis(*basis, response);
  response->set_sequence(request.sequence());
  return absl::OkStatus();
}

std::unique_ptr<StreamSession> SegmentationService::StreamAssignments() {
  return std::make_unique<AssignmentSession>(*this);
}

}  // namespace cible
