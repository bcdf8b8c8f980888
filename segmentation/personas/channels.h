// Through which channels the contacts of a segment came, buy and are reached.

#ifndef CIBLE_SEGMENTATION_PERSONAS_CHANNELS_H_
#define CIBLE_SEGMENTATION_PERSONAS_CHANNELS_H_

#include <string>
#include <vector>

#include "segmentation/data/schema.h"
#include "segmentation/personas/attribute_profile.h"
#include "segmentation/personas/portrait.h"

namespace cible {

struct ChannelShare {
  std::string label;      // "contact by mobile phone".
  double segment = 0;     // In [0, 1].
  double population = 0;  // Likewise, of all contacts.

  bool operator==(const ChannelShare&) const = default;
};

// The channels that belong together: the levels of one attribute, the attributes
// of yes and no, or the numbers of purchases by channel, whose shares are those
// of their means.
struct ChannelGroup {
  std::string label;
  std::vector<ChannelShare> shares;  // The most frequent first.

  bool operator==(const ChannelGroup&) const = default;
};

// Attributes of the criterion ACQUISITION, and those whose concept is a channel, a
// way of contact or a source; at most four shares a group, each of at least 5 %,
// of at least ten known contacts. Nothing that texts may not say
// (MayBeSaidInRule). Empty where nothing tells.
std::vector<ChannelGroup> ChannelsOf(const std::vector<AttributeProfile>& profiles,
                                     const Schema& schema, Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_CHANNELS_H_
