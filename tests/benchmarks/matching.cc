// What one match costs in the library: a model of 6 components on 6 numbers and 6
// columns of levels, leads of which a third is unknown. Bars: 5 us, with reasons
// 15 us, with questions 300 us. No argument; ends with 1 when one is missed.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/random.h"
#include "segmentation/models/training.h"
#include "segmentation/personas/questions.h"

namespace cible {
namespace {

constexpr int kContacts = 6'000;
constexpr int kSegments = 6;
constexpr int kColumns = 6;  // Of either kind.
constexpr int kLeads = 1'000;
constexpr int kRuns = 9;
constexpr Date kToday{20'000};

std::uint64_t Draw(int row, int column) { return Key(1, row, column); }

ContactTable Contacts(const Schema& schema, int begin, int end, double unknown) {
  ContactTable table{.row_count = end - begin};
  for (const Attribute& attribute : schema.attributes()) {
    Column column = MakeColumn(attribute.id, attribute.type);
    const int c = static_cast<int>(table.columns.size());
    for (int row = begin; row < end; ++row) {
      const int segment = row % kSegments;
      if (Uniform(Key(2, row, c)) < unknown) {
        Append(column, std::nullopt);
      } else if (attribute.type == AttributeType::kNumeric) {
        Append(column, 10. * ((segment + c) % 4) + 4 * Normal(Draw(row, c)));
      } else {
        const std::uint64_t draw = Draw(row, c);
        Append(column, absl::StrCat("level ", draw % 2 == 0 ? (segment + c) % 5 : draw / 2 % 5));
      }
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

// Median microseconds a lead.
template <typename MatchOne>
double Microseconds(int leads, const MatchOne& match) {
  std::vector<double> times;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    for (int lead = 0; lead < leads; ++lead) match(lead);
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    times.push_back(taken.count() / leads);
  }
  std::sort(times.begin(), times.end());
  return times[kRuns / 2];
}

int Report(const char* what, double microseconds, double bar) {
  std::printf("%s: %.2f us (bar %.0f)\n", what, microseconds, bar);
  return microseconds <= bar ? 0 : 1;
}

int Run() {
  Schema schema;
  for (int c = 0; c < 2 * kColumns; ++c) {
    const bool is_number = c < kColumns;
    const absl::Status added =
        schema.Add({.id = absl::StrCat(is_number ? "number" : "level", c),
                    .type = is_number ? AttributeType::kNumeric : AttributeType::kCategorical,
                    .askable = true});
    if (!added.ok()) throw std::runtime_error(added.ToString());
  }
  WorkerPool pool;
  const auto trained = TrainModel(
      Contacts(schema, 0, kContacts, 0), schema,
      {.min_segments = kSegments, .max_segments = kSegments, .stability_pairs = 0, .as_of = kToday},
      pool, nullptr, {});
  if (!trained.ok()) throw std::runtime_error(trained.status().ToString());
  const SegmentationModel& model = *trained->model;
  const ContactTable leads = Contacts(schema, kContacts, kContacts + kLeads, 1. / 3);
  const Samples samples = model.encoder().Encode(leads, kToday);
  Assigner assigner(model.rule());
  double checksum = 0;  // So that nothing is left out.
  const double match = Microseconds(
      kLeads, [&](int lead) { checksum += assigner.Assign(samples.row(lead)).information; });
  const double reasons = Microseconds(kLeads, [&](int lead) {
    const Posterior posterior = assigner.Assign(samples.row(lead));
    checksum += assigner.Explain(samples.row(lead), posterior).back().contribution;
    checksum += model.Typical(samples, lead, posterior).probability;
  });
  const double questions = Microseconds(kLeads, [&](int lead) {
    const Posterior posterior = assigner.Assign(samples.row(lead));
    checksum += static_cast<double>(
        SuggestQuestions(model, assigner, samples.row(lead), posterior, 5).size());
  });
  int missed = Report("one match", match, 5);
  missed += Report("with reasons and typicality", reasons, 15);
  missed += Report("with five questions", questions, 300);
  if (!(checksum > 0)) throw std::runtime_error("nothing was matched");
  return missed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cible

int main() {
  try {
    return cible::Run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
