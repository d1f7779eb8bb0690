// Collects the instructions of one code unit, with labels and handler contexts, and turns them into the final form:
//   jumps to jumps are shortened, unreachable code goes, CHECK_LOCALs that a data-flow analysis proves needless go, NOPs stay only
//   where a line would have no instruction otherwise, constants that loops read over and over get registers of their own, loaded
//   once at entry, artificial instructions (line 0) take the line they follow, exception ranges are computed. Nothing else is
//   reordered, so line events keep the order in which the compiler emitted code.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/bytecode/op_info.h"

namespace taipan::frontend {

using Label = uint32_t;
inline constexpr Label kNoLabel = ~0u;

class CodeBuilder {
 public:
  struct Item {
    Instruction code;
    Instruction ext;
    Position pos;
    Label target = kNoLabel;
    uint32_t context = 0;  // handler context, 0: none
    bool ext_used = false;
    bool dead = false;
    bool return_none = false;  // a jump replaced by a copy of the implicit `return None`
  };

  Label new_label() {
    labels_.push_back(~0u);
    return static_cast<Label>(labels_.size() - 1);
  }
  void bind(Label label) { labels_[label] = static_cast<uint32_t>(items_.size()); }
  bool is_bound(Label label) const { return labels_[label] != ~0u; }

  Item& emit(Op op, uint8_t flags, uint16_t a, uint16_t b, uint16_t c, const Position& pos);

  // Handler contexts: code emitted while a context is current is covered by it (and by its parents).
  uint32_t new_context(uint32_t parent, Label target, uint16_t depth, uint16_t flags) {
    contexts_.push_back({parent, target, depth, flags, contexts_[parent].level + 1});
    return static_cast<uint32_t>(contexts_.size() - 1);
  }
  uint32_t context() const { return context_; }
  void set_context(uint32_t context) { context_ = context; }

  uint32_t add_name(std::string_view name);
  uint32_t add_constant(const ConstantValue& value, Arena& storage);
  uint32_t add_code(std::unique_ptr<CodeUnit> code);
  bool empty() const { return items_.empty(); }
  size_t size() const { return items_.size(); }
  const Item& last() const { return items_.back(); }

  // bound_at_entry: number of leading registers that hold a value at entry (parameters). temp_base: the first temporary.
  // False: the code is too large.
  bool finish(CodeUnit* unit, uint32_t nlocals, uint32_t bound_at_entry, uint32_t temp_base);

 private:
  struct Context {
    uint32_t parent;
    Label target;
    uint16_t depth, flags;
    uint32_t level;
  };
  uint32_t target_of(const Item& item) const { return labels_[item.target]; }
  uint32_t next_live(uint32_t index) const;
  void skip_dead_targets();
  void thread_jumps();
  void remove_unreachable();
  void remove_nops();
  void copy_implicit_returns();
  void invert_jumps();
  void remove_checks(uint32_t nlocals, uint32_t bound_at_entry);
  void hoist_constants(CodeUnit* unit, uint32_t temp_base);
  struct OperandUse {
    uint32_t item;
    int place;
  };
  bool find_constant_uses(uint32_t load, const std::vector<bool>& targeted, std::vector<OperandUse>* uses) const;
  void shift_temporaries(uint32_t temp_base, uint32_t by);
  std::vector<bool> jump_targets() const;
  void give_lines();
  void emit_ranges(CodeUnit* unit, const std::vector<uint32_t>& final_index);

  std::vector<Item> items_;
  std::vector<uint32_t> labels_;
  std::vector<Context> contexts_{{0, kNoLabel, 0, 0, 0}};
  uint32_t context_ = 0;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> name_index_;
  std::vector<ConstantEntry> constants_;
  std::unordered_map<std::string, uint32_t> constant_index_;
};

// A deep copy of the constant whose text and items lie in `storage`.
ConstantValue copy_constant(const ConstantValue& value, Arena& storage);
// Equal keys: the same constant (1, 1.0 and True differ, so do 0.0 and -0.0).
void append_constant_key(const ConstantValue& value, std::string* key);

}  // namespace taipan::frontend
