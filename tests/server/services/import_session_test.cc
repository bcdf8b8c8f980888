#include "server/services/import_session.h"

#include <atomic>
#include <cmath>
#include <thread>

#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class ImportTest : public ServiceTest {
 protected:
  ImportTest() {
    AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  }

  std::int64_t ContactCount() {
    const auto snapshot = store_->OpenSnapshot();
    return *(*snapshot)->CountContacts("acme", std::nullopt);
  }

  std::vector<std::string> Ids() {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    v1::ListContactsResponse response;
    EXPECT_TRUE(contacts_->ListContacts(call_, request, &response).ok());
    std::vector<std::string> names;
    for (const v1::Contact& contact : response.contacts()) names.push_back(contact.name());
    return names;
  }
};

TEST_F(ImportTest, CreatesUpdatesAndLeavesAlone) {
  auto response = Import(People({"ann", "bob"}, {30, 40}, {"Lyon", "Nantes"}));
  EXPECT_EQ(response.created_count(), 2);
  response = Import(People({"ann", "bob", "cleo"}, {30, 41, 50}, {"Lyon", "Nantes", "Lyon"}));
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.updated_count(), 1);
  EXPECT_EQ(response.unchanged_count(), 1);
  EXPECT_EQ(response.refused_count(), 0);
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  EXPECT_FALSE(response.has_error());
}

TEST_F(ImportTest, AssignsWhatWasCreatedOrChanged) {
  Import(People({"ann", "bob"}, {30, 40}, {"Lyon", "Nantes"}));
  Import(People({"ann", "bob"}, {30, 41}, {"Lyon", "Nantes"}));
  Import(People({"ann", "bob"}, {30, 41}, {"Lyon", "Nantes"}));
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann", "bob")),
                                     Pair("acme", ElementsAre("bob"))));
}

TEST_F(ImportTest, AcknowledgesWhatIsDurableEvenIfItCannotBeAssigned) {
  assign_status_ = absl::UnavailableError("later");
  const auto response = Import(People({"ann"}, {30}, {"Lyon"}));
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  EXPECT_FALSE(response.has_error());
}

TEST_F(ImportTest, RefusesBadRowsAndStoresTheOthers) {
  const auto response =
      Import(People({"ann", "bob", "ann", ""}, {30, std::nan(""), 31, 32}, {"a", "b", "c", "d"}));
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.refused_count(), 3);
  ASSERT_EQ(response.errors_size(), 3);
  EXPECT_EQ(response.errors(0).row(), 1u);
  EXPECT_EQ(response.errors(0).attribute(), "age");
  EXPECT_EQ(response.errors(1).reason(),
            "repeats the id of an earlier row; send each contact once");
  EXPECT_EQ(response.errors(2).reason(),
            "a contact id has 1 to 128 bytes of UTF-8 without control characters");
  EXPECT_EQ(response.acknowledged_sequence(), 1);
}

TEST_F(ImportTest, ReportsAtMost1000ErrorsAndCountsAll) {
  std::vector<std::string> ids(1500, "ann");
  const auto response =
      Import(People(ids, std::vector<double>(1500, 1), std::vector<std::string>(1500, "Lyon")));
  EXPECT_EQ(response.errors_size(), 1000);
  EXPECT_EQ(response.refused_count(), 1499);
  EXPECT_EQ(response.created_count(), 1);
}

TEST_F(ImportTest, ABadMessageIsAnsweredAndTheStreamGoesOn) {
  const auto session = contacts_->OpenImport();
  Send(*session, ImportRequest(1, People({"ann"}, {30}, {"Lyon"})));
  v1::ContactTable unknown = People({"bob"}, {40}, {"Lyon"});
  unknown.mutable_columns(0)->set_attribute("shoe");
  auto response = Send(*session, ImportRequest(2, unknown));
  EXPECT_EQ(response.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(response.error().message(),
            "attribute \"shoe\" is not in the schema; use the id or the display name of one that "
            "is");
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  v1::ContactTable large;
  large.set_row_count(70'000);
  response = Send(*session, ImportRequest(3, large));
  EXPECT_EQ(response.error().message(), "the table has 70000 rows; send at most 65536 at a time");
  response = Send(*session, ImportRequest(4, People({"bob"}, {40}, {"Lyon"})));
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.acknowledged_sequence(), 4);
  EXPECT_THAT(Ids(), ElementsAre("workspaces/acme/contacts/ann", "workspaces/acme/contacts/bob"));
}

TEST_F(ImportTest, ASequenceThatDoesNotRiseIsRefused) {
  const auto session = contacts_->OpenImport();
  auto response = Send(*session, ImportRequest(0, People({"ann"}, {30}, {"Lyon"})));
  EXPECT_EQ(response.error().message(),
            "sequence 0 does not rise above 0, which is acknowledged; number the messages 1, 2, 3, "
            "...");
  Send(*session, ImportRequest(5, People({"ann"}, {30}, {"Lyon"})));
  response = Send(*session, ImportRequest(5, People({"bob"}, {30}, {"Lyon"})));
  EXPECT_THAT(response.error().message(), HasSubstr("sequence 5 does not rise above 5"));
  EXPECT_EQ(response.acknowledged_sequence(), 5);
  EXPECT_EQ(ContactCount(), 1);
}

TEST_F(ImportTest, TheFirstMessageNamesTheWorkspace) {
  v1::ImportContactsRequest request = ImportRequest(1, {});
  v1::ImportContactsResponse response;
  request.set_parent("workspaces/shop");
  EXPECT_EQ(contacts_->OpenImport()->Handle(call_, request, &response),
            absl::NotFoundError("there is no workspaces/shop; make it with CreateWorkspace"));
  request.set_parent("");
  EXPECT_EQ(contacts_->OpenImport()->Handle(call_, request, &response),
            absl::InvalidArgumentError(
                "a resource name is malformed; expected `workspaces/{workspace}`"));
  request.set_parent("workspaces/acme");
  request.set_kind(static_cast<v1::ContactKind>(9));
  EXPECT_EQ(contacts_->OpenImport()->Handle(call_, request, &response),
            absl::InvalidArgumentError("the kind or the stage is none that this server knows"));
}

TEST_F(ImportTest, LaterMessagesKeepToTheWorkspaceOfTheFirst) {
  const auto session = contacts_->OpenImport();
  Send(*session, ImportRequest(1, People({"ann"}, {30}, {"Lyon"})));
  v1::ImportContactsRequest request = ImportRequest(2, People({"bob"}, {30}, {"Lyon"}));
  request.set_parent("workspaces/default");
  EXPECT_EQ(Send(*session, request).created_count(), 1);
  EXPECT_EQ(ContactCount(), 2);
}

TEST_F(ImportTest, EqualRowsWithoutIdsStayApart) {
  const v1::ContactTable table = People({}, {30, 30, 40}, {"Lyon", "Lyon", "Nantes"});
  EXPECT_EQ(Import(table).created_count(), 3);
  const std::vector<std::string> ids = Ids();
  ASSERT_THAT(ids, SizeIs(3));
  EXPECT_THAT(ids[0], testing::MatchesRegex("workspaces/acme/contacts/[0-9a-f]{32}-1"));
  EXPECT_EQ(ids[1], ids[0].substr(0, ids[0].size() - 1) + "2");
}

TEST_F(ImportTest, ImportingAFileTwiceIsHarmless) {
  const v1::ContactTable first = People({}, {30, 30, 40}, {"Lyon", "Lyon", "Nantes"});
  const v1::ContactTable second = People({}, {30, 50}, {"Lyon", "Lyon"});
  for (const int created : {5, 0}) {
    const auto session = contacts_->OpenImport();
    const auto a = Send(*session, ImportRequest(1, first));
    const auto b = Send(*session, ImportRequest(2, second));
    EXPECT_EQ(a.created_count() + b.created_count(), created);
    EXPECT_EQ(a.unchanged_count() + b.unchanged_count(), 5 - created);
  }
  EXPECT_EQ(ContactCount(), 5);
}

TEST_F(ImportTest, AnUnknownCellLeavesWhatIsStored) {
  Import(People({"ann"}, {30}, {"Lyon"}));
  v1::ContactTable message = People({"ann"}, {31}, {"Nantes"});
  message.mutable_columns(1)->set_validity(std::string(1, '\0'));
  EXPECT_EQ(Import(message).updated_count(), 1);
  v1::GetContactRequest request;
  request.set_name("workspaces/acme/contacts/ann");
  v1::Contact contact;
  ASSERT_TRUE(contacts_->GetContact(call_, request, &contact).ok());
  EXPECT_EQ(contact.attributes(0).number(), 31);
  EXPECT_EQ(contact.attributes(1).text(), "Lyon");
}

TEST_F(ImportTest, ContactsOfTheOtherKindAreRefusedAloneHoweverMany) {
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.push_back("c" + std::to_string(i));
  v1::ImportContactsRequest request =
      ImportRequest(1, People(ids, std::vector<double>(50, 1), std::vector<std::string>(50, "a")));
  request.set_kind(v1::CONTACT_KIND_ORGANIZATION);
  Send(*contacts_->OpenImport(), request);
  ids.push_back("ann");
  const auto response =
      Import(People(ids, std::vector<double>(51, 2), std::vector<std::string>(51, "b")));
  EXPECT_EQ(response.refused_count(), 50);
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.errors(49).row(), 49u);
  EXPECT_EQ(
      response.errors(0).reason(),
      "the contact is stored as an ORGANIZATION and got as a PERSON; send its kind, or delete "
      "the contact first");
}

TEST_F(ImportTest, AChangedContactLosesTheSegmentOfWhatWasKnownBefore) {
  Import(People({"ann", "bob"}, {30, 40}, {"Lyon", "Lyon"}));
  Assign({{"ann", "s1", .9}, {"bob", "s1", .9}});
  Import(People({"ann", "bob"}, {31, 40}, {"Lyon", "Lyon"}));
  const auto snapshot = store_->OpenSnapshot();
  const auto assignments = (*snapshot)->Assignments("acme", {"ann", "bob", "nobody"});
  ASSERT_TRUE(assignments.ok());
  EXPECT_THAT((*assignments)[0], IsEmpty());
  EXPECT_THAT((*assignments)[1], SizeIs(1));
  EXPECT_THAT((*assignments)[2], IsEmpty());
}

// --- request_id ---

class ImportRequestTest : public ImportTest {
 protected:
  static v1::ImportContactsRequest Named(const std::string& id, std::int64_t sequence,
                                         const v1::ContactTable& table) {
    v1::ImportContactsRequest request = ImportRequest(sequence, table);
    request.set_request_id(id);
    return request;
  }

  Revision LastRevision() { return (*store_->OpenSnapshot())->revision(); }
};

TEST_F(ImportRequestTest, ARepeatedMessageWritesNothingAndIsAnsweredAsBefore) {
  const v1::ContactTable table = People({"ann", "bob", "bob"}, {30, 40, 41}, {"Lyon", "a", "b"});
  Import(People({"bob"}, {39}, {"a"}));
  const auto first = Send(*contacts_->OpenImport(), Named("m1", 1, table));
  EXPECT_EQ(first.created_count(), 1);
  EXPECT_EQ(first.updated_count(), 1);
  EXPECT_EQ(first.refused_count(), 1);
  Import(People({"ann"}, {31}, {"Nice"}));
  const Revision before = LastRevision();
  assigned_.clear();
  const auto again = Send(*contacts_->OpenImport(), Named("m1", 7, table));
  EXPECT_EQ(again.acknowledged_sequence(), 7);
  EXPECT_EQ(again.created_count(), 1);
  EXPECT_EQ(again.updated_count(), 1);
  ASSERT_EQ(again.errors_size(), 1);
  EXPECT_EQ(again.errors(0).SerializeAsString(), first.errors(0).SerializeAsString());
  EXPECT_EQ(LastRevision(), before);
  EXPECT_THAT(assigned_, IsEmpty());
}

TEST_F(ImportRequestTest, OtherContentUnderTheSameNameIsRefusedAndTheStreamGoesOn) {
  const auto session = contacts_->OpenImport();
  const v1::ContactTable table = People({"ann"}, {30}, {"Lyon"});
  Send(*session, Named("m1", 1, table));
  auto response = Send(*session, Named("m1", 2, People({"ann"}, {31}, {"Lyon"})));
  EXPECT_EQ(response.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(response.error().message(), HasSubstr("request_id was given to another request"));
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  v1::ImportContactsRequest as_customers = Named("m1", 1, table);
  as_customers.set_stage(v1::STAGE_CUSTOMER);
  EXPECT_TRUE(Send(*contacts_->OpenImport(), as_customers).has_error());
  response = Send(*session, Named(std::string(65, 'x'), 2, table));
  EXPECT_THAT(response.error().message(), HasSubstr("request_id is not 1 to 64"));
  EXPECT_FALSE(Send(*session, Named("m1", 2, table)).has_error());
}

TEST_F(ImportRequestTest, AMessageWhoseRowsAreAllRefusedIsRememberedToo) {
  const v1::ContactTable bad = People({"ann"}, {std::nan("")}, {"Lyon"});
  EXPECT_EQ(Send(*contacts_->OpenImport(), Named("m1", 1, bad)).refused_count(), 1);
  EXPECT_EQ(Send(*contacts_->OpenImport(), Named("m1", 1, bad)).refused_count(), 1);
  EXPECT_TRUE(
      Send(*contacts_->OpenImport(), Named("m1", 1, People({"ann"}, {1}, {"a"}))).has_error());
}

// Without the counting of the repeated message, its rows and those of the next
// would be taken for the same.
TEST_F(ImportRequestTest, RowsWithoutIdsKeepTheirNumbersWhenAStreamIsSentAgain) {
  const v1::ContactTable table = People({}, {30, 30}, {"Lyon", "Lyon"});
  Send(*contacts_->OpenImport(), Named("m1", 1, table));
  const auto session = contacts_->OpenImport();
  Send(*session, Named("m1", 1, table));
  EXPECT_EQ(Send(*session, Named("m2", 2, table)).created_count(), 2);
  EXPECT_EQ(ContactCount(), 4);
}

TEST_F(ImportRequestTest, AMessageSentSeveralTimesAtOnceIsWrittenOnce) {
  const v1::ContactTable table = People({"ann", "bob"}, {30, 40}, {"Lyon", "Nantes"});
  const AssignContactsFn assign = [](const auto&, const auto&) { return absl::OkStatus(); };
  const Revision before = LastRevision();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      ImportSession session(*store_, clock_, assign);
      v1::ImportContactsResponse response;
      const absl::Status status =
          static_cast<StreamSession&>(session).Handle(call_, Named("m1", 1, table), &response);
      wrong += status.ok() && response.created_count() == 2 ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(LastRevision(), before + 2);
}

// A store whose next commits fail.
class FailingStore : public Store {
 public:
  explicit FailingStore(Store& store) : store_(store) {}
  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) override {
    if (failures > 0 && failures-- > 0) return absl::ResourceExhaustedError("the disk is full");
    return store_.Commit(std::move(batch));
  }
  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    return store_.OpenSnapshot();
  }
  std::string Description() const override { return store_.Description(); }
  int failures = 0;

 private:
  Store& store_;
};

TEST_F(ImportTest, AFailingStoreAcknowledgesNothingAndTheMessageCanBeSentAgain) {
  FailingStore store(*store_);
  ImportSession session(store, clock_, [](const auto&, const auto&) { return absl::OkStatus(); });
  Send(session, ImportRequest(1, People({}, {30}, {"Lyon"})));
  store.failures = 1;
  const v1::ImportContactsRequest second = ImportRequest(2, People({}, {30}, {"Lyon"}));
  auto response = Send(session, second);
  EXPECT_EQ(response.error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(response.error().message(), "the disk is full");
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  EXPECT_EQ(response.created_count(), 0);
  response = Send(session, second);
  EXPECT_EQ(response.acknowledged_sequence(), 2);
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_THAT(Ids(), ElementsAre(testing::EndsWith("-1"), testing::EndsWith("-2")));
}

}  // namespace
}  // namespace cible
