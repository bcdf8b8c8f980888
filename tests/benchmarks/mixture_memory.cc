// Memory of a mixture fit on 1,000,000 contacts of 7 numbers and 9 levels: its
// peak, samples included, in parts of the packed table (4 bytes a number, 1 a
// code, a bit of validity a cell). The bar is 1.5. No argument; ends with 1 when
// it is missed.

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/mixture.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kRows = 1'000'000;
constexpr int kNumbers = 7;
constexpr int kCodes = 9;
constexpr int kLevels = 6;
constexpr int kSegments = 4;

std::uint64_t Draw(int row, int column) {
  return Key(1, static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(column));
}

// About normal, around the mean of the row's segment.
double NumberOf(int row, int column) {
  double sum = (row % kSegments + column) % kSegments;
  for (int part = 0; part < 4; ++part) sum += Uniform(Key(Draw(row, column), part)) - 0.5;
  return sum;
}

int LevelOf(int row, int column) {
  const auto likely = static_cast<std::uint64_t>((row % kSegments + column) % kLevels);
  const std::uint64_t draw = Draw(row, kNumbers + column);
  return static_cast<int>(draw % 2 == 0 ? likely : draw / 2 % kLevels);
}

Encoder FitEncoder() {
  Schema schema;
  ContactTable table{.row_count = 10'000};
  for (int column = 0; column < kNumbers + kCodes; ++column) {
    const bool is_number = column < kNumbers;
    const auto type = is_number ? AttributeType::kNumeric : AttributeType::kCategorical;
    Column values = MakeColumn(absl::StrCat("a", column), type);
    for (int row = 0; row < table.row_count; ++row) {
      if (is_number) {
        Append(values, NumberOf(row, column));
      } else {
        Append(values, absl::StrCat("level ", LevelOf(row, column - kNumbers)));
      }
    }
    table.columns.push_back(std::move(values));
    schema
        .Add({.id = absl::StrCat("a", column),
              .type = type,
              .distribution = is_number ? Distribution::kGaussian : Distribution::kAuto})
        .IgnoreError();
  }
  const std::vector<double> weights(table.row_count, 1);
  return *Encoder::Fit(table, weights, schema, {.encoding = Encoding::kMixture});
}

Samples MakeSamples(int rows, const Encoder& encoder) {
  Samples samples{.codes = ByteMatrix(rows, encoder.code_count(), 1),
                  .numbers = FloatMatrix(rows, encoder.number_count()),
                  .weights = std::vector<double>(rows, 1)};
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < kNumbers; ++i) {
      samples.numbers(row, i) = static_cast<float>(NumberOf(row, i) - 1.5);
    }
    for (int i = 0; i < kCodes; ++i) {
      samples.codes(row, kNumbers + i) = static_cast<std::uint8_t>(1 + LevelOf(row, i));
    }
  }
  return samples;
}

// Bytes resident now.
double Resident() {
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * 4096;
}

double PeakResident() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

int Run() {
  const Encoder encoder = FitEncoder();
  if (encoder.number_count() != kNumbers || encoder.code_count() != kNumbers + kCodes) {
    std::puts("the encoder has other columns than expected");
    return 2;
  }
  WorkerPool pool(2);
  const auto fit = [&](int rows) {
    return FitMixture(
        MakeSamples(rows, encoder), {}, encoder,
        {.component_count = kSegments, .start_count = 2, .tolerance = 1e-6, .seed = 1}, pool);
  };
  // The program itself is not what is measured: a small fit has brought it in.
  bool fitted = fit(20'000).ok();
  const double before = Resident();
  fitted = fitted && fit(kRows).ok();
  if (!fitted) {
    std::puts("the fit failed");
    return 2;
  }
  const double packed = kRows * (4.0 * kNumbers + kCodes + (kNumbers + kCodes) / 8.0);
  const double share = (PeakResident() - before) / packed;
  std::printf("memory of a mixture, %d contacts: %.3f x the packed table, bar 1.5: %s\n", kRows,
              share, share <= 1.5 ? "reached" : "MISSED");
  return share <= 1.5 ? 0 : 1;
}

}  // namespace
}  // namespace cible

int main() { return cible::Run(); }
