#include "segmentation/clustering/term_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <variant>

#include "segmentation/clustering/block_row.h"
#include "segmentation/clustering/lanes.h"

namespace cible {
namespace {

// Rows that are summed up side by side.
constexpr int kTogether = 4;

const double kHalfLogTwoPi = 0.5 * std::log(2 * std::numbers::pi);

}  // namespace

TermTable::TermTable(const Components& components, const Encoder& encoder)
    : count_(ComponentCount(components)),
      level_rows_(LevelRows(encoder)),
      // Padded: the sums stay in registers while the attributes go by.
      levels_(level_rows_.back(), (count_ + kLanes - 1) / kLanes * kLanes),
      scale_(encoder.number_count(), levels_.cols()),
      center_(encoder.number_count(), levels_.cols()),
      owners_(encoder) {
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    attributes_.push_back({.code = attribute.code,
                           .code_count = attribute.code_count,
                           .number = attribute.number,
                           .number_count = attribute.number_count});
  }
  std::visit([&](const auto& engine) { Add(engine, encoder); }, components);
  AddNumberSteps();
}

void TermTable::Add(const KMeansComponents& components, const Encoder& encoder) {
  const double factor = 0.5 / components.variance;
  std::vector<std::uint8_t> codes(encoder.code_count());
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    for (int n = 0; n < attribute.number_count; ++n) {
      attributes_[v].form = NumberForm::kQuadratic;
      for (int k = 0; k < count_; ++k) {
        scale_(attribute.number + n, k) = factor;
        center_(attribute.number + n, k) = components.centroids(k, attribute.begin + n);
      }
    }
    if (attribute.number_count > 0) continue;
    for (int c = 0; c < attribute.code_count; ++c) {
      // Each tag has a feature of its own; a level says something of all.
      const bool is_set = attribute.type == AttributeType::kSet;
      const int begin = is_set ? c : 0, end = is_set ? c + 1 : attribute.count;
      std::uint8_t& code = codes[attribute.code + c];
      for (code = 1; code < attribute.CodeRange(); ++code) {
        const auto sums = levels_.row(level_rows_[attribute.code + c] + code);
        for (int f = begin; f < end; ++f) {
          const double feature = encoder.Feature(attribute, f, {.codes = codes, .numbers = {}});
          for (int k = 0; k < count_; ++k) {
            const double gap = feature - components.centroids(k, attribute.begin + f);
            sums[k] -= factor * gap * gap;
          }
        }
      }
      code = 0;
    }
  }
}

void TermTable::Add(const MixtureComponents& components, const Encoder& encoder) {
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    const int first = level_rows_[attribute.code];
    for (int row = first; row < level_rows_[attribute.code + attribute.code_count]; ++row) {
      for (int k = 0; k < count_; ++k) {
        levels_(row, k) = attribute.omega * components.log_levels(row, k);
      }
    }
    if (attribute.number_count == 3) {
      attributes_[v].form = NumberForm::kLinear;
      AddPlace(components, attribute);
    } else if (attribute.number_count == 1) {
      attributes_[v].form =
          attribute.scale == NumberScale::kCount ? NumberForm::kLinear : NumberForm::kQuadratic;
    }
  }
  for (const NumberBlock& block : components.blocks) AddBlock(components, encoder, block);
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    if (attribute.number_count == 1 && attributes_[v].form != NumberForm::kJoint) {
      AddNumber(components, attribute);
    }
  }
}

// omega (ln C + kappa (m.u - 1)), linear in the number columns, of which
// u = x / factor + shift.
void TermTable::AddPlace(const MixtureComponents& components, const AttributeEncoding& attribute) {
  for (int k = 0; k < count_; ++k) {
    const double kappa = components.spreads(attribute.number, k);
    // kappa / (4 pi sinh kappa) without overflow.
    double constant = std::log(kappa / (2 * std::numbers::pi * -std::expm1(-2 * kappa))) - kappa;
    for (int c = 0; c < 3; ++c) {
      const double slope = kappa * components.means(attribute.number + c, k);
      scale_(attribute.number + c, k) = attribute.omega * slope / attribute.factor[c];
      constant += slope * attribute.shift[c];
    }
    levels_(level_rows_[attribute.code] + 1, k) += attribute.omega * constant;
  }
}

void TermTable::AddNumber(const MixtureComponents& components, const AttributeEncoding& attribute) {
  const int number = attribute.number;
  for (int k = 0; k < count_; ++k) {
    double& constant = levels_(level_rows_[attribute.code] + 1, k);
    const double mean = components.means(number, k);
    if (attribute.scale == NumberScale::kCount) {
      // x ln rate - rate; ln x! is the same in every component.
      const double rate = std::max(mean, std::numeric_limits<double>::min());
      scale_(number, k) = attribute.omega * std::log(rate);
      constant -= attribute.omega * rate;
    } else {
      const double variance = components.spreads(number, k);
      scale_(number, k) = attribute.omega * 0.5 / variance;
      center_(number, k) = mean;
      constant -= attribute.omega * (kHalfLogTwoPi + 0.5 * std::log(variance));
    }
  }
}

void TermTable::AddBlock(const MixtureComponents& components, const Encoder& encoder,
                         const NumberBlock& block) {
  double omega = 0;
  for (const int number : block.numbers) {
    omega += encoder.attributes()[owners_.attribute[number]].omega;
  }
  omega /= static_cast<double>(block.numbers.size());
  for (const int number : block.numbers) {
    attributes_[owners_.attribute[number]].form = NumberForm::kJoint;
    for (int k = 0; k < count_; ++k) {
      scale_(number, k) = std::sqrt(components.spreads(number, k));
      center_(number, k) = components.means(number, k);
      levels_(level_rows_[owners_.code[number]] + 1, k) -=
          omega * (kHalfLogTwoPi + std::log(scale_(number, k)));
    }
  }
  joints_.push_back({.block = block, .omega = omega});
}

void TermTable::Fill(SampleRow row, DoubleMatrix& terms) const {
  const int count = count_;
  for (int v = 0; v < static_cast<int>(attributes_.size()); ++v) {
    const AttributeColumns& columns = attributes_[v];
    const absl::Span<double> sums = terms.row(v);
    // The row of code 0 is 0, hence so are the terms of what is unknown.
    const auto first = levels_.row(level_rows_[columns.code] + row.codes[columns.code]);
    std::copy_n(first.begin(), count, sums.begin());
    for (int c = columns.code + 1; c < columns.code + columns.code_count; ++c) {
      const auto added = levels_.row(level_rows_[c] + row.codes[c]);
      for (int k = 0; k < count; ++k) sums[k] += added[k];
    }
    if (row.codes[columns.code] != 1) continue;  // Not a number.
    for (int n = columns.number; n < columns.number + columns.number_count; ++n) {
      const double x = row.numbers[n];
      const auto scale = scale_.row(n), center = center_.row(n);
      if (columns.form == NumberForm::kQuadratic) {
        for (int k = 0; k < count; ++k) sums[k] -= scale[k] * (x - center[k]) * (x - center[k]);
      } else if (columns.form == NumberForm::kLinear) {
        for (int k = 0; k < count; ++k) sums[k] += scale[k] * x;
      }
    }
  }
  for (const Joint& joint : joints_) FillBlock(joint, row, terms);
}

template <typename Sink>
void TermTable::ForBlock(const Joint& joint, SampleRow row, const Sink& add) const {
  const BlockRow known(joint.block, row, owners_.code);
  double log_shrinkage[kMostBlockNumbers], innovation[kMostBlockNumbers];
  for (int i = 0; i < known.count(); ++i) log_shrinkage[i] = std::log(known.shrinkage(i));
  for (int k = 0; k < count_; ++k) {
    known.Decorrelate(center_, scale_, row, k, innovation);
    for (int i = 0; i < known.count(); ++i) {
      add(known.number(i), k,
          -joint.omega * (log_shrinkage[i] + 0.5 * innovation[i] * innovation[i]));
    }
  }
}

void TermTable::AddNumberSteps() {
  for (const AttributeColumns& columns : attributes_) {
    const bool is_alone =
        columns.form == NumberForm::kQuadratic || columns.form == NumberForm::kLinear;
    for (int n = 0; is_alone && n < columns.number_count; ++n) {
      number_steps_.push_back(
          {.code = columns.code, .number = columns.number + n, .form = columns.form});
    }
  }
}

// Several rows side by side, so that none waits for the others, and without a
// branch that depends on the contact. put(begin, sums): sums[row][k] is that of the
// component begin + k, which may be padding; without blocks.
template <int kRows, typename Put>
inline void TermTable::SumRows(const SampleRow* rows, absl::Span<const double> start,
                               const Put& put) const {
  const int width = levels_.cols();
  const int code_count = static_cast<int>(level_rows_.size()) - 1;
  // A Span checks every index.
  const std::uint8_t* codes[kRows];
  const float* numbers[kRows];
  for (int r = 0; r < kRows; ++r) {
    codes[r] = rows[r].codes.data();
    numbers[r] = rows[r].numbers.data();
  }
  for (int begin = 0; begin < width; begin += kLanes) {
    Lanes lanes[kRows];
    for (int r = 0; r < kRows; ++r) lanes[r] = LanesAt(start.data() + begin);
    for (int c = 0; c < code_count; ++c) {
      const double* levels = levels_.data() + level_rows_[c] * width + begin;
      for (int r = 0; r < kRows; ++r) lanes[r] += LanesAt(levels + codes[r][c] * width);
    }
    for (const NumberStep& step : number_steps_) {
      const Lanes scale = LanesAt(scale_.data() + step.number * width + begin);
      const Lanes center = LanesAt(center_.data() + step.number * width + begin);
      for (int r = 0; r < kRows; ++r) {
        const double x = numbers[r][step.number];  // 0 where there is none.
        if (step.form == NumberForm::kLinear) {
          lanes[r] += scale * x;
        } else {
          // Where there is no number its term is multiplied away.
          const double present = codes[r][step.code] == 1 ? 1 : 0;
          lanes[r] -= scale * ((x - center).square() * present);
        }
      }
    }
    put(begin, lanes);
  }
}

void TermTable::Sum(SampleRow row, absl::Span<const double> start, absl::Span<double> sums) const {
  SumRows<1>(&row, start,
             [&](int begin, const Lanes* lanes) { MutableLanesAt(sums.data() + begin) = *lanes; });
  for (const Joint& joint : joints_) {
    ForBlock(joint, row, [&](int, int k, double term) { sums[k] += term; });
  }
}

void TermTable::Sum(const Samples& samples, int begin, int end, absl::Span<const double> start,
                    DoubleMatrix& sums) const {
  const int count = count_;
  // So that nothing is written beyond the last column.
  assert(sums.cols() % kTogether == 0);
  for (int i = begin; i < end; i += kTogether) {
    SampleRow rows[kTogether];
    // The last row once more where there are none left.
    for (int r = 0; r < kTogether; ++r) rows[r] = samples.row(std::min(i + r, end - 1));
    double* const first = sums.data() + (i - begin);
    const int kept = std::min(kTogether, end - i);
    SumRows<kTogether>(rows, start, [&](int begin_k, const Lanes* lanes) {
      for (int k = 0; k < std::min(kLanes, count - begin_k); ++k) {
        double* to = first + (begin_k + k) * sums.cols();
        for (int r = 0; r < kTogether; ++r) to[r] = lanes[r][k];
      }
    });
    for (const Joint& joint : joints_) {
      for (int r = 0; r < kept; ++r) {
        ForBlock(joint, rows[r],
                 [&](int, int k, double term) { first[k * sums.cols() + r] += term; });
      }
    }
  }
}

void TermTable::FillBlock(const Joint& joint, SampleRow row, DoubleMatrix& terms) const {
  ForBlock(joint, row,
           [&](int number, int k, double term) { terms(owners_.attribute[number], k) += term; });
}

}  // namespace cible
