// Asks for one contact at a time, from many threads, as a web service would; the
// batcher makes tables of them.
//
//   assign_many_example [ADDRESS [CONTACTS]]

#include <atomic>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/assignment_batcher.h"
#include "clients/cpp/client.h"

namespace {

constexpr int kThreads = 16;

cible::v1::Contact ContactOfAge(int age) {
  cible::v1::Contact contact;
  cible::v1::AttributeValue* value = contact.add_attributes();
  value->set_attribute("age");
  value->set_number(age);
  return contact;
}

// How many contacts each segment got.
class Tally {
 public:
  void Add(const cible::AssignedRow& answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++counts_[answer.ok() ? answer->segment : std::string(answer.status().message())];
  }
  void Print() const {
    for (const auto& [segment, count] : counts_) std::cout << count << "  " << segment << "\n";
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> counts_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto client = cible::Client::Connect(argc > 1 ? argv[1] : "127.0.0.1:50151");
  if (!client.ok()) return std::cerr << client.status().message() << "\n", 1;
  const int contacts = argc > 2 ? std::stoi(argv[2]) : 10'000;
  cible::AssignmentBatcher batcher(**client, "workspaces/default/segmentations/default");
  Tally tally;
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = next++; i < contacts; i = next++) {
        tally.Add(batcher.Assign(ContactOfAge(18 + i % 70)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  tally.Print();
}
