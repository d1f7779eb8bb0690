#include "frontend/diagnoser.h"
#include "frontend/diagnoser_rule.h"

namespace taipan::frontend {

using namespace ast;

// ---- Arguments of calls -----------------------------------------------------------------------------------------------------

const void* Diagnoser::arguments_raw() {
  const size_t start = mark_;
  if (args() != nullptr) {
    expect(T::kComma);
    if (positive(T::kRightParen)) return matched();
  }
  RETRY;
  if (with_invalid_) invalid_arguments();
  return nullptr;
}

Expr* Diagnoser::starred_expression() {
  RULE;
  if (!expect(T::kStar)) return nullptr;
  Expr* value = expression();
  return value == nullptr ? nullptr : make_starred(start, value);
}

Call* Diagnoser::args() {
  RULE;
  std::vector<Expr*> positional;
  KeywordArguments found;
  size_t end = mark_;
  for (;;) {
    size_t element = mark_;
    Expr* value = starred_expression();
    if (value == nullptr && !error_) {
      mark_ = element;
      value = plain_or_assignment_expression();
      if (value != nullptr && !negative(T::kAssign)) value = nullptr;
    }
    if (error_) return nullptr;
    if (value == nullptr) break;
    positional.push_back(value);
    end = mark_;
    if (!expect(T::kComma)) break;
  }
  if (error_) return nullptr;
  mark_ = end;
  if (!positional.empty()) {
    if (expect(T::kComma) && kwargs(&found)) {
      end = mark_;
    } else {
      found = {};
    }
    if (error_) return nullptr;
    mark_ = end;
  } else {
    mark_ = start;
    if (!kwargs(&found)) return nullptr;
  }
  for (Expr* star : found.starred) positional.push_back(star);
  return make_node<Call>(arena_, since(start), nullptr, arena_.copy_seq(positional.data(), positional.size()),
                         arena_.copy_seq(found.keywords.data(), found.keywords.size()));
}

bool Diagnoser::kwargs(KeywordArguments* found) {
  const size_t start = mark_;
  // One or more `name=value` and `*iterable`, then perhaps a comma and one or more `name=value` and `**mapping`.
  auto gather = [&](bool (Diagnoser::*element)(KeywordArguments*)) {
    if (!(this->*element)(found)) return false;
    size_t end = mark_;
    while (expect(T::kComma)) {
      if (!(this->*element)(found)) break;
      end = mark_;
    }
    if (error_) return false;
    mark_ = end;
    return true;
  };
  *found = {};
  if (gather(&Diagnoser::kwarg_or_starred)) {
    size_t end = mark_;
    KeywordArguments first = *found;
    if (expect(T::kComma) && gather(&Diagnoser::kwarg_or_double_starred)) return true;
    if (error_) return false;
    *found = first;
    mark_ = end;
    return true;
  }
  if (error_) return false;
  mark_ = start;
  *found = {};
  return gather(&Diagnoser::kwarg_or_double_starred);
}

bool Diagnoser::named_argument(KeywordArguments* found) {
  const size_t start = mark_;
  if (!expect(T::kIdentifier)) return false;
  Identifier name = c_.identifier(tok(start));
  if (!expect(T::kAssign)) return false;
  Expr* value = expression();
  if (value == nullptr) return false;
  found->keywords.push_back(make_node<Keyword>(arena_, since(start), name, value));
  return true;
}

bool Diagnoser::kwarg_or_starred(KeywordArguments* found) {
  const size_t start = mark_;
  if (with_invalid_) {
    invalid_kwarg();
    if (error_) return false;
    mark_ = start;
  }
  if (named_argument(found)) return true;
  if (error_) return false;
  mark_ = start;
  Expr* star = starred_expression();
  if (star == nullptr) return false;
  found->starred.push_back(star);
  return true;
}

bool Diagnoser::kwarg_or_double_starred(KeywordArguments* found) {
  const size_t start = mark_;
  if (with_invalid_) {
    invalid_kwarg();
    if (error_) return false;
    mark_ = start;
  }
  if (named_argument(found)) return true;
  if (error_) return false;
  mark_ = start;
  if (!expect(T::kDoubleStar)) return false;
  Expr* value = expression();
  if (value == nullptr) return false;
  found->keywords.push_back(make_node<Keyword>(arena_, since(start), nullptr, value));
  return true;
}

const void* Diagnoser::invalid_kwarg() {
  RULE;
  T type = at();
  if (type == T::kTrue || type == T::kFalse || type == T::kNone) {
    mark_++;
    if (expect(T::kAssign)) {
      return fail_range(token_location(start), token_location(start + 1),
                        std::string("cannot assign to ") + std::string(c_.token_text(tok(start))));
    }
  }
  RETRY;
  std::vector<Comprehension*> clauses;
  if (expect(T::kIdentifier) && expect(T::kAssign) && expression() != nullptr && for_if_clauses(&clauses)) {
    return fail_range(token_location(start), token_location(start + 1),
                      "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  }
  RETRY;
  if (at() == T::kIdentifier && at_next(1) == T::kAssign) return nullptr;
  Expr* target = expression();
  if (target != nullptr && expect(T::kAssign)) {
    return fail_range(target->loc, token_location(mark_ - 1),
                      "expression cannot contain assignment, perhaps you meant \"==\"?");
  }
  return nullptr;
}

const void* Diagnoser::invalid_arguments() {
  RULE;
  constexpr const char* kGenerator = "Generator expression must be parenthesized";
  auto last_item = [](const std::vector<Comprehension*>& clauses) {
    const Comprehension* last = clauses.back();
    return last->ifs.empty() ? last->iter->loc : last->ifs.back()->loc;
  };
  Call* call = args();
  if (call != nullptr && expect(T::kComma) && expect(T::kStar)) {
    return fail_at(call->loc, "iterable argument unpacking follows keyword argument unpacking");
  }
  RETRY;
  std::vector<Comprehension*> clauses;
  Expr* value = expression();
  if (value != nullptr && for_if_clauses(&clauses) && expect(T::kComma)) {
    std::vector<Comprehension*> more;
    size_t inside = mark_;
    if (args() == nullptr && !error_) {
      mark_ = inside;
      if (expression() != nullptr) for_if_clauses(&more);
    }
    if (error_) return nullptr;
    return fail_range(value->loc, last_item(clauses), kGenerator);
  }
  RETRY;
  if (expect(T::kIdentifier) && expect(T::kAssign) && expression() != nullptr && for_if_clauses(&clauses)) {
    return fail_range(token_location(start), token_location(start + 1),
                      "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  }
  RETRY;
  call = args();
  if (call != nullptr && for_if_clauses(&clauses)) {
    // The last argument is the generator's element; alone it would have needed no parentheses.
    if (call->args.size <= 1) return nullptr;
    return fail_range(call->args.back()->loc, last_item(clauses), kGenerator);
  }
  RETRY;
  if (args() != nullptr && expect(T::kComma)) {
    value = expression();
    if (value != nullptr && for_if_clauses(&clauses)) return fail_range(value->loc, last_item(clauses), kGenerator);
  }
  RETRY;
  call = args();
  if (call != nullptr && expect(T::kComma) && args() != nullptr) {
    bool unpacking = false;
    for (const Keyword* keyword : call->keywords) unpacking |= keyword->arg == nullptr;
    return fail(unpacking ? "positional argument follows keyword argument unpacking"
                          : "positional argument follows keyword argument");
  }
  return nullptr;
}

// ---- Parameters of functions and lambdas ------------------------------------------------------------------------------------

// Zero or more; leaves mark_ behind the last one.
void Diagnoser::many(const void* (Diagnoser::*rule)(const Style&), const Style& style, size_t* count) {
  size_t found = 0;
  for (;;) {
    size_t end = mark_;
    if ((this->*rule)(style) == nullptr) {
      mark_ = end;
      break;
    }
    found++;
  }
  if (count != nullptr) *count = found;
}

const void* Diagnoser::params(const Style& style) {
  RULE;
  if (with_invalid_) {
    invalid_parameters(style);
    RETRY;
  }
  return parameters(style);
}

const void* Diagnoser::parameters(const Style& style) {
  RULE;
  constexpr const char* kPositionalOnly = "Positional-only parameters are";
  auto optional_star_etc = [&]() -> const void* {
    size_t end = mark_;
    if (star_etc(style) == nullptr) mark_ = end;
    return error_ ? nullptr : matched();
  };
  size_t count = 0;
  if (slash_no_default(style) != nullptr) {
    many(&Diagnoser::param_no_default, style);
    many(&Diagnoser::param_with_default, style);
    if (optional_star_etc() == nullptr) return nullptr;
    return require_version(8, kPositionalOnly) ? matched() : nullptr;
  }
  RETRY;
  if (slash_with_default(style) != nullptr) {
    many(&Diagnoser::param_with_default, style);
    if (optional_star_etc() == nullptr) return nullptr;
    return require_version(8, kPositionalOnly) ? matched() : nullptr;
  }
  RETRY;
  many(&Diagnoser::param_no_default, style, &count);
  if (count > 0) {
    many(&Diagnoser::param_with_default, style);
    return optional_star_etc();
  }
  RETRY;
  many(&Diagnoser::param_with_default, style, &count);
  if (count > 0) return optional_star_etc();
  RETRY;
  return star_etc(style);
}

const void* Diagnoser::slash_no_default(const Style& style) {
  RULE;
  size_t count = 0;
  many(&Diagnoser::param_no_default, style, &count);
  if (error_ || count == 0 || !expect(T::kSlash)) return nullptr;
  return expect(T::kComma) || positive(style.closer) ? matched() : nullptr;
}

const void* Diagnoser::slash_with_default(const Style& style) {
  RULE;
  size_t count = 0;
  many(&Diagnoser::param_no_default, style);
  many(&Diagnoser::param_with_default, style, &count);
  if (error_ || count == 0 || !expect(T::kSlash)) return nullptr;
  return expect(T::kComma) || positive(style.closer) ? matched() : nullptr;
}

const void* Diagnoser::star_etc(const Style& style) {
  RULE;
  if (with_invalid_) {
    invalid_star_etc(style);
    RETRY;
  }
  auto rest = [&]() -> const void* {
    size_t end = mark_;
    if (kwds(style) == nullptr) mark_ = end;
    return error_ ? nullptr : matched();
  };
  if (expect(T::kStar) && param_no_default(style) != nullptr) {
    many(&Diagnoser::param_maybe_default, style);
    return rest();
  }
  RETRY;
  if (!style.lambda) {
    if (expect(T::kStar) && param_no_default_star_annotation(style) != nullptr) {
      many(&Diagnoser::param_maybe_default, style);
      return rest();
    }
    RETRY;
  }
  if (expect(T::kStar) && expect(T::kComma)) {
    size_t count = 0;
    many(&Diagnoser::param_maybe_default, style, &count);
    if (count > 0) return rest();
  }
  RETRY;
  return kwds(style);
}

const void* Diagnoser::kwds(const Style& style) {
  RULE;
  if (with_invalid_) {
    invalid_kwds(style);
    RETRY;
  }
  return expect(T::kDoubleStar) && param_no_default(style) != nullptr ? matched() : nullptr;
}

// A comma and perhaps a type comment, or the closer ahead.
const void* Diagnoser::param_end(const Style& style) {
  if (error_) return nullptr;
  if (expect(T::kComma)) {
    if (!style.lambda) expect(T::kTypeComment);
    return error_ ? nullptr : matched();
  }
  if (!style.lambda) expect(T::kTypeComment);
  return positive(style.closer) ? matched() : nullptr;
}

const void* Diagnoser::param(const Style& style) {
  RULE;
  if (!expect(T::kIdentifier)) return nullptr;
  if (style.lambda) return matched();
  size_t end = mark_;
  if (!expect(T::kColon) || expression() == nullptr) mark_ = end;
  return error_ ? nullptr : matched();
}

const void* Diagnoser::param_no_default(const Style& style) {
  RULE;
  return param(style) != nullptr ? param_end(style) : nullptr;
}

const void* Diagnoser::param_no_default_star_annotation(const Style& style) {
  RULE;
  if (!expect(T::kIdentifier) || !expect(T::kColon) || star_expression() == nullptr) return nullptr;
  return param_end(style);
}

const void* Diagnoser::param_with_default(const Style& style) {
  RULE;
  if (param(style) == nullptr || default_value() == nullptr) return nullptr;
  return param_end(style);
}

const void* Diagnoser::param_maybe_default(const Style& style) {
  RULE;
  if (param(style) == nullptr) return nullptr;
  size_t end = mark_;
  if (default_value() == nullptr) mark_ = end;
  return param_end(style);
}

const void* Diagnoser::default_value() {
  RULE;
  if (expect(T::kAssign) && expression() != nullptr) return matched();
  RETRY;
  if (with_invalid_ && expect(T::kAssign) && (at() == T::kRightParen || at() == T::kComma) && !error_) {
    return fail_at(token_location(start), "expected default value expression");
  }
  return nullptr;
}

const void* Diagnoser::invalid_parameters(const Style& style) {
  RULE;
  size_t count = 0;
  many(&Diagnoser::param_no_default, style);
  if (error_) return nullptr;
  size_t after = mark_;
  bool helper = slash_with_default(style) != nullptr;
  if (!helper && !error_) {
    mark_ = after;
    many(&Diagnoser::param_with_default, style, &count);
    helper = count > 0;
  }
  if (helper && !error_) {
    size_t offender = mark_;
    if (param_no_default(style) != nullptr) {
      // Its place is the parameter's alone, without the comma.
      mark_ = offender;
      param(style);
      return fail_at(since(offender), "non-default argument follows default argument");
    }
  }
  RETRY;
  many(&Diagnoser::param_no_default, style);
  size_t open = mark_;
  if (expect(T::kLeftParen)) {
    if (style.lambda) {
      if (expect(T::kIdentifier)) {
        size_t end = mark_;
        while (expect(T::kComma) && expect(T::kIdentifier)) end = mark_;
        mark_ = end;
        count = 1;
      } else {
        count = 0;
      }
    } else {
      many(&Diagnoser::param_no_default, style, &count);
    }
    if (count > 0) {
      expect(T::kComma);
      if (expect(T::kRightParen)) {
        return fail_range(token_location(open), token_location(mark_ - 1),
                          style.lambda ? "Lambda expression parameters cannot be parenthesized"
                                       : "Function parameters cannot be parenthesized");
      }
    }
  }
  RETRY;
  if (expect(T::kSlash) && expect(T::kComma))
    return fail_at(token_location(start), "at least one argument must precede /");
  RETRY;
  auto slash = [&] {
    size_t before = mark_;
    if (slash_no_default(style) != nullptr) return true;
    if (error_) return false;
    mark_ = before;
    if (slash_with_default(style) != nullptr) return true;
    mark_ = before;
    return false;
  };
  if (slash()) {
    many(&Diagnoser::param_maybe_default, style);
    if (expect(T::kSlash)) return fail_at(token_location(mark_ - 1), "/ may appear only once");
  }
  RETRY;
  slash();
  many(&Diagnoser::param_maybe_default, style);
  if (expect(T::kStar)) {
    bool more = expect(T::kComma) || param_no_default(style) != nullptr;
    if (more) {
      many(&Diagnoser::param_maybe_default, style);
      if (expect(T::kSlash)) return fail_at(token_location(mark_ - 1), "/ must be ahead of *");
    }
  }
  RETRY;
  many(&Diagnoser::param_maybe_default, style, &count);
  if (count > 0 && expect(T::kSlash) && expect(T::kStar)) {
    return fail_at(token_location(mark_ - 1), "expected comma between / and *");
  }
  return nullptr;
}

const void* Diagnoser::invalid_star_etc(const Style& style) {
  RULE;
  constexpr const char* kNamed = "named arguments must follow bare *";
  if (expect(T::kStar)) {
    bool bare = expect(style.closer);
    if (!bare && expect(T::kComma)) bare = expect(style.closer) || expect(T::kDoubleStar);
    if (bare) return style.lambda ? fail(kNamed) : fail_at(token_location(start), kNamed);
  }
  RETRY;
  if (!style.lambda) {
    if (expect(T::kStar) && expect(T::kComma) && expect(T::kTypeComment))
      return fail("bare * has associated type comment");
    RETRY;
  }
  if (expect(T::kStar) && param(style) != nullptr && expect(T::kAssign)) {
    return fail_at(token_location(mark_ - 1), "var-positional argument cannot have default value");
  }
  RETRY;
  auto name_or_comma = [&] {
    size_t before = mark_;
    if (param_no_default(style) != nullptr) return true;
    if (error_) return false;
    mark_ = before;
    return expect(T::kComma);
  };
  if (expect(T::kStar) && name_or_comma()) {
    many(&Diagnoser::param_maybe_default, style);
    size_t second = mark_;
    if (expect(T::kStar) && name_or_comma()) return fail_at(token_location(second), "* argument may appear only once");
  }
  return nullptr;
}

const void* Diagnoser::invalid_kwds(const Style& style) {
  RULE;
  constexpr const char* kFollow = "arguments cannot follow var-keyword argument";
  if (!expect(T::kDoubleStar) || param(style) == nullptr) return nullptr;
  size_t after = mark_;
  if (expect(T::kAssign)) return fail_at(token_location(after), "var-keyword argument cannot have default value");
  if (error_ || !expect(T::kComma)) return nullptr;
  size_t next = mark_;
  if (param(style) != nullptr) return fail_at(since(next), kFollow);
  if (error_) return nullptr;
  mark_ = next;
  T type = at();
  if (type == T::kStar || type == T::kDoubleStar || type == T::kSlash) return fail_at(token_location(next), kFollow);
  return nullptr;
}

}  // namespace taipan::frontend
