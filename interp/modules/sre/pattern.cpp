// re.Pattern: compilation and the methods that search.
#include "interp/modules/sre/pattern.h"
#include "interp/objects/abstract.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan::sre {

static Pattern* pattern_of(Value v) { return v.as<Pattern>(); }

// ---- Compilation --------------------------------------------------------------------------------------------------------------------------
Ref pattern_compile(Args& a) {
  Value pattern = a[0], code = a[2], groupindex = a[4], indexgroup = a[5];
  int flags;
  if (!to_c_int(a[1], &flags)) return nullptr;
  if (!is_list(code)) return raise(types::TypeError, "compile() argument 'code' must be list, not %T", code);
  int64_t groups = 0;
  if (!position_of(a[3], &groups)) return nullptr;
  if (!is_dict(groupindex))
    return raise(types::TypeError, "compile() argument 'groupindex' must be dict, not %T", groupindex);
  if (!is_tuple(indexgroup))
    return raise(types::TypeError, "compile() argument 'indexgroup' must be tuple, not %T", indexgroup);
  Pattern* p = alloc_instance_as<Pattern>(pattern_type());
  if (!p) return nullptr;
  Ref keep = Ref::steal(p);
  size_t n = list_size(code);
  p->program.code = static_cast<Code*>(gc::raw_alloc((n ? n : 1) * sizeof(Code)));
  if (!p->program.code) return raise_memory();
  p->program.size = n;
  for (size_t i = 0; i < n; i++) {
    Ref item = list_get(code, i);
    if (!item) return error_occurred() ? nullptr : raise(types::RuntimeError, "invalid SRE code"), nullptr;
    Value v = item;
    if (!is_int(v)) return raise(types::TypeError, "an integer is required");
    uint64_t u;
    if (!int_to_u64(v, &u)) {
      if (int_sign(v) < 0) {
        clear_error();
        return raise(types::OverflowError, "can't convert negative value to unsigned int");
      }
      clear_error();
      return raise(types::OverflowError, "Python int too large to convert to C unsigned long");
    }
    if (u > 0xFFFFFFFFu) return raise(types::OverflowError, "regular expression code size limit exceeded");
    p->program.code[i] = static_cast<Code>(u);
  }
  p->is_bytes = -1;
  if (pattern != kNone) {
    Subject s;
    if (!s.open(pattern, nullptr)) return nullptr;
    p->is_bytes = s.is_bytes;
  }
  p->flags = flags;
  p->groups = groups;
  gc::init(&p->pattern, Ref::dup(pattern));
  gc::init(&p->groupindex, Ref::dup(groupindex));
  gc::init(&p->indexgroup, Ref::dup(indexgroup));
  if (groups < 0 || groups > kMaxGroups) return raise(types::RuntimeError, "invalid SRE code");
  if (!validate(p->program.code, n, groups) || !build_tables(&p->program)) return nullptr;
  return keep;
}

static void pattern_trace(Header* h, gc::Visitor& v) {
  Pattern* p = reinterpret_cast<Pattern*>(h);
  v.visit(p->pattern);
  v.visit(p->groupindex);
  v.visit(p->indexgroup);
}
static void pattern_clear(Header* h) {
  Pattern* p = reinterpret_cast<Pattern*>(h);
  Ref a = gc::take(h, &p->groupindex), b = gc::take(h, &p->indexgroup), c = gc::take(h, &p->pattern);
}
static void pattern_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  pattern_clear(h);
  free_program(&reinterpret_cast<Pattern*>(h)->program);
  finish_dealloc(h);
}

// ---- One match ----------------------------------------------------------------------------------------------------------------------------
enum class Way { kMatch, kFullMatch, kSearch };
static Ref one_match(Args& a, Way way) {
  Pattern* p = pattern_of(a.self);
  int64_t pos = 0, endpos = INT64_MAX;
  if (!position_of(a[1], &pos) || !position_of(a[2], &endpos)) return nullptr;
  Subject s;
  if (!s.open(a[0], p)) return nullptr;
  clamp_range(s, &pos, &endpos);
  if (pos > endpos) return Ref::imm(kNone);
  Engine e(p, s, endpos);
  if (!e.init()) return nullptr;
  int r = way == Way::kMatch ? e.match(pos) : way == Way::kFullMatch ? e.fullmatch(pos) : e.search(pos);
  return make_match(a.self, s, e, pos, endpos, r);
}
static Ref pattern_match(Args& a) { return one_match(a, Way::kMatch); }
static Ref pattern_fullmatch(Args& a) { return one_match(a, Way::kFullMatch); }
static Ref pattern_search(Args& a) { return one_match(a, Way::kSearch); }

// ---- All matches --------------------------------------------------------------------------------------------------------------------------
static Ref group_slice(const Subject& s, const Engine& e, size_t group, bool empty_if_unset) {
  int64_t start = e.mark(2 * (group - 1)), end = e.mark(2 * (group - 1) + 1);
  if (start < 0 || end < 0) return empty_if_unset ? s.slice(0, 0) : Ref::imm(kNone);
  return s.slice(start, end);
}

static Ref pattern_findall(Args& a) {
  Pattern* p = pattern_of(a.self);
  int64_t pos = 0, endpos = INT64_MAX;
  if (!position_of(a[1], &pos) || !position_of(a[2], &endpos)) return nullptr;
  Subject s;
  if (!s.open(a[0], p)) return nullptr;
  clamp_range(s, &pos, &endpos);
  Ref list = make_list(0);
  if (!list) return nullptr;
  Engine e(p, s, endpos);
  if (!e.init()) return nullptr;
  bool must_advance = false;
  while (pos <= endpos) {
    e.set_must_advance(must_advance);
    int r = e.search(pos);
    if (r < 0) return nullptr;
    if (r == 0) break;
    Ref item;
    if (p->groups == 0) {
      item = s.slice(e.start(), e.end());
    } else if (p->groups == 1) {
      item = group_slice(s, e, 1, true);
    } else {
      item = make_tuple(static_cast<size_t>(p->groups));
      for (size_t g = 0; item && g < static_cast<size_t>(p->groups); g++) {
        Ref part = group_slice(s, e, g + 1, true);
        if (!part) return nullptr;
        tuple_init(item, g, std::move(part));
      }
    }
    if (!item || !list_append(list, std::move(item))) return nullptr;
    must_advance = e.end() == e.start();
    pos = e.end();
  }
  return list;
}

static Ref pattern_split(Args& a) {
  Pattern* p = pattern_of(a.self);
  int64_t limit = 0;
  if (!position_of(a[1], &limit)) return nullptr;
  Subject s;
  if (!s.open(a[0], p)) return nullptr;
  Ref list = make_list(0);
  if (!list) return nullptr;
  Engine e(p, s, s.length);
  if (!e.init()) return nullptr;
  int64_t pos = 0, last = 0, n = 0;
  bool must_advance = false;
  while (limit == 0 || n < limit) {
    if (pos > s.length) break;
    e.set_must_advance(must_advance);
    int r = e.search(pos);
    if (r < 0) return nullptr;
    if (r == 0) break;
    Ref item = s.slice(last, e.start());
    if (!item || !list_append(list, std::move(item))) return nullptr;
    for (size_t g = 1; g <= static_cast<size_t>(p->groups); g++) {
      Ref part = group_slice(s, e, g, false);
      if (!part || !list_append(list, std::move(part))) return nullptr;
    }
    n++;
    must_advance = e.end() == e.start();
    pos = last = e.end();
  }
  Ref rest = s.slice(last, s.length);
  if (!rest || !list_append(list, std::move(rest))) return nullptr;
  return list;
}

// ---- sub ----------------------------------------------------------------------------------------------------------------------------------
namespace {
// The result of sub(): pieces of the subject and replacements, joined as they come.
class Joiner {
 public:
  explicit Joiner(const Subject& s) : s_(s) {}
  bool piece(int64_t start, int64_t end) {
    count_++;
    if (s_.is_bytes) {
      octets_.append(static_cast<const char*>(s_.data) + start, static_cast<size_t>(end - start));
      return true;
    }
    return text_.append_slice(s_.string, static_cast<size_t>(start), static_cast<size_t>(end));
  }
  bool item(Value v) {
    int64_t index = count_++;
    if (!s_.is_bytes) {
      if (!is_str(v))
        return raise(types::TypeError, "sequence item %zd: expected str instance, %.80T found",
                     static_cast<ssize_t>(index), v);
      return text_.append(v);
    }
    if (!has_buffer(v))
      return raise(types::TypeError, "sequence item %zd: expected a bytes-like object, %.80T found",
                   static_cast<ssize_t>(index), v);
    BufferView b(v);
    if (!b.ok()) return false;
    octets_.append(b.view());
    return true;
  }
  Ref finish() { return s_.is_bytes ? make_bytes(octets_) : text_.finish(); }

 private:
  const Subject& s_;
  StrBuilder text_;
  std::string octets_;
  int64_t count_ = 0;
};

// A parsed template: literals (None where a group goes) and (position, group) pairs.
struct Template {
  Ref groups, literals;
  bool fill(Value pattern, const Subject& s, const Engine& e, Joiner* out) const {
    size_t n = list_size(literals), g = 0, ng = list_size(groups);
    for (size_t i = 0; i < n; i++) {
      Value literal = list_at(literals, i);
      if (g < ng) {
        Value pair = list_at(groups, g);
        if (tuple_at(pair, 0) == Value::from_int(static_cast<int64_t>(i))) {
          g++;
          int64_t group = tuple_at(pair, 1).as_int();
          if (group > pattern.as<Pattern>()->groups) {
            Ref error = import_attr("re", "error");
            if (!error) return false;
            Ref text = format_str("invalid group reference %lld", static_cast<long long>(i));
            if (!text) return false;
            Ref exc = call(error, text);
            return exc ? static_cast<bool>(raise_object(std::move(exc))) : false;
          }
          int64_t start = group == 0 ? e.start() : e.mark(static_cast<size_t>(2 * (group - 1)));
          int64_t end = group == 0 ? e.end() : e.mark(static_cast<size_t>(2 * (group - 1) + 1));
          if (start >= 0 && end > start && !out->piece(start, end)) return false;
          continue;
        }
      }
      if (!out->item(literal)) return false;
    }
    return true;
  }
  static bool well_formed(Value t) {
    if (!is_tuple(t) || tuple_size(t) != 2 || !is_list_exact(tuple_at(t, 0)) || !is_list_exact(tuple_at(t, 1)))
      return false;
    Value groups = tuple_at(t, 0);
    for (size_t i = 0; i < list_size(groups); i++) {
      Value pair = list_at(groups, i);
      if (!is_tuple(pair) || tuple_size(pair) != 2 || !tuple_at(pair, 0).is_int() || !tuple_at(pair, 1).is_int() ||
          tuple_at(pair, 1).as_int() < 0)
        return false;
    }
    return true;
  }
};
}  // namespace

static Ref substitute(Args& a, bool with_count) {
  Pattern* p = pattern_of(a.self);
  Value repl = a[0];
  int64_t limit = 0;
  if (!position_of(a[2], &limit)) return nullptr;
  enum { kLiteral, kTemplate, kCall } mode;
  Ref replacement;
  Template parsed;
  if (is_callable(repl)) {
    mode = kCall;
    replacement = Ref::dup(repl);
  } else {
    bool literal = false;
    Subject t;
    if (t.open(repl, nullptr)) {
      if (t.is_bytes)
        literal = t.length == 0 || memchr(t.data, '\\', static_cast<size_t>(t.length)) == nullptr;
      else
        literal = str_find_char(str_ptr(repl), '\\', 0, static_cast<size_t>(t.length)) < 0;
    } else {
      clear_error();
    }
    if (literal) {
      mode = kLiteral;
      replacement = Ref::dup(repl);
    } else {
      // re._subx() gives a literal, or a function with the parsed template as its default: that is filled in here, without
      // match objects.
      Ref subx = import_attr("re", "_subx");
      if (!subx) return nullptr;
      replacement = call(subx, a.self, repl);
      if (!replacement) return nullptr;
      mode = kLiteral;
      if (is_callable(replacement)) {
        mode = kCall;
        Ref defaults = get_attr_opt(replacement, intern_static("__defaults__"));
        if (!defaults) return nullptr;
        if (is_tuple(defaults) && tuple_size(defaults) == 1 && Template::well_formed(tuple_at(defaults, 0))) {
          parsed.groups = Ref::dup(tuple_at(tuple_at(defaults, 0), 0));
          parsed.literals = Ref::dup(tuple_at(tuple_at(defaults, 0), 1));
          mode = kTemplate;
        }
      }
    }
  }
  Subject s;
  if (!s.open(a[1], p)) return nullptr;
  Engine e(p, s, s.length);
  if (!e.init()) return nullptr;
  Joiner out(s);
  int64_t n = 0, pos = 0, done = 0;
  bool must_advance = false;
  while (limit == 0 || n < limit) {
    if (pos > s.length) break;
    e.set_must_advance(must_advance);
    int r = e.search(pos);
    if (r < 0) return nullptr;
    if (r == 0) break;
    int64_t start = e.start(), end = e.end();
    if (done < start && !out.piece(done, start)) return nullptr;
    if (mode == kLiteral) {
      if (!out.item(replacement)) return nullptr;
    } else if (mode == kTemplate) {
      if (!parsed.fill(a.self, s, e, &out)) return nullptr;
    } else {
      Ref m = make_match(a.self, s, e, 0, s.length, 1);
      if (!m) return nullptr;
      Ref item = call(replacement, m);
      if (!item) return nullptr;
      if (item.get() != kNone && !out.item(item)) return nullptr;
    }
    done = end;
    n++;
    must_advance = end == start;
    pos = end;
  }
  Ref result;
  if (n == 0) {
    result = s.slice(0, s.length);
  } else {
    if (done < s.length && !out.piece(done, s.length)) return nullptr;
    result = out.finish();
  }
  if (!result || !with_count) return result;
  Ref count = make_int(n);
  return make_tuple_of({result.get(), count.get()});
}
static Ref pattern_sub(Args& a) { return substitute(a, false); }
static Ref pattern_subn(Args& a) { return substitute(a, true); }

// ---- Scanners -----------------------------------------------------------------------------------------------------------------------------
static Ref make_scanner(Args& a, TypeObject* type) {
  int64_t pos = 0, endpos = INT64_MAX;
  if (!position_of(a[1], &pos) || !position_of(a[2], &endpos)) return nullptr;
  Scanner* sc = alloc_instance_as<Scanner>(type);
  if (!sc) return nullptr;
  Ref keep = Ref::steal(sc);
  new (&sc->subject) Subject();
  if (!sc->subject.open(a[0], pattern_of(a.self))) return nullptr;
  gc::init(&sc->pattern, Ref::dup(a.self));
  gc::init(&sc->string, Ref::dup(a[0]));
  clamp_range(sc->subject, &pos, &endpos);
  sc->pos = pos;
  sc->endpos = endpos;
  sc->next = pos <= endpos ? pos : -1;
  return keep;
}
static Ref pattern_scanner(Args& a) { return make_scanner(a, scanner_type()); }
static Ref pattern_finditer(Args& a) { return make_scanner(a, match_iterator_type()); }

static Ref scan(Value v, bool search) {
  Scanner* sc = v.as<Scanner>();
  if (sc->next < 0) return Ref::imm(kNone);
  if (sc->busy.exchange(true)) return raise(types::ValueError, "regular expression scanner already executing");
  Ref result;
  {
    Engine e(pattern_of(sc->pattern), sc->subject, sc->endpos);
    if (e.init()) {
      e.set_must_advance(sc->must_advance);
      int r = search ? e.search(sc->next) : e.match(sc->next);
      result = make_match(sc->pattern, sc->subject, e, sc->pos, sc->endpos, r);
      if (r == 0) {
        sc->next = -1;
      } else if (r > 0) {
        sc->must_advance = e.start() == e.end();
        sc->next = e.end();
        if (sc->next > sc->endpos) sc->next = -1;
      }
    }
  }
  sc->busy.store(false);
  return result;
}
static Ref scanner_match(Args& a) { return scan(a.self, false); }
static Ref scanner_search(Args& a) { return scan(a.self, true); }
static Ref scanner_next(Value v) {
  Ref r = scan(v, true);
  if (r && r.get() == kNone) return Ref::imm(kStopIter);
  return r;
}
static void scanner_trace(Header* h, gc::Visitor& v) {
  Scanner* s = reinterpret_cast<Scanner*>(h);
  v.visit(s->pattern);
  v.visit(s->string);
  s->subject.trace(v);
}
static void scanner_clear(Header* h) {
  Scanner* s = reinterpret_cast<Scanner*>(h);
  s->next = -1;
  s->subject.close();
}
static void scanner_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Scanner* s = reinterpret_cast<Scanner*>(h);
  s->subject.close();
  { Ref a = gc::take(h, &s->pattern), b = gc::take(h, &s->string); }
  finish_dealloc(h);
}
static Ref self_iter(Value v) { return Ref::dup(v); }
static const NativeDef kScannerMethods[] = {
    {"match", "($self, /)", scanner_match, 0, nullptr},
    {"search", "($self, /)", scanner_search, 0, nullptr},
    {},
};
static const MemberDef kScannerMembers[] = {{"pattern", kMemberValue, sizeof(Header), true, nullptr}, {}};
TypeObject* scanner_type() {
  static const TypeSpec spec = {.flags = kTypeGc | kTypeNoInstantiate,
                                .basic_size = sizeof(Scanner),
                                .ops = {.trace = scanner_trace, .clear = scanner_clear, .dealloc = scanner_dealloc},
                                .methods = kScannerMethods,
                                .members = kScannerMembers};
  static TypeObject* const type = make_native_type("_sre.SRE_Scanner", types::Object, &spec);
  return type;
}
TypeObject* match_iterator_type() {
  static const TypeSpec spec = {.flags = kTypeGc | kTypeNoInstantiate,
                                .basic_size = sizeof(Scanner),
                                .ops = {.trace = scanner_trace, .clear = scanner_clear, .dealloc = scanner_dealloc},
                                .s = {.iter = self_iter, .next = scanner_next}};
  static TypeObject* const type = make_native_type("callable_iterator", types::Object, &spec);
  return type;
}

// ---- The type -----------------------------------------------------------------------------------------------------------------------------
static Ref pattern_copy(Args& a) { return Ref::dup(a.self); }
static Ref pattern_groupindex(Value v) { return make_mapping_proxy(pattern_of(v)->groupindex); }

static Ref pattern_repr(Value v) {
  static const struct {
    const char* name;
    int64_t flag;
  } names[] = {{"re.TEMPLATE", kFlagTemplate},   {"re.IGNORECASE", kFlagIgnoreCase}, {"re.LOCALE", kFlagLocale},
               {"re.MULTILINE", kFlagMultiline}, {"re.DOTALL", kFlagDotAll},         {"re.UNICODE", kFlagUnicode},
               {"re.VERBOSE", kFlagVerbose},     {"re.DEBUG", kFlagDebug},           {"re.ASCII", kFlagAscii}};
  Pattern* p = pattern_of(v);
  int64_t flags = p->flags;
  if (p->is_bytes == 0 && (flags & (kFlagLocale | kFlagUnicode | kFlagAscii)) == kFlagUnicode)
    flags &= ~int64_t{kFlagUnicode};
  std::string text;
  for (auto& n : names) {
    if (!(flags & n.flag)) continue;
    flags &= ~n.flag;
    text += text.empty() ? "" : "|";
    text += n.name;
  }
  if (flags) {
    char hex[32];
    snprintf(hex, sizeof hex, "%s0x%llx", text.empty() ? "" : "|", static_cast<unsigned long long>(flags) & 0xFFFFFFFF);
    text += hex;
  }
  return format_str("re.compile(%.200R%s%s)", p->pattern, text.empty() ? "" : ", ", text.c_str());
}
static bool pattern_hash(Value v, int64_t* out) {
  Pattern* p = pattern_of(v);
  int64_t h;
  if (!hash_of(p->pattern, &h)) return false;
  h ^= hash_bytes(p->program.code, p->program.size * sizeof(Code)) ^ p->flags ^ p->is_bytes ^
       static_cast<int64_t>(p->program.size);
  *out = h == -1 ? -2 : h;
  return true;
}
static Ref pattern_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || type_of(a) != pattern_type() || type_of(b) != pattern_type())
    return Ref::imm(kNotImplemented);
  if (a == b) return Ref::imm(bool_value(op == kEq));
  Pattern *x = pattern_of(a), *y = pattern_of(b);
  int equal = x->flags == y->flags && x->is_bytes == y->is_bytes && x->program.size == y->program.size &&
              memcmp(x->program.code, y->program.code, x->program.size * sizeof(Code)) == 0;
  // Two patterns whose code is the same may still differ in their text (group names).
  if (equal && (equal = values_equal(x->pattern, y->pattern)) < 0) return nullptr;
  return Ref::imm(bool_value((equal != 0) == (op == kEq)));
}
static const NativeDef kPatternMethods[] = {
    {"match", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_match, 0,
     "Matches zero or more characters at the beginning of the string."},
    {"fullmatch", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_fullmatch, 0,
     "Matches against all of the string."},
    {"search", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_search, 0,
     "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no "
     "position in the string matches."},
    {"sub", "($self, /, repl, string, count=0)", pattern_sub, 0,
     "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the "
     "replacement repl."},
    {"subn", "($self, /, repl, string, count=0)", pattern_subn, 0,
     "As sub(), with the number of replacements: (new string, count)."},
    {"findall", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_findall, 0,
     "Return a list of all non-overlapping matches of pattern in string."},
    {"split", "($self, /, string, maxsplit=0)", pattern_split, 0, "Split string by the occurrences of pattern."},
    {"finditer", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_finditer, 0,
     "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the "
     "iterator returns a match object."},
    {"scanner", "($self, /, string, pos=0, endpos=sys.maxsize)", pattern_scanner, 0, nullptr},
    {"__copy__", "($self, /)", pattern_copy, 0, nullptr},
    {"__deepcopy__", "($self, memo, /)", pattern_copy, 0, nullptr},
    TAIPAN_CLASS_GETITEM,
    {},
};
static const GetSetDef kPatternGetSet[] = {
    {"groupindex", pattern_groupindex, nullptr, "A dictionary mapping group names to group numbers."}, {}};
static const MemberDef kPatternMembers[] = {
    {"pattern", kMemberValue, offsetof(Pattern, pattern), true,
     "The pattern string from which the RE object was compiled."},
    {"flags", kMemberSsize, offsetof(Pattern, flags), true, "The regex matching flags."},
    {"groups", kMemberSsize, offsetof(Pattern, groups), true, "The number of capturing groups in the pattern."},
    {},
};
TypeObject* pattern_type() {
  static const TypeSpec spec = {.doc = "Compiled regular expression object.",
                                .flags = kTypeGc | kTypeNoInstantiate | kTypeWeakrefable | kTypeParallel,
                                .basic_size = sizeof(Pattern),
                                .ops = {.trace = pattern_trace, .clear = pattern_clear, .dealloc = pattern_dealloc},
                                .methods = kPatternMethods,
                                .getset = kPatternGetSet,
                                .members = kPatternMembers,
                                .s = {.repr = pattern_repr, .hash = pattern_hash, .compare = pattern_compare}};
  static TypeObject* const type = make_native_type("re.Pattern", types::Object, &spec);
  return type;
}

}  // namespace taipan::sre
