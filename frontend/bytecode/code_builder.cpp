#include "frontend/bytecode/code_builder.h"

#include <algorithm>
#include <cstring>

namespace taipan::frontend {

CodeBuilder::Item& CodeBuilder::emit(Op op, uint8_t flags, uint16_t a, uint16_t b, uint16_t c, const Position& pos) {
  Item item;
  item.code = {static_cast<uint8_t>(op), flags, a, b, c};
  item.ext = {kOpEXT, 0, 0, 0, 0};
  item.pos = pos;
  item.context = context_;
  items_.push_back(item);
  return items_.back();
}

// ---- names and constants

uint32_t CodeBuilder::add_name(std::string_view name) {
  auto [it, fresh] = name_index_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
  if (fresh) names_.emplace_back(name);
  return it->second;
}

void append_constant_key(const ConstantValue& value, std::string* key) {
  auto raw = [key](const void* data, size_t size) { key->append(static_cast<const char*>(data), size); };
  key->push_back(static_cast<char>(value.kind));
  switch (value.kind) {
    case ConstantKind::kNone:
    case ConstantKind::kTrue:
    case ConstantKind::kFalse:
    case ConstantKind::kEllipsis: break;
    case ConstantKind::kInt: raw(&value.int_value, 8); break;
    case ConstantKind::kFloat: raw(&value.float_value, 8); break;
    case ConstantKind::kComplex:
      raw(&value.float_value, 8);
      raw(&value.imag_value, 8);
      break;
    case ConstantKind::kForeign: raw(&value.foreign, sizeof value.foreign); break;
    case ConstantKind::kBigInt:
      key->push_back(static_cast<char>(value.big_is_hex * 2 + value.big_negative));
      [[fallthrough]];
    case ConstantKind::kStr:
    case ConstantKind::kBytes:
      raw(&value.size, 8);
      raw(value.data, value.size);
      break;
    case ConstantKind::kTuple:
    case ConstantKind::kFrozenSet:
      raw(&value.size, 8);
      for (const ConstantValue& item : value.items()) append_constant_key(item, key);
      break;
  }
}

ConstantValue copy_constant(const ConstantValue& value, Arena& storage) {
  ConstantValue copy = value;
  switch (value.kind) {
    case ConstantKind::kBigInt:
    case ConstantKind::kStr:
    case ConstantKind::kBytes: copy.data = storage.copy_string(value.text()).data(); break;
    case ConstantKind::kTuple:
    case ConstantKind::kFrozenSet: {
      auto* items = storage.make_array<ConstantValue>(value.size ? value.size : 1);
      for (size_t i = 0; i < value.size; i++) items[i] = copy_constant(value.item_data[i], storage);
      copy.item_data = items;
      break;
    }
    default: break;
  }
  return copy;
}

uint32_t CodeBuilder::add_constant(const ConstantValue& value, Arena& storage) {
  std::string key;
  append_constant_key(value, &key);
  auto [it, fresh] = constant_index_.try_emplace(std::move(key), static_cast<uint32_t>(constants_.size()));
  if (fresh) constants_.push_back({copy_constant(value, storage), nullptr});
  return it->second;
}

uint32_t CodeBuilder::add_code(std::unique_ptr<CodeUnit> code) {
  constants_.push_back({ConstantValue::none(), std::move(code)});
  return static_cast<uint32_t>(constants_.size() - 1);
}

// ---- shortening

uint32_t CodeBuilder::next_live(uint32_t index) const {
  while (index < items_.size() && items_[index].dead) index++;
  return index;
}

void CodeBuilder::skip_dead_targets() {
  for (uint32_t& position : labels_) {
    if (position != ~0u) position = next_live(position);
  }
}

void CodeBuilder::thread_jumps() {
  for (Item& item : items_) {
    if (item.target == kNoLabel || item.dead) continue;
    for (int hops = 0; hops < 16; hops++) {
      uint32_t to = target_of(item);
      // NOPs without a line of their own that are met on the way don't count.
      while (to < items_.size() && items_[to].code.op == kOpNOP && items_[to].pos.line == 0) to++;
      if (to >= items_.size()) break;
      const Item& next = items_[to];
      if (&next == &item) break;
      bool same_line = next.pos.line == 0 || next.pos.line == item.pos.line;
      if (next.code.op == kOpJUMP && same_line && next.target != item.target) {
        item.target = next.target;
      } else if (next.code.op == kOpJUMP_BACK && item.code.op == kOpJUMP && same_line) {
        item.code.op = kOpJUMP_BACK;
        item.target = next.target;
      } else {
        break;
      }
    }
  }
}

void CodeBuilder::remove_unreachable() {
  std::vector<bool> reached(items_.size(), false);
  std::vector<bool> context_reached(contexts_.size(), false);
  std::vector<uint32_t> work{0};
  context_reached[0] = true;
  while (!work.empty()) {
    uint32_t i = work.back();
    work.pop_back();
    while (i < items_.size() && !reached[i]) {
      reached[i] = true;
      const Item& item = items_[i];
      for (uint32_t c = item.context; !context_reached[c]; c = contexts_[c].parent) {
        context_reached[c] = true;
        work.push_back(labels_[contexts_[c].target]);
      }
      if (item.target != kNoLabel) work.push_back(target_of(item));
      if (!falls_through(item.code)) break;
      i++;
    }
  }
  for (size_t i = 0; i < items_.size(); i++) {
    if (!reached[i]) items_[i].dead = true;
  }
}

void CodeBuilder::remove_nops() {
  std::vector<bool> targeted = jump_targets();
  int32_t previous_line = -1;  // of the live item just before, where it falls through to here
  for (uint32_t i = 0; i < items_.size(); i++) {
    Item& item = items_[i];
    if (item.dead) continue;
    if (targeted[i]) previous_line = -1;
    bool removable = false;
    if (item.code.op == kOpJUMP && next_live(i + 1) == next_live(target_of(item))) {
      // A jump to what follows anyway.
      item.code.op = kOpNOP;
      item.target = kNoLabel;
    }
    if (item.code.op == kOpNOP) {
      uint32_t next = next_live(i + 1);
      if (item.pos.line == 0 || item.pos.line == previous_line) {
        removable = true;
      } else if (next < items_.size()) {
        Item& after = items_[next];
        if (after.pos.line == item.pos.line) {
          removable = true;
        } else if (after.pos.line == 0 && !targeted[next]) {
          after.pos = item.pos;
          removable = true;
        }
      }
    }
    if (removable) {
      item.dead = true;
      if (targeted[i]) {
        uint32_t next = next_live(i + 1);
        if (next < items_.size()) targeted[next] = true;
      }
      continue;
    }
    if (!falls_through(item.code))
      previous_line = -1;
    else if (item.pos.line != 0)
      previous_line = item.pos.line;
  }
}

// A conditional jump over a jump of the same line becomes one conditional jump the other way.
void CodeBuilder::invert_jumps() {
  std::vector<bool> targeted = jump_targets();
  for (uint32_t i = 0; i < items_.size(); i++) {
    Item& item = items_[i];
    if (item.dead || item.target == kNoLabel) continue;
    uint8_t op = item.code.op;
    bool by_op = op >= kOpJUMP_IF_TRUE && op <= kOpJUMP_IF_NOT_NONE, by_sense = op >= kOpJUMP_LT && op <= kOpJUMP_IN;
    if (!by_op && !by_sense) continue;
    uint32_t next = next_live(i + 1);
    if (next >= items_.size() || targeted[next] || items_[next].code.op != kOpJUMP) continue;
    Item& jump = items_[next];
    if (jump.pos.line != 0 && jump.pos.line != item.pos.line) continue;
    if (next_live(target_of(item)) != next_live(next + 1)) continue;
    if (by_op)
      item.code.op = op == kOpJUMP_IF_TRUE    ? kOpJUMP_IF_FALSE
                     : op == kOpJUMP_IF_FALSE ? kOpJUMP_IF_TRUE
                     : op == kOpJUMP_IF_NONE  ? kOpJUMP_IF_NOT_NONE
                                              : kOpJUMP_IF_NONE;
    else
      item.code.a ^= 1;
    item.target = jump.target;
    jump.dead = true;
  }
}

// `return None` at a function's end has no line of its own. Each jump to it gets a copy, so that the function is seen to return from
// the line that jumped: an unconditional jump becomes one, a conditional jump goes to one behind the code.
void CodeBuilder::copy_implicit_returns() {
  auto implicit_return = [this](uint32_t at) {
    if (at >= items_.size()) return ~0u;
    const Item& load = items_[at];
    if (load.code.op != kOpLOAD_CONST || load.pos.line != 0) return ~0u;
    uint32_t next = next_live(at + 1);
    if (next >= items_.size()) return ~0u;
    const Item& ret = items_[next];
    return ret.code.op == kOpRETURN && ret.code.a == load.code.a && ret.pos.line == 0 ? next : ~0u;
  };
  size_t count = items_.size();
  for (size_t i = 0; i < count; i++) {
    if (items_[i].dead || items_[i].target == kNoLabel) continue;
    uint32_t to = next_live(target_of(items_[i]));
    uint32_t ret = implicit_return(to);
    if (ret == ~0u) continue;
    Item& item = items_[i];
    if (item.code.op == kOpJUMP) {
      item.return_none = true;
      item.context = items_[to].context;
      item.code = items_[to].code;
      item.ext = items_[ret].code;
      item.target = kNoLabel;
    } else if (item.pos.line != 0 && item.code.op != kOpJUMP_BACK) {
      Label copy = new_label();
      item.target = copy;
      Item load = items_[to], end = items_[ret];
      load.pos = end.pos = item.pos;
      bind(copy);
      items_.push_back(load);
      items_.push_back(end);
    }
  }
}

// ---- definite assignment

namespace {
using Bits = std::vector<uint64_t>;
bool test_bit(const uint64_t* bits, uint32_t i) { return bits[i >> 6] >> (i & 63) & 1; }
void set_bit(uint64_t* bits, uint32_t i) { bits[i >> 6] |= uint64_t{1} << (i & 63); }
void clear_bit(uint64_t* bits, uint32_t i) { bits[i >> 6] &= ~(uint64_t{1} << (i & 63)); }
}  // namespace

void CodeBuilder::remove_checks(uint32_t nlocals, uint32_t bound_at_entry) {
  // Only locals that are checked somewhere matter.
  std::vector<int32_t> bit_of(nlocals, -1);
  uint32_t nbits = 0;
  for (const Item& item : items_) {
    if (!item.dead && item.code.op == kOpCHECK_LOCAL && bit_of[item.code.a] < 0) bit_of[item.code.a] = nbits++;
  }
  if (nbits == 0) return;
  uint32_t words = (nbits + 63) / 64;

  // Basic blocks: leaders are targets, handlers, what follows a jump, and changes of context.
  std::vector<bool> leader(items_.size() + 1, false);
  leader[next_live(0)] = true;
  uint32_t previous_context = 0;
  bool after_jump = false;
  for (uint32_t i = 0; i < items_.size(); i++) {
    const Item& item = items_[i];
    if (item.dead) continue;
    if (after_jump || item.context != previous_context) leader[i] = true;
    previous_context = item.context;
    after_jump = item.target != kNoLabel || !falls_through(item.code) || item.return_none;
    if (item.target != kNoLabel) leader[next_live(target_of(item))] = true;
    if (item.context) leader[next_live(labels_[contexts_[item.context].target])] = true;
  }
  std::vector<uint32_t> starts;
  std::vector<uint32_t> block_at(items_.size() + 1, ~0u);
  for (uint32_t i = 0; i < items_.size(); i++) {
    if (leader[i] && !items_[i].dead) {
      block_at[i] = static_cast<uint32_t>(starts.size());
      starts.push_back(i);
    }
  }
  if (starts.empty()) return;
  Bits in(static_cast<size_t>(starts.size()) * words, ~uint64_t{0});
  {
    uint64_t* first = &in[0];
    std::fill(first, first + words, 0);
    for (uint32_t r = 0; r < bound_at_entry && r < nlocals; r++) {
      if (bit_of[r] >= 0) set_bit(first, bit_of[r]);
    }
  }
  Bits state(words);
  bool changed = true;
  auto meet = [&](uint32_t item_index) {
    uint32_t block = block_at[next_live(item_index)];
    if (block == ~0u) return;
    uint64_t* to = &in[static_cast<size_t>(block) * words];
    for (uint32_t w = 0; w < words; w++) {
      uint64_t met = to[w] & state[w];
      if (met != to[w]) {
        to[w] = met;
        changed = true;
      }
    }
  };
  auto written = [&](const Item& item, bool set) {
    const char* format = kOpInfo[item.code.op].format;
    if (format[0] == 'w' || format[0] == 'W') {
      uint32_t count = format[0] == 'W' ? written_count(item.code, &item.ext) : 1;
      for (uint32_t r = item.code.a; r < item.code.a + count && r < nlocals; r++) {
        if (bit_of[r] >= 0) set ? set_bit(state.data(), bit_of[r]) : clear_bit(state.data(), bit_of[r]);
      }
    }
  };
  auto run_block = [&](uint32_t block, bool rewrite) {
    std::copy_n(&in[static_cast<size_t>(block) * words], words, state.begin());
    uint32_t i = starts[block];
    uint32_t handler = items_[i].context ? labels_[contexts_[items_[i].context].target] : ~0u;
    if (handler != ~0u && !rewrite) meet(handler);
    for (;;) {
      Item& item = items_[i];
      uint8_t op = item.code.op;
      if (op == kOpCHECK_LOCAL) {
        int32_t bit = bit_of[item.code.a];
        if (rewrite && test_bit(state.data(), bit)) { item.code = {kOpNOP, 0, 0, 0, 0}; }
        set_bit(state.data(), bit);
      } else if (op == kOpDELETE_LOCAL || op == kOpCLEAR) {
        if (item.code.a < nlocals && bit_of[item.code.a] >= 0) {
          clear_bit(state.data(), bit_of[item.code.a]);
          if (handler != ~0u && !rewrite) meet(handler);
        }
      } else if (op == kOpFOR_ITER && item.target != kNoLabel) {
        if (!rewrite) meet(target_of(item));
        written(item, true);
      } else if (!item.return_none) {
        written(item, true);
      }
      if (item.target != kNoLabel && op != kOpFOR_ITER && !rewrite) meet(target_of(item));
      if (!falls_through(item.code) || item.return_none) return;
      i = next_live(i + 1);
      if (i >= items_.size()) return;
      if (block_at[i] != ~0u) {
        if (!rewrite) meet(i);
        return;
      }
    }
  };
  while (changed) {
    changed = false;
    for (uint32_t block = 0; block < starts.size(); block++) run_block(block, false);
  }
  for (uint32_t block = 0; block < starts.size(); block++) run_block(block, true);
}

// ---- constants of loops

std::vector<bool> CodeBuilder::jump_targets() const {
  std::vector<bool> targeted(items_.size() + 1, false);
  for (const Item& item : items_) {
    if (!item.dead && item.target != kNoLabel) targeted[next_live(target_of(item))] = true;
  }
  for (size_t c = 1; c < contexts_.size(); c++) {
    uint32_t position = labels_[contexts_[c].target];
    if (position != ~0u) targeted[next_live(position)] = true;
  }
  return targeted;
}

// The plain operands that read the temporary which the load at `load` writes, up to its last use, all in a straight line. Where
// there is more to it, false.
bool CodeBuilder::find_constant_uses(uint32_t load, const std::vector<bool>& targeted,
                                     std::vector<OperandUse>* uses) const {
  uses->clear();
  uint16_t reg = items_[load].code.a;
  uint32_t at = load;
  for (int steps = 0; steps < 64; steps++) {
    at = next_live(at + 1);
    if (at >= items_.size() || targeted[at]) return false;
    const Item& item = items_[at];
    if (item.return_none) return false;
    const Instruction& in = item.code;
    const char* format = kOpInfo[in.op].format;
    uint16_t values[3] = {in.a, in.b, in.c};
    int read_at = -1;
    bool rewritten = false, otherwise = in.op == kOpYIELD && (in.c == reg || (has_ext(in) && item.ext.a == reg));
    for (int p = 0; p < 3; p++) {
      uint16_t v = values[p];
      switch (format[p]) {
        case 'r':
          if (v == reg) (read_at < 0 ? void(read_at = p) : void(otherwise = true));
          break;
        case 'm': otherwise = otherwise || v == reg; break;
        case 'w': rewritten = rewritten || v == reg; break;
        case 'W': {
          uint32_t n = written_count(in, &item.ext);
          rewritten = rewritten || (reg >= v && reg < v + n);
          break;
        }
        case 's':
          // How many it consumes does not matter: nothing below its first register is touched, and a constant above that is one of them.
          otherwise = otherwise || (reg >= v && (in.op != kOpMAKE_FUNCTION || in.flags >= 16));
          break;
        default: break;
      }
    }
    if (otherwise) return false;
    if (read_at >= 0) {
      if (in.op == kOpMOVE || in.op == kOpRETURN || in.op == kOpRAISE || in.op == kOpRERAISE || in.op == kOpSEND)
        return false;
      uses->push_back({at, read_at});
      if ((in.flags & (1 << read_at)) || rewritten) return true;
    }
    if (rewritten || item.target != kNoLabel || !falls_through(in)) return false;
  }
  return false;
}

void CodeBuilder::shift_temporaries(uint32_t temp_base, uint32_t by) {
  auto shift = [&](uint16_t& reg) {
    if (reg != kNoReg && reg >= temp_base) reg = static_cast<uint16_t>(reg + by);
  };
  auto is_register = [](char kind) { return kind == 'w' || kind == 'r' || kind == 'm' || kind == 's' || kind == 'W'; };
  for (Item& item : items_) {
    const char* format = kOpInfo[item.code.op].format;
    if (is_register(format[0])) shift(item.code.a);
    if (is_register(format[1])) shift(item.code.b);
    if (is_register(format[2])) shift(item.code.c);
    if (item.code.op == kOpYIELD && item.code.c != kNoReg) {
      shift(item.code.c);
      shift(item.ext.a);
    }
    if (item.return_none) shift(item.ext.a);
  }
  for (Context& context : contexts_) shift(context.depth);
}

void CodeBuilder::hoist_constants(CodeUnit* unit, uint32_t temp_base) {
  constexpr size_t kMaxHoisted = 12;
  // How many loops each item is in.
  std::vector<int32_t> depth(items_.size() + 1, 0);
  bool loops = false;
  for (uint32_t i = 0; i < items_.size(); i++) {
    if (items_[i].dead || items_[i].code.op != kOpJUMP_BACK) continue;
    loops = true;
    depth[target_of(items_[i])]++;
    depth[i + 1]--;
  }
  if (!loops) return;
  for (size_t i = 1; i < depth.size(); i++) depth[i] += depth[i - 1];
  struct Use {
    uint32_t load;
    size_t group;
    std::vector<OperandUse> operands;
  };
  struct Group {
    Instruction load;
    uint64_t weight;
    uint16_t reg;
  };
  std::vector<Use> uses;
  std::vector<Group> groups;
  std::vector<bool> targeted = jump_targets();
  for (uint32_t i = 0; i < items_.size(); i++) {
    const Item& item = items_[i];
    if (item.dead || item.return_none || depth[i] <= 0) continue;
    if ((item.code.op != kOpLOAD_CONST && item.code.op != kOpLOAD_INT) || item.code.a < temp_base) continue;
    Use use{i, 0, {}};
    if (!find_constant_uses(i, targeted, &use.operands)) continue;
    while (use.group < groups.size() &&
           (groups[use.group].load.op != item.code.op || groups[use.group].load.wide() != item.code.wide())) {
      use.group++;
    }
    if (use.group == groups.size()) {
      if (groups.size() == 256) continue;
      groups.push_back({item.code, 0, kNoReg});
    }
    groups[use.group].weight += uint64_t{1} << (3 * std::min(depth[i], 12));
    uses.push_back(std::move(use));
  }
  if (groups.empty()) return;
  std::vector<size_t> order(groups.size());
  for (size_t g = 0; g < order.size(); g++) order[g] = g;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return groups[a].weight != groups[b].weight ? groups[a].weight > groups[b].weight : a < b;
  });
  if (order.size() > kMaxHoisted) order.resize(kMaxHoisted);
  uint32_t count = static_cast<uint32_t>(order.size());
  if (unit->register_count + count > 60000) return;
  shift_temporaries(temp_base, count);
  unit->register_count = static_cast<uint16_t>(unit->register_count + count);
  for (uint32_t k = 0; k < count; k++) groups[order[k]].reg = static_cast<uint16_t>(temp_base + k);
  for (const Use& use : uses) {
    uint16_t reg = groups[use.group].reg;
    if (reg == kNoReg) continue;
    for (const OperandUse& operand : use.operands) {
      Instruction& in = items_[operand.item].code;
      (operand.place == 0 ? in.a : operand.place == 1 ? in.b : in.c) = reg;
      in.flags = static_cast<uint8_t>(in.flags & ~(1 << operand.place));
    }
    items_[use.load].code = {kOpNOP, 0, 0, 0, 0};  // goes, unless its line has nothing else
  }
  uint32_t at = 0;
  while (at < items_.size() &&
         (items_[at].dead || items_[at].code.op == kOpRETURN_GENERATOR || items_[at].code.op == kOpMAKE_CELL))
    at++;
  std::vector<Item> loads(count);
  for (uint32_t k = 0; k < count; k++) {
    loads[k].code = groups[order[k]].load;
    loads[k].code.a = static_cast<uint16_t>(temp_base + k);
    loads[k].ext = {kOpEXT, 0, 0, 0, 0};
    loads[k].pos = {0, 0, -1, -1};
  }
  items_.insert(items_.begin() + at, loads.begin(), loads.end());
  for (uint32_t& position : labels_) {
    if (position != ~0u && position >= at) position += count;
  }
}

// ---- lines

void CodeBuilder::give_lines() {
  std::vector<uint8_t> jumped_to(items_.size() + 1, 0);
  std::vector<uint32_t> jump_from(items_.size() + 1, ~0u);
  for (uint32_t i = 0; i < items_.size(); i++) {
    if (items_[i].dead || items_[i].target == kNoLabel) continue;
    uint32_t to = next_live(target_of(items_[i]));
    if (jumped_to[to] < 2) jumped_to[to]++;
    jump_from[to] = i;
  }
  for (size_t c = 1; c < contexts_.size(); c++) {
    if (labels_[contexts_[c].target] != ~0u) jumped_to[next_live(labels_[contexts_[c].target])] = 2;
  }
  uint32_t previous = ~0u;
  for (uint32_t i = 0; i < items_.size(); i++) {
    Item& item = items_[i];
    if (item.dead) continue;
    bool from_above = previous != ~0u && falls_through(items_[previous].code) && !items_[previous].return_none;
    if (item.pos.line == 0) {
      if (from_above && jumped_to[i] == 0) {
        item.pos = items_[previous].pos;
      } else if (!from_above && jumped_to[i] == 1 && jump_from[i] < i) {
        item.pos = items_[jump_from[i]].pos;
      }
    }
    previous = i;
  }
}

// ---- the final form

void CodeBuilder::emit_ranges(CodeUnit* unit, const std::vector<uint32_t>& final_index) {
  struct Open {
    uint32_t start = ~0u, end = 0;
  };
  std::vector<Open> open(contexts_.size());
  struct Range {
    uint32_t level;
    HandlerRange range;
  };
  std::vector<Range> ranges;
  auto close = [&](uint32_t c) {
    if (open[c].start == ~0u) return;
    const Context& context = contexts_[c];
    ranges.push_back(
        {context.level,
         {open[c].start, open[c].end, final_index[next_live(labels_[context.target])], context.depth, context.flags}});
    open[c].start = ~0u;
  };
  for (uint32_t i = 0; i < items_.size(); i++) {
    const Item& item = items_[i];
    if (item.dead) continue;
    uint32_t start = final_index[i];
    uint32_t end = start + (item.ext_used || item.return_none ? 2 : 1);
    for (uint32_t c = item.context; c; c = contexts_[c].parent) {
      if (open[c].start != ~0u && open[c].end != start) close(c);
      if (open[c].start == ~0u) open[c].start = start;
      open[c].end = end;
    }
  }
  for (uint32_t c = 1; c < contexts_.size(); c++) close(c);
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.level != b.level ? a.level > b.level : a.range.start < b.range.start;
  });
  for (const Range& r : ranges) unit->handlers.push_back(r.range);
}

bool CodeBuilder::finish(CodeUnit* unit, uint32_t nlocals, uint32_t bound_at_entry, uint32_t temp_base) {
  for (Item& item : items_) item.ext_used = has_ext(item.code);
  thread_jumps();
  remove_unreachable();
  skip_dead_targets();
  copy_implicit_returns();
  remove_unreachable();
  skip_dead_targets();
  remove_checks(nlocals, bound_at_entry);
  hoist_constants(unit, temp_base);
  remove_nops();
  invert_jumps();
  skip_dead_targets();
  give_lines();

  std::vector<uint32_t> final_index(items_.size() + 1);
  uint64_t count = 0;
  for (size_t i = 0; i < items_.size(); i++) {
    final_index[i] = static_cast<uint32_t>(count);
    if (!items_[i].dead) count += items_[i].ext_used || items_[i].return_none ? 2 : 1;
  }
  final_index[items_.size()] = static_cast<uint32_t>(count);
  if (count > 0x3FFFFFFF) return false;

  // MAKE_FUNCTION has 16 bits for its code: where there are many constants, code comes first (after the docstring's place).
  std::vector<uint32_t> constant_map;
  if (constants_.size() > 0xFFFF) {
    std::vector<ConstantEntry> sorted;
    constant_map.resize(constants_.size());
    for (int pass = 0; pass < 3; pass++) {
      for (size_t i = 0; i < constants_.size(); i++) {
        int wanted = i == 0 ? 0 : constants_[i].code ? 1 : 2;
        if (wanted != pass || constant_map[i]) continue;
        constant_map[i] = static_cast<uint32_t>(sorted.size());
        sorted.push_back(std::move(constants_[i]));
        if (i == 0) break;
      }
    }
    constants_ = std::move(sorted);
  }
  auto mapped = [&](uint32_t k) { return constant_map.empty() ? k : constant_map[k]; };

  unit->code.reserve(count);
  unit->positions.reserve(count);
  for (Item& item : items_) {
    if (item.dead) continue;
    Instruction code = item.code;
    Instruction ext = item.ext;
    if (item.target != kNoLabel) {
      uint32_t target = final_index[target_of(item)];
      if (target_place(code) == 1)
        set_wide(code, target);
      else
        set_wide(ext, target);
    }
    if (code.op == kOpMAKE_FUNCTION) {
      // The index waits in the EXT word, which this instruction has not.
      uint32_t index = mapped(ext.wide());
      if (index > 0xFFFF) return false;
      code.c = static_cast<uint16_t>(index);
    } else if (code.op == kOpLOAD_CONST) {
      set_wide(code, mapped(code.wide()));
    } else if (code.op == kOpCALL_KW) {
      set_wide(ext, mapped(ext.wide()));
    }
    unit->code.push_back(code);
    unit->positions.push_back(item.pos);
    if (item.ext_used || item.return_none) {
      unit->code.push_back(ext);
      unit->positions.push_back(item.pos);
    }
  }
  emit_ranges(unit, final_index);
  unit->names = std::move(names_);
  unit->constants = std::move(constants_);
  return true;
}

}  // namespace taipan::frontend
