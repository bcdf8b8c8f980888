#include "clients/cli/policy_notes.h"

namespace cible {
namespace {

constexpr char kIntroduction[] =
    R"text(# What lead, prospect, customer, hot and qualified mean to you. Edit it, then
#   cible lifecycle preview FILE    tells who would change, and how
#   cible lifecycle set FILE        makes it count
#
# HOW TO WRITE A CONDITION
#
# Between double quotes, on one line. Of each contact it is true, false or unknown.
#
#   "net_paid > 0"                       a number: = != < <= > >=
#   "country = 'FR'"                     a text, in single quotes
#   "order_signed = true"                yes or no
#   "channels:web"                       a list that has it
#   "demo_date > today - 30d"            a day, counted back from today: 30d, 4w
#   "email:*"  "is_missing(email)"       something is known of it; nothing is
#   "a = 1 AND NOT b = 2"                AND, OR, NOT in capitals
#   "a = 1 AND (b = 2 OR c = 3)"         AND and OR together need parentheses
#
# What is not known of a contact makes a comparison unknown: neither true nor false, so
# that nothing follows from it. An empty condition, "", is never true.
#
# Names are attributes: `cible schema show` lists them, and docs/methods.md those that are
# derived from events, such as net_paid, frequency, last_purchase_date, engagement; those
# that begin with people_ are of organisations, and of all their persons. Besides:
#
#   contact.kind           PERSON, ORGANIZATION
#   contact.stage          LEAD, PROSPECT, CUSTOMER, as it was stated by an import or a person
#   contact.organization   of persons: the one that it belongs to, "contact.organization:*"
#   contact.buying_role    DECIDES, ADVISES, USES
)text";

constexpr PolicyNote kNotes[] = {
    {"customer", "LEAD, PROSPECT, CUSTOMER",
     "Who is a customer: has paid, after cancellations, or has signed an order. Visits,\n"
     "samples and trials make none. A customer stays one until this is false, as after a\n"
     "cancellation. Persons are customers, too, where their organisation is one."},
    {"prospect", "",
     "Who is at least a prospect: first contact was made. Whoever is neither is a lead, a\n"
     "mere trace. A prospect never becomes a lead again."},
    {"ambassador", "", "Who has brought others: a recorded referral."},

    {"new_customer", "CUSTOMERS: NEW, LOYAL, DORMANT; ALL OTHERS ARE ACTIVE",
     "Who has just become one. Of one contact no two of these three may be true."},
    {"loyal_customer", "", "Who comes back."},
    {"dormant_customer", "", "Who has not come back for long."},
    {"dormant_customer_is_prospect_after_days", "",
     "After so many days of dormancy a customer is a prospect again, and called a former\n"
     "customer: 1 to 36500. No rule prescribes it; think of how often people buy from you."},

    {"aware", "INTEREST", "Who knows of you."},
    {"interested", "", "Who has shown interest in buying."},
    {"warm", "",
     "Of whom there is some interest at present; whoever is neither warm nor hot is cold.\n"
     "`engagement` fades by itself: it halves in the time that `cible workspace show` tells."},
    {"hot", "", "Of whom there is much interest at present."},

    {"segmentation", "QUALIFICATION",
     "Whether a contact fits is decided by the personas that people marked as TARGETED or\n"
     "EXCLUDED (`cible persona target`), in this segmentation."},
    {"qualification", "",
     "Each criterion is met where `met` is true, not met where `not_met` is true, else\n"
     "unknown; then `question` is what to ask. Met adds its points to the score, not met\n"
     "takes as many away, unknown changes nothing: 0 to 1000. Conditions on money may read\n"
     "offer.min_price and offer.max_price; without an offer they are unknown. All may read\n"
     "contact.relation, contact.temperature, contact.fit and so on."},
    {"qualification.budget", "", "What an organisation can spend; also asked of its persons."},
    {"qualification.purchasing_power", "", "What other persons can spend."},
    {"qualification.authority", "", "Whether it decides."},
    {"qualification.need", "", "Whether it needs what you sell."},
    {"qualification.timing", "", "Whether it is the moment."},
    {"qualification.fit_points", "", "What belonging to the target is worth in the score."},
    {"qualification.fit_question", "",
     "What to ask where too little is known to tell, and no attribute has a question."},

    {"offers", "OFFERS",
     "What you sell: `min_price` to `max_price` in the workspace's currency; `bought` is true\n"
     "of who has it already, and is left empty where that is not known.\n"
     "`not_worth_qualifying`: asking would cost more than it brings, so nobody is told to ask.",
     "offers {\n"
     "  id: \"annual-plan\"\n"
     "  display_name: \"Annual plan\"\n"
     "  min_price: 200\n"
     "  max_price: 500\n"
     "  not_worth_qualifying: false\n"
     "  bought: \"plan = 'annual'\"\n"
     "}"},
    {"main_offer", "",
     "Id of the offer that stored contacts are qualified against; empty: none, and what asks\n"
     "for its price is unknown."},

    {"next_actions", "WHAT TO DO NEXT",
     "The first line whose condition is true counts; where none is, the action is NONE.\n"
     "NEXT_ACTION_ NONE, QUALIFY (ask what is not known), NURTURE (keep in touch),\n"
     "CONTACT_NOW, UPSELL (propose what it has not bought), WIN_BACK, THANK, LEAVE_ALONE.\n"
     "Conditions may read all that is found of a contact:\n"
     "  contact.relation                 LEAD, PROSPECT, CUSTOMER\n"
     "  contact.customer_stage           NONE, NEW, ACTIVE, LOYAL, DORMANT\n"
     "  contact.former_customer          true, false\n"
     "  contact.ambassador               true, false\n"
     "  contact.awareness                UNAWARE, AWARE, INTERESTED\n"
     "  contact.temperature              COLD, WARM, HOT\n"
     "  contact.fit                      IN_TARGET, OUT_OF_TARGET, EXCLUDED\n"
     "  contact.qualification.budget     MET, NOT_MET; likewise authority, need, timing",
     "next_actions { action: NEXT_ACTION_CONTACT_NOW  when: \"contact.temperature = HOT\" }"},

    {"sources", "WHERE CONTACTS COME FROM",
     "A source, as imports and events name it, is of the first kind one of whose words it\n"
     "has, in small letters or capitals. SOURCE_KIND_ ADVERTISING, DIRECT_MAIL, PHONE, FAIR,\n"
     "REFERRAL, PARTNER, SOCIAL, WEB, WALK_IN, BOUGHT_LIST.",
     "sources { kind: SOURCE_KIND_FAIR  words: [\"fair\", \"exhibition\"] }"},

    {"name", "THIS FILE", "Whose policy it is."},
    {"etag", "",
     "Which version was written here: `set` refuses the file where somebody has changed the\n"
     "policy since. Empty: the default policy, that nobody has changed."},
};

}  // namespace

absl::string_view PolicyIntroduction() { return kIntroduction; }

absl::Span<const PolicyNote> PolicyNotes() { return kNotes; }

}  // namespace cible
