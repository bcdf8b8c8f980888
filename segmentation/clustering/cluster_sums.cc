#include "segmentation/clustering/cluster_sums.h"

#include <algorithm>

namespace cible {
namespace {

void AddTo(DoubleMatrix& into, const DoubleMatrix& from) {
  const std::size_t size = static_cast<std::size_t>(into.rows()) * into.cols();
  for (std::size_t i = 0; i < size; ++i) into.data()[i] += from.data()[i];
}

void SetZero(DoubleMatrix& matrix) {
  std::fill_n(matrix.data(), static_cast<std::size_t>(matrix.rows()) * matrix.cols(), 0);
}

// Weight that knows the features of a column.
double KnownWeight(const ClusterSums& sums, const CodeColumn& column, int cluster) {
  double weight = 0;
  for (int code = 1; code < column.range; ++code) {
    weight += sums.codes(cluster, column.first_code + code);
  }
  return weight;
}

// Calls fn(feature, sum, weight) for every feature.
template <typename Fn>
void ForEachFeature(const ClusterSums& sums, const FeatureLayout& layout, int cluster, Fn fn) {
  for (int q = 0; q < layout.number_count(); ++q) {
    const int column = layout.number_column[q];
    fn(layout.number_feature[q], sums.numbers(cluster, q),
       column < 0 ? sums.weights[cluster] : KnownWeight(sums, layout.columns[column], cluster));
  }
  for (const CodeColumn& column : layout.columns) {
    if (column.kind == CodeColumn::Kind::kValidity) continue;
    const double weight = KnownWeight(sums, column, cluster);
    const double* by_code = sums.codes.row(cluster).data() + column.first_code;
    for (int f = 0; f < column.count; ++f) {
      double sum = 0;
      if (column.kind == CodeColumn::Kind::kValue) {
        for (int code = 1; code < column.range; ++code) sum += by_code[code] * column.on[code];
      } else {
        sum = by_code[f + 1] * column.on[f] + (weight - by_code[f + 1]) * column.off[f];
      }
      fn(column.begin + f, sum, weight);
    }
  }
}

}  // namespace

ClusterSums::ClusterSums(const FeatureLayout& layout, int cluster_count)
    : numbers(cluster_count, layout.number_count()),
      codes(cluster_count, layout.code_total),
      weights(cluster_count),
      member_counts(cluster_count) {}

void ClusterSums::Add(const Points& points, int row, int cluster, int sign) {
  const double weight = sign * points.weight(row);
  if (weight == 0) return;
  const SampleRow cells = points.row(row);
  double* total = numbers.row(cluster).data();
  for (std::size_t q = 0; q < cells.numbers.size(); ++q) total[q] += weight * cells.numbers[q];
  double* by_code = codes.row(cluster).data();
  for (std::size_t c = 0; c < cells.codes.size(); ++c) {
    by_code[points.layout.columns[c].first_code + cells.codes[c]] += weight;
  }
  weights[cluster] += weight;
  member_counts[cluster] += sign;
}

void ClusterSums::Clear() {
  SetZero(numbers);
  SetZero(codes);
  std::fill(weights.begin(), weights.end(), 0);
  std::fill(member_counts.begin(), member_counts.end(), 0);
}

ClusterSums Accumulate(const Points& points, int begin, int end, const Scorer& scorer) {
  ClusterSums sums(points.layout, scorer.centroid_count());
  Scorer::Scratch scratch(scorer);
  Scorer::Nearest nearest;
  int rows[Scorer::kBatch];
  for (int at = begin; at < end; at += Scorer::kBatch) {
    const int count = std::min(Scorer::kBatch, end - at);
    for (int r = 0; r < count; ++r) rows[r] = at + r;
    scorer.FindNearest(rows, count, scratch, nearest);
    for (int r = 0; r < count; ++r) sums.Add(points, at + r, nearest.index[r]);
  }
  return sums;
}

void Merge(ClusterSums& into, const ClusterSums& from) {
  AddTo(into.numbers, from.numbers);
  AddTo(into.codes, from.codes);
  for (std::size_t j = 0; j < into.weights.size(); ++j) {
    into.weights[j] += from.weights[j];
    into.member_counts[j] += from.member_counts[j];
  }
}

DoubleMatrix Update(const ClusterSums& sums, const FeatureLayout& layout,
                    const DoubleMatrix& previous, double least_weight) {
  DoubleMatrix centroids = previous;
  for (int j = 0; j < centroids.rows(); ++j) {
    if (sums.member_counts[j] == 0) continue;
    ForEachFeature(sums, layout, j, [&](int feature, double sum, double weight) {
      if (weight > least_weight / 2) centroids(j, feature) = sum / weight;
    });
  }
  return centroids;
}

std::vector<double> FeatureMeans(const Points& points, WorkerPool& pool) {
  constexpr int kBlock = 8192;
  const int blocks = (points.count + kBlock - 1) / kBlock;
  std::vector<ClusterSums> parts(blocks);
  pool.ForEach(blocks, [&](int block) {
    parts[block] = ClusterSums(points.layout, 1);
    const int end = std::min(points.count, (block + 1) * kBlock);
    for (int i = block * kBlock; i < end; ++i) parts[block].Add(points, i, 0);
  });
  ClusterSums total(points.layout, 1);
  for (const ClusterSums& part : parts) Merge(total, part);
  const DoubleMatrix means =
      Update(total, points.layout, DoubleMatrix(1, points.layout.feature_count));
  return {means.row(0).begin(), means.row(0).end()};
}

}  // namespace cible
