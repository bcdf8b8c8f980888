// What a segmentation starts as.

#ifndef CIBLE_SERVER_SERVICES_NEW_SEGMENTATION_H_
#define CIBLE_SERVER_SERVICES_NEW_SEGMENTATION_H_

#include "cible/storage/v1/resources.pb.h"

namespace cible {

// Untrained, of persons; models, segments and runs are numbered from 1.
inline storage::v1::StoredSegmentation NewSegmentation() {
  storage::v1::StoredSegmentation stored;
  stored.mutable_segmentation()->set_contact_kind(v1::CONTACT_KIND_PERSON);
  stored.mutable_segmentation()->mutable_clustering();
  stored.set_next_model(1);
  stored.set_next_segment(1);
  stored.set_next_run(1);
  return stored;
}

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_NEW_SEGMENTATION_H_
