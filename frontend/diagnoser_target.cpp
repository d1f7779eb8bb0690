#include "frontend/diagnoser.h"
#include "frontend/diagnoser_rule.h"

namespace taipan::frontend {

using namespace ast;

Expr* Diagnoser::star_targets() {
  RULE;
  Expr* first = star_target();
  if (first == nullptr) return nullptr;
  if (negative(T::kComma)) return first;
  if (error_) return nullptr;
  std::vector<Expr*> all = {first};
  size_t end = mark_;
  while (expect(T::kComma)) {
    Expr* next = star_target();
    if (next == nullptr) break;
    all.push_back(next);
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  expect(T::kComma);
  return error_ ? nullptr : make_tuple(start, all);
}

Expr* Diagnoser::star_target_raw() {
  const size_t start = mark_;
  if (expect(T::kStar) && negative(T::kStar)) {
    Expr* value = star_target();
    if (value != nullptr) return make_starred(start, value);
  }
  RETRY;
  return target_with_star_atom();
}

// t_primary '.' NAME !t_lookahead | t_primary '[' slices ']' !t_lookahead
Expr* Diagnoser::attribute_or_subscript_target() {
  const size_t start = mark_;
  Expr* value = t_primary();
  if (value != nullptr && expect(T::kDot) && expect(T::kIdentifier) && !t_lookahead() && !error_) {
    return make_node<Attribute>(arena_, since(start), value, nullptr, ExprContext::kStore);
  }
  RETRY;
  value = t_primary();
  if (value != nullptr && expect(T::kLeftBracket)) {
    Expr* index = slices();
    if (index != nullptr && expect(T::kRightBracket) && !t_lookahead() && !error_) {
      return make_node<Subscript>(arena_, since(start), value, index, ExprContext::kStore);
    }
  }
  return nullptr;
}

Expr* Diagnoser::target_with_star_atom_raw() {
  const size_t start = mark_;
  if (Expr* found = attribute_or_subscript_target()) return found;
  RETRY;
  return star_atom();
}

Expr* Diagnoser::star_atom() {
  RULE;
  if (Expr* found = name()) return found;
  RETRY;
  if (expect(T::kLeftParen)) {
    Expr* found = target_with_star_atom();
    if (found != nullptr && expect(T::kRightParen)) return found;
  }
  RETRY;
  auto elements = [&](std::vector<Expr*>* all, bool tuple) {
    size_t inside = mark_;
    Expr* first = star_target();
    size_t end = mark_;
    bool comma = false;
    if (first != nullptr) {
      all->push_back(first);
      while (expect(T::kComma)) {
        Expr* next = star_target();
        if (next == nullptr) break;
        all->push_back(next);
        end = mark_;
      }
      if (!error_) {
        mark_ = end;
        comma = expect(T::kComma);
      }
    }
    // A tuple of one needs its comma.
    if (first == nullptr || (tuple && all->size() == 1 && !comma)) {
      all->clear();
      mark_ = inside;
    }
  };
  if (expect(T::kLeftParen)) {
    std::vector<Expr*> all;
    elements(&all, true);
    if (expect(T::kRightParen)) return make_tuple(start, all);
  }
  RETRY;
  if (expect(T::kLeftBracket)) {
    std::vector<Expr*> all;
    elements(&all, false);
    if (expect(T::kRightBracket)) return make_list(start, all);
  }
  return nullptr;
}

Expr* Diagnoser::single_target() {
  RULE;
  if (Expr* found = single_subscript_attribute_target()) return found;
  RETRY;
  if (Expr* found = name()) return found;
  RETRY;
  if (!expect(T::kLeftParen)) return nullptr;
  Expr* found = single_target();
  return found != nullptr && expect(T::kRightParen) ? found : nullptr;
}

Expr* Diagnoser::single_subscript_attribute_target() {
  RULE;
  (void)start;
  return attribute_or_subscript_target();
}

bool Diagnoser::t_lookahead() {
  T type = at();
  return type == T::kLeftParen || type == T::kLeftBracket || type == T::kDot;
}

Expr* Diagnoser::t_primary_raw() {
  const size_t start = mark_;
  Expr* value = atom();
  if (value == nullptr || !t_lookahead() || error_) return nullptr;
  for (;;) {
    size_t end = mark_;
    auto retry = [&] {
      mark_ = end;
      return !error_;
    };
    if (expect(T::kDot) && expect(T::kIdentifier) && t_lookahead()) {
      value = make_node<Attribute>(arena_, since(start), value, nullptr, ExprContext::kLoad);
      continue;
    }
    if (!retry()) return nullptr;
    if (expect(T::kLeftBracket)) {
      Expr* index = slices();
      if (index != nullptr && expect(T::kRightBracket) && t_lookahead()) {
        value = make_node<Subscript>(arena_, since(start), value, index, ExprContext::kLoad);
        continue;
      }
    }
    if (!retry()) return nullptr;
    if (genexp() != nullptr && t_lookahead()) {
      value = make_node<Call>(arena_, since(start), value, Seq<Expr*>{}, Seq<Keyword*>{});
      continue;
    }
    if (!retry()) return nullptr;
    if (expect(T::kLeftParen)) {
      size_t inside = mark_;
      if (arguments() == nullptr) mark_ = inside;
      if (expect(T::kRightParen) && t_lookahead()) {
        value = make_node<Call>(arena_, since(start), value, Seq<Expr*>{}, Seq<Keyword*>{});
        continue;
      }
    }
    if (!retry()) return nullptr;
    return value;
  }
}

bool Diagnoser::del_targets(std::vector<Expr*>* found) {
  Expr* first = del_target();
  if (first == nullptr) return false;
  found->push_back(first);
  size_t end = mark_;
  while (expect(T::kComma)) {
    Expr* next = del_target();
    if (next == nullptr) break;
    found->push_back(next);
    end = mark_;
  }
  if (error_) return false;
  mark_ = end;
  expect(T::kComma);
  return !error_;
}

Expr* Diagnoser::del_target_raw() {
  const size_t start = mark_;
  if (Expr* found = attribute_or_subscript_target()) return found;
  RETRY;
  if (Expr* found = name()) return found;
  RETRY;
  if (expect(T::kLeftParen)) {
    Expr* found = del_target();
    if (found != nullptr && expect(T::kRightParen)) return found;
  }
  RETRY;
  for (T open : {T::kLeftParen, T::kLeftBracket}) {
    if (expect(open)) {
      std::vector<Expr*> all;
      size_t inside = mark_;
      if (!del_targets(&all)) {
        if (error_) return nullptr;
        mark_ = inside;
        all.clear();
      }
      if (expect(open == T::kLeftParen ? T::kRightParen : T::kRightBracket)) {
        return open == T::kLeftParen ? make_tuple(start, all) : make_list(start, all);
      }
    }
    RETRY;
  }
  return nullptr;
}

}  // namespace taipan::frontend
