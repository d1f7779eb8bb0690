// match: each case tests the subject with its pattern and jumps on at the first thing that doesn't fit.
//
// What a pattern takes apart stays in temporaries until the whole pattern has matched; only then are names bound, so that a case
// that fails in the middle binds none. A failure with n such temporaries goes to fail[n], which empties them in turn.
#include <algorithm>

#include "frontend/compiler_impl.h"
#include "frontend/unparse.h"

namespace taipan::frontend {

using namespace ast;

namespace {

bool is_wildcard(const Pattern* pattern) {
  auto* as = dyn_cast<MatchAs>(pattern);
  return as && !as->name && !as->pattern;
}
bool is_star_wildcard(const Pattern* pattern) {
  auto* star = dyn_cast<MatchStar>(pattern);
  return star && !star->name;
}
// Equality of Python's dict keys as far as literals go: 1, 1.0 and True are one key.
bool same_key(const ConstantValue& a, const ConstantValue& b) {
  auto number = [](const ConstantValue& v, double* out) {
    switch (v.kind) {
      case ConstantKind::kTrue: *out = 1; return true;
      case ConstantKind::kFalse: *out = 0; return true;
      case ConstantKind::kInt: *out = static_cast<double>(v.int_value); return true;
      case ConstantKind::kFloat: *out = v.float_value; return true;
      case ConstantKind::kComplex: *out = v.float_value; return v.imag_value == 0;
      default: return false;
    }
  };
  double x, y;
  if (a.kind == ConstantKind::kInt && b.kind == ConstantKind::kInt) return a.int_value == b.int_value;
  if (number(a, &x) && number(b, &y)) return x == y;
  std::string ka, kb;
  append_constant_key(a, &ka);
  append_constant_key(b, &kb);
  return ka == kb;
}

}  // namespace

Label Compiler::fail_label(PatternState& state) {
  uint32_t live = u_->next_temp - state.mark;
  while (state.fail.size() <= live) state.fail.push_back(kNoLabel);
  if (state.fail[live] == kNoLabel) state.fail[live] = new_label();
  return state.fail[live];
}

// Where failures arrive, with every temporary of the pattern emptied.
void Compiler::bind_failures(PatternState& state) {
  bool reached = false;
  for (uint32_t live = static_cast<uint32_t>(state.fail.size()); live-- > 0;) {
    if (state.fail[live] != kNoLabel) {
      bind(state.fail[live]);
      reached = true;
    }
    if (live > 0 && reached) clear(static_cast<Reg>(state.mark + live - 1));
  }
}

void Compiler::capture(Identifier name, Reg subject, PatternState& state) {
  if (!name) return;
  for (auto& [other, reg] : state.captures) {
    if (other == name) {
      fail("multiple assignments to name '" + std::string(name->view()) + "' in pattern");
      return;
    }
  }
  if (forbidden(name, ExprContext::kStore)) return;
  if (subject < state.mark) {
    Reg t = alloc();
    emit(kOpMOVE, t, subject);
    subject = t;
  }
  state.captures.emplace_back(name, subject);
}

// Binds the names and empties the pattern's temporaries.
void Compiler::finish_captures(PatternState& state) {
  std::vector<bool> moved(u_->next_temp - state.mark);
  for (size_t i = 0; i < state.captures.size(); i++) {
    auto [name, reg] = state.captures[i];
    bool again = false;
    for (size_t j = i + 1; j < state.captures.size(); j++) again = again || state.captures[j].second == reg;
    store_name(name, {reg, !again});
    moved[reg - state.mark] = true;
  }
  for (uint32_t r = state.mark; r < u_->next_temp; r++) {
    if (!moved[r - state.mark]) clear(static_cast<Reg>(r));
  }
  free_to(state.mark);
}

void Compiler::match_statement(const Match* stmt) {
  Mark mark(*this);
  Reg subject = expr_temp(stmt->subject);
  Label end = new_label();
  uint32_t count = stmt->cases.size;
  bool has_default = count > 1 && is_wildcard(stmt->cases[count - 1]->pattern);
  for (uint32_t i = 0; i < count - has_default; i++) {
    if (failed()) return;
    MatchCase* c = stmt->cases[i];
    pos_ = position(c->pattern->loc);
    PatternState state;
    state.mark = u_->next_temp;
    state.allow_irrefutable = c->guard || i == count - 1;
    emit(kOpNOP);  // the case is a line, whatever its pattern needs
    pattern(c->pattern, subject, state);
    if (failed()) return;
    finish_captures(state);
    if (c->guard) jump_if(c->guard, fail_label(state), false);
    artificial();
    clear(subject);
    for (Stmt* s : c->body) statement(s);
    artificial();
    jump(end);
    // The next case starts a line of its own; what empties registers on the way to it belongs to none.
    artificial();
    bind_failures(state);
    free_to(state.mark);
  }
  if (has_default) {
    MatchCase* c = stmt->cases[count - 1];
    pos_ = position(c->pattern->loc);
    if (c->guard) {
      Label skip = new_label();
      emit(kOpNOP);
      jump_if(c->guard, skip, false);
      artificial();
      clear(subject);
      for (Stmt* s : c->body) statement(s);
      artificial();
      jump(end);
      bind(skip);
      clear(subject);
    } else {
      clear(subject);
      for (Stmt* s : c->body) statement(s);
    }
  } else {
    clear(subject);
  }
  bind(end);
}

void Compiler::subpattern(const Pattern* p, Reg subject, PatternState& state) {
  bool saved = state.allow_irrefutable;
  state.allow_irrefutable = true;
  pattern(p, subject, state);
  state.allow_irrefutable = saved;
}

// Fails unless the instruction says true about the subject.
void Compiler::test_pattern_op(Op op, Reg subject, PatternState& state) {
  Reg t = alloc();
  emit(op, t, subject);
  free_to(t);
  emit_jump(kOpJUMP_IF_FALSE, t, fail_label(state), kLastA);
}

void Compiler::pattern(const Pattern* p, Reg subject, PatternState& state) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  // Not restored: what follows a pattern inside another belongs to the inner one.
  pos_ = position(p->loc);
  switch (p->kind) {
    case PatternKind::kMatchValue: {
      auto* value = cast<MatchValue>(p)->value;
      if (!isa<Constant>(value) && !isa<Attribute>(value)) {
        fail("patterns may only match literals and attribute lookups");
        return;
      }
      Mark mark(*this);
      Label label = fail_label(state);
      compare_jump(CmpOperator::kEq, {subject, false}, value, label, false);
      break;
    }
    case PatternKind::kMatchSingleton: {
      auto* constant = make_node<Constant>(arena_, p->loc, cast<MatchSingleton>(p)->value, String{});
      Mark mark(*this);
      Label label = fail_label(state);
      compare_jump(CmpOperator::kIs, {subject, false}, constant, label, false);
      break;
    }
    case PatternKind::kMatchSequence: sequence_pattern(cast<MatchSequence>(p), subject, state); break;
    case PatternKind::kMatchMapping: mapping_pattern(cast<MatchMapping>(p), subject, state); break;
    case PatternKind::kMatchClass: class_pattern(cast<MatchClass>(p), subject, state); break;
    case PatternKind::kMatchStar: capture(cast<MatchStar>(p)->name, subject, state); break;
    case PatternKind::kMatchAs: {
      auto* as = cast<MatchAs>(p);
      if (!as->pattern) {
        if (!state.allow_irrefutable) {
          if (as->name) {
            fail("name capture '" + std::string(as->name->view()) + "' makes remaining patterns unreachable");
          } else {
            fail("wildcard makes remaining patterns unreachable");
          }
          return;
        }
        capture(as->name, subject, state);
        return;
      }
      pattern(as->pattern, subject, state);
      capture(as->name, subject, state);
      break;
    }
    case PatternKind::kMatchOr: or_pattern(cast<MatchOr>(p), subject, state); break;
  }
}

void Compiler::sequence_pattern(const MatchSequence* p, Reg subject, PatternState& state) {
  uint32_t size = p->patterns.size;
  int star = -1;
  bool only_wildcards = true, star_wildcard = false;
  for (uint32_t i = 0; i < size; i++) {
    Pattern* item = p->patterns[i];
    if (isa<MatchStar>(item)) {
      if (star >= 0) {
        fail("multiple starred names in sequence pattern");
        return;
      }
      star = static_cast<int>(i);
      star_wildcard = is_star_wildcard(item);
      only_wildcards = only_wildcards && star_wildcard;
      continue;
    }
    only_wildcards = only_wildcards && is_wildcard(item);
  }
  if (size > 30000) {
    fail("too many sub-patterns in sequence pattern");
    return;
  }
  test_pattern_op(kOpMATCH_SEQUENCE, subject, state);
  if (star < 0 || size > 1) {
    Reg length = alloc();
    emit(kOpGET_LEN, length, subject);
    free_to(length);
    Label label = fail_label(state);
    u_->next_temp = length + 1u;
    if (star < 0)
      emit_compare_jump(kOpJUMP_EQ_I, false, length, static_cast<uint16_t>(size), label, kLastB);
    else
      emit_compare_jump(kOpJUMP_GE_I, false, length, static_cast<uint16_t>(size - 1), label, kLastB);
    free_to(length);
  }
  if (only_wildcards) return;
  if (star >= 0 && star_wildcard) {
    for (uint32_t i = 0; i < size; i++) {
      if (failed()) return;
      if (static_cast<int>(i) == star || is_wildcard(p->patterns[i])) continue;
      Reg item = alloc();
      {
        Mark mark(*this);
        Reg index = static_cast<int>(i) < star ? item : alloc();
        if (static_cast<int>(i) < star) {
          load_const(ConstantValue::integer(i), item);
        } else {
          emit(kOpGET_LEN, index, subject);
          emit(kOpSUBTRACT_I, index, index, static_cast<uint16_t>(size - i));
        }
        emit(kOpGET_ITEM, item, subject, index, index == item ? 0 : kLastC);
      }
      subpattern(p->patterns[i], item, state);
    }
    return;
  }
  Reg base = alloc_many(size);
  if (failed()) return;
  if (star < 0) {
    emit(kOpUNPACK_SEQ, base, subject, static_cast<uint16_t>(size));
  } else {
    auto& item = emit(kOpUNPACK_EX, base, subject, static_cast<uint16_t>(star));
    item.ext.a = static_cast<uint16_t>(size - star - 1);
  }
  for (uint32_t i = 0; i < size; i++) {
    if (failed()) return;
    subpattern(p->patterns[i], static_cast<Reg>(base + i), state);
  }
}

void Compiler::mapping_pattern(const MatchMapping* p, Reg subject, PatternState& state) {
  uint32_t size = p->keys.size;
  test_pattern_op(kOpMATCH_MAPPING, subject, state);
  if (size == 0 && !p->rest) return;
  if (size > 30000) {
    fail("too many sub-patterns in mapping pattern");
    return;
  }
  if (size > 0) {
    Reg length = alloc();
    emit(kOpGET_LEN, length, subject);
    free_to(length);
    Label label = fail_label(state);
    u_->next_temp = length + 1u;
    emit_compare_jump(kOpJUMP_GE_I, false, length, static_cast<uint16_t>(size), label, kLastB);
    free_to(length);
  }
  Reg keys = alloc();
  {
    Mark mark(*this);
    for (uint32_t i = 0; i < size; i++) {
      Expr* key = p->keys[i];
      if (!key) {
        fail("can't use NULL keys in MatchMapping (set 'rest' parameter instead)");
        return;
      }
      if (auto* constant = dyn_cast<Constant>(key)) {
        for (uint32_t j = 0; j < i; j++) {
          auto* other = dyn_cast<Constant>(p->keys[j]);
          if (other && same_key(constant->value, other->value)) {
            std::string text;
            unparse_expression(key, &text);
            fail("mapping pattern checks duplicate key (" + text + ")");
            return;
          }
        }
      } else if (!isa<Attribute>(key)) {
        fail("mapping pattern keys may only match literals and attribute lookups");
        return;
      }
      if (i == 0)
        expr_to(key, keys);
      else
        expr_temp(key);
    }
    emit(kOpBUILD_TUPLE, keys, keys, static_cast<uint16_t>(size));
  }
  Reg values = alloc();
  emit(kOpMATCH_KEYS, values, subject, keys);
  emit_jump(kOpJUMP_IF_NONE, values, fail_label(state));
  if (size > 0) {
    Reg base = alloc_many(size);
    if (failed()) return;
    emit(kOpUNPACK_SEQ, base, values, static_cast<uint16_t>(size));
    for (uint32_t i = 0; i < size; i++) {
      if (failed()) return;
      subpattern(p->patterns[i], static_cast<Reg>(base + i), state);
    }
  }
  if (p->rest) {
    Reg rest = alloc();
    emit(kOpMATCH_REST, rest, subject, keys);
    capture(p->rest, rest, state);
  }
}

void Compiler::class_pattern(const MatchClass* p, Reg subject, PatternState& state) {
  uint32_t positional = p->patterns.size, keywords = p->kwd_attrs.size;
  for (uint32_t i = 0; i < keywords; i++) {
    for (uint32_t j = i + 1; j < keywords; j++) {
      if (p->kwd_attrs[i] == p->kwd_attrs[j]) {
        fail_at(p->kwd_patterns[j]->loc,
                "attribute name repeated in class pattern: " + std::string(p->kwd_attrs[j]->view()));
        return;
      }
    }
  }
  if (positional + keywords > 30000) {
    fail("too many sub-patterns in class pattern");
    return;
  }
  Reg parts = alloc();
  {
    Mark mark(*this);
    emit(kOpMOVE, parts, subject);
    expr_temp(p->cls);
    auto* names = arena_.make_array<ConstantValue>(keywords);
    for (uint32_t i = 0; i < keywords; i++) names[i] = ConstantValue::string(p->kwd_attrs[i]->view());
    load_const(ConstantValue::tuple(names, keywords), alloc());
    emit(kOpMATCH_CLASS, parts, parts, static_cast<uint16_t>(positional));
  }
  emit_jump(kOpJUMP_IF_NONE, parts, fail_label(state));
  if (positional + keywords == 0) return;
  Reg base = alloc_many(positional + keywords);
  if (failed()) return;
  emit(kOpUNPACK_SEQ, base, parts, static_cast<uint16_t>(positional + keywords));
  for (uint32_t i = 0; i < positional + keywords; i++) {
    if (failed()) return;
    Pattern* item = i < positional ? p->patterns[i] : p->kwd_patterns[i - positional];
    subpattern(item, static_cast<Reg>(base + i), state);
  }
}

namespace {
void pattern_names(const Pattern* p, std::vector<Identifier>* names) {
  auto add = [names](Identifier name) {
    if (name && std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
  };
  switch (p->kind) {
    case PatternKind::kMatchValue:
    case PatternKind::kMatchSingleton: break;
    case PatternKind::kMatchSequence:
      for (Pattern* item : cast<MatchSequence>(p)->patterns) pattern_names(item, names);
      break;
    case PatternKind::kMatchMapping:
      for (Pattern* item : cast<MatchMapping>(p)->patterns) pattern_names(item, names);
      add(cast<MatchMapping>(p)->rest);
      break;
    case PatternKind::kMatchClass:
      for (Pattern* item : cast<MatchClass>(p)->patterns) pattern_names(item, names);
      for (Pattern* item : cast<MatchClass>(p)->kwd_patterns) pattern_names(item, names);
      break;
    case PatternKind::kMatchStar: add(cast<MatchStar>(p)->name); break;
    case PatternKind::kMatchAs:
      if (cast<MatchAs>(p)->pattern) pattern_names(cast<MatchAs>(p)->pattern, names);
      add(cast<MatchAs>(p)->name);
      break;
    case PatternKind::kMatchOr: pattern_names(cast<MatchOr>(p)->patterns[0], names); break;
  }
}
}  // namespace

void Compiler::or_pattern(const MatchOr* p, Reg subject, PatternState& state) {
  std::vector<Identifier> names;
  pattern_names(p->patterns[0], &names);
  Label outer_fail = fail_label(state), matched = new_label();
  // Each alternative leaves what it captured in the same registers.
  Reg common = alloc_many(static_cast<uint32_t>(names.size()));
  for (uint32_t i = 0; i < p->patterns.size; i++) {
    if (failed()) return;
    Pattern* alternative = p->patterns[i];
    PatternState inner;
    inner.mark = u_->next_temp;
    inner.allow_irrefutable = i + 1 == p->patterns.size && state.allow_irrefutable;
    pattern(alternative, subject, inner);
    if (failed()) return;
    bool same = inner.captures.size() == names.size();
    std::vector<bool> moved(u_->next_temp - inner.mark);
    for (size_t n = 0; same && n < names.size(); n++) {
      auto it =
          std::find_if(inner.captures.begin(), inner.captures.end(), [&](auto& c) { return c.first == names[n]; });
      if (it == inner.captures.end()) {
        same = false;
        break;
      }
      bool again = false;
      for (size_t later = n + 1; later < names.size(); later++) {
        for (auto& [name, reg] : inner.captures) again = again || (name == names[later] && reg == it->second);
      }
      emit(kOpMOVE, static_cast<Reg>(common + n), it->second, 0, again ? 0 : kLastB);
      moved[it->second - inner.mark] = true;
    }
    if (!same) {
      fail("alternative patterns bind different names");
      return;
    }
    for (uint32_t r = inner.mark; r < u_->next_temp; r++) {
      if (!moved[r - inner.mark]) clear(static_cast<Reg>(r));
    }
    free_to(inner.mark);
    jump(matched);
    bind_failures(inner);
  }
  jump(outer_fail);
  bind(matched);
  for (size_t n = 0; n < names.size(); n++) capture(names[n], static_cast<Reg>(common + n), state);
}

}  // namespace taipan::frontend
