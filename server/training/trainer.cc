#include "server/training/trainer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/solution_notices.h"
#include "segmentation/models/alignment.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/profile.h"
#include "segmentation/personas/rule_text.h"
#include "server/registry/model_artifact.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/training/authored_shares.h"
#include "server/training/segment_figures.h"
#include "server/training/training_contacts.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

using storage::v1::StoredSegmentation;

constexpr int kEnoughCustomers = 200;
// Shares of the progress bar.
constexpr double kReadShare = 0.05;
constexpr double kFitShare = 0.90;

// DESIGN §5, "Leads are not customers". Gives the table that was, when it left contacts out: the
// outcome is learnt from those who became customers and those who did not.
std::optional<ContactTable> KeepCustomersIfEnough(TrainingContacts& contacts,
                                                  std::vector<std::string>& notices) {
  std::vector<int> customers;
  for (int row = 0; row < contacts.table.row_count; ++row) {
    if (contacts.stages[static_cast<std::size_t>(row)] == Stage::kCustomer)
      customers.push_back(row);
  }
  if (static_cast<int>(customers.size()) < kEnoughCustomers ||
      static_cast<int>(customers.size()) == contacts.table.row_count) {
    return std::nullopt;
  }
  notices.push_back(absl::StrCat("trained on the ", customers.size(), " customers among ",
                                 contacts.table.row_count,
                                 " contacts; give a filter to train on others"));
  ContactTable kept = SelectRows(contacts.table, customers);
  return std::exchange(contacts.table, std::move(kept));
}

constexpr int kMostLeads = 50'000;

// The leads and prospects; of very many, some taken evenly.
ContactTable LeadsAmong(const TrainingContacts& contacts) {
  std::vector<int> leads;
  for (int row = 0; row < contacts.table.row_count; ++row) {
    const Stage stage = contacts.stages[static_cast<std::size_t>(row)];
    if (stage == Stage::kLead || stage == Stage::kProspect) leads.push_back(row);
  }
  const std::size_t stride = (leads.size() + kMostLeads - 1) / kMostLeads;
  std::vector<int> taken;
  for (std::size_t i = 0; i < leads.size(); i += stride) taken.push_back(leads[i]);
  return SelectRows(contacts.table, taken);
}

// The segment id of each component: that of the segment it continues, or a new
// one, counted on from `next_segment`.
std::vector<std::string> SegmentIds(const ModelRegistry& registry, const TrainingPlan& plan,
                                    const ContactTable& table, const TrainingResult& result,
                                    std::int64_t& next_segment) {
  const int count = result.model->component_count();
  std::vector<int> continued(static_cast<std::size_t>(count), -1);
  const auto active = registry.Active(plan.run.workspace, plan.run.segmentation);
  if (active.ok()) {
    std::vector<int> old_labels;
    for (const Posterior& posterior : (*active)->model->Assign(table, plan.options.as_of)) {
      old_labels.push_back(posterior.winner);
    }
    continued =
        AlignComponents(result.labels, count, old_labels, (*active)->model->component_count());
  }
  std::vector<std::string> ids;
  for (const int old : continued) {
    ids.push_back(old >= 0 ? (*active)->segment_id(old) : absl::StrCat("s", next_segment++));
  }
  return ids;
}

void AddPortraits(const SegmentationModel& model, const std::vector<SegmentProfile>& profiles,
                  Language language, const std::string& code, storage::v1::StoredModel& stored) {
  const std::vector<Portrait> portraits = DescribeSegments(model, profiles, language);
  for (std::size_t i = 0; i < portraits.size(); ++i) {
    auto* portrait = stored.mutable_segments(static_cast<int>(i))->add_portraits();
    portrait->set_language_code(code);
    portrait->set_display_name(portraits[i].name);
    portrait->set_summary(portraits[i].summary);
  }
}

storage::v1::StoredModel DescribeModel(const TrainingResult& result, const TrainingPlan& plan,
                                       const std::vector<std::string>& segment_ids) {
  storage::v1::StoredModel stored;
  v1::Model& model = *stored.mutable_model();
  model.set_engine(plan.options.engine == EngineKind::kKMeans ? v1::ENGINE_KMEANS
                                                              : v1::ENGINE_MIXTURE);
  model.set_segment_count(result.model->component_count());
  model.set_contact_count(static_cast<std::int64_t>(result.labels.size()));
  DateToProto(plan.options.as_of, model.mutable_as_of());
  model.set_seed(plan.options.seed);
  model.set_training_run(plan.run.ToString());
  const std::vector<SegmentProfile> profiles = ProfileSegments(*result.model);
  for (std::size_t i = 0; i < segment_ids.size(); ++i) {
    model.add_segments(segment_ids[i]);
    storage::v1::StoredSegment& segment = *stored.add_segments();
    segment.set_id(segment_ids[i]);
    segment.set_contact_count(
        std::count(result.labels.begin(), result.labels.end(), static_cast<int>(i)));
  }
  AddPortraits(*result.model, profiles, Language::kEnglish, "en", stored);
  AddPortraits(*result.model, profiles, Language::kFrench, "fr", stored);
  return stored;
}

// Numbers the segments and the model, and writes all of it in one commit.
absl::StatusOr<TrainedModel> StoreModel(Store& store, const ModelRegistry& registry,
                                        const TrainingPlan& plan, const ContactTable& table,
                                        const TrainingResult& result, const SegmentFigures& figures,
                                        Timestamp time) {
  const std::string artifact = WriteModelArtifact(*result.model);
  const auto& [kind, workspace, segmentation, run] = plan.run;
  TrainedModel trained;
  const absl::Status status = ChangeStored<StoredSegmentation>(
      store, SegmentationKey(workspace, segmentation), "segmentation", time,
      [&](Stored<StoredSegmentation>& stored, std::vector<Operation>& writes) {
        std::int64_t next_segment = stored.message.next_segment();
        const std::vector<std::string> ids =
            SegmentIds(registry, plan, table, result, next_segment);
        const std::string id = absl::StrCat("m", stored.message.next_model());
        trained.is_first = stored.message.active_model().empty();
        trained.model = NameWithin(plan.run, ResourceKind::kModel, id);
        stored.message.set_next_model(stored.message.next_model() + 1);
        stored.message.set_next_segment(next_segment);
        writes.push_back(PutResource{ArtifactKey(workspace, segmentation, id), artifact, 0});
        storage::v1::StoredModel model = DescribeModel(result, plan, ids);
        FiguresToStored(figures, model);
        writes.push_back(
            PutResource{ModelKey(workspace, segmentation, id), model.SerializeAsString(), 0});
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return trained;
}

}  // namespace

absl::StatusOr<TrainedModel> Train(Store& store, ModelRegistry& registry, const TrainingPlan& plan,
                                   Timestamp time, WorkerPool& pool, const ProgressFn& progress,
                                   std::stop_token stop) {
  progress(0, "reading contacts");
  auto contacts = ReadTrainingContacts(store, plan, stop);
  if (!contacts.ok()) return contacts.status();
  std::vector<std::string> notices;
  // The leads that matches start from, and the shares that authored personas weigh
  // by, are of all contacts, whichever the model is trained on.
  std::optional<TrainingContacts> unfiltered;
  if (!plan.filter.empty()) {
    TrainingPlan all = plan;
    all.filter.clear();
    auto read = ReadTrainingContacts(store, all, stop);
    if (!read.ok()) return read.status();
    unfiltered = *std::move(read);
  }
  const ContactTable leads = LeadsAmong(unfiltered ? *unfiltered : *contacts);
  std::optional<ContactTable> everyone;
  if (plan.filter.empty()) everyone = KeepCustomersIfEnough(*contacts, notices);
  TrainingOptions options = plan.options;
  if (everyone) options.outcome_table = &*everyone;
  options.leads = &leads;
  options.rule_vocabulary = MayBeSaidInRule;
  const auto fit_progress = [&](double fraction, const std::string& step) {
    progress(kReadShare + kFitShare * fraction, step);
  };
  auto result = TrainModel(contacts->table, contacts->schema, options, pool, fit_progress, stop);
  if (!result.ok()) return result.status();
  progress(kReadShare + kFitShare, "storing the model");
  const SegmentFigures figures = MeasureSegments(
      *result, contacts->table, everyone ? *everyone : contacts->table, contacts->stages, pool);
  auto trained = StoreModel(store, registry, plan, contacts->table, *result, figures, time);
  if (!trained.ok()) return trained.status();
  const absl::Status counted = CountAuthoredShares(
      store, registry, plan.run,
      unfiltered ? unfiltered->table : (everyone ? *everyone : contacts->table), time);
  if (!counted.ok()) return counted;
  trained->contact_count = contacts->table.row_count;
  trained->choice = std::move(result->choice);
  trained->choice.clusterings.clear();
  for (const SetAside& aside : result->model->encoder().set_aside()) {
    notices.push_back(absl::StrCat(aside.attribute, ": left out, ", aside.reason));
  }
  for (std::string& notice : ChoiceNotices(trained->choice, result->model->encoder())) {
    notices.push_back(std::move(notice));
  }
  if (const auto& outcome = result->model->parts().outcome) {
    for (std::string& notice : OutcomeNotices(*outcome)) notices.push_back(std::move(notice));
  }
  trained->notices = std::move(notices);
  return trained;
}

}  // namespace cible
