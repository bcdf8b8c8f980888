// What gRPC gives back when an operation has ended: the tag of every operation on
// a completion queue is a CallEvent.

#ifndef CIBLE_SERVER_RPC_CALL_EVENT_H_
#define CIBLE_SERVER_RPC_CALL_EVENT_H_

namespace cible {

class CallEvent {
 public:
  // Called on the serving thread of the operation's queue. `ok`: the operation
  // succeeded. What that means depends on it; for the wait for a call, that there
  // is one.
  virtual void Happened(bool ok) = 0;

 protected:
  ~CallEvent() = default;
};

// An event that a member function of its owner takes, for owners that wait for
// several things at once.
template <typename Owner, void (Owner::*Handle)(bool ok)>
class MemberEvent final : public CallEvent {
 public:
  explicit MemberEvent(Owner* owner) : owner_(owner) {}
  void Happened(bool ok) override { (owner_->*Handle)(ok); }

 private:
  Owner* const owner_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_CALL_EVENT_H_
