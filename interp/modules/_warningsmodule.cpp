// _warnings: filters, registries, and the way from C++ to warnings.showwarning.
#include <cstdio>
#include <cstring>
#include <mutex>
#include "gc/collector.h"
#include "interp/builtins.h"
#include "interp/gil.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/frame.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// What the module starts with; the attributes of the Python module `warnings`, once it is imported, come first, and the ones
// last seen there stay in force should they be deleted.
Value own_filters, own_once_registry, own_default_action;
std::atomic<int64_t> filters_version{0};

// found, which is kept from now on; or, where there is none, what was kept. Any thread may be warning.
Ref last_seen(Value* kept, Ref found) {
  static std::mutex mutex;
  if (found && gc::load(kept) == found.get()) return found;
  Ref old;
  std::lock_guard<std::mutex> lock(mutex);
  if (!found) return Ref::dup(*kept);
  old = Ref::steal(*kept);
  gc::store_release(kept, found.copy().release());
  return found;
}

// warnings.name, or null without an exception where the module isn't there (and import_it is false) or lacks it.
Ref warnings_attr(Str* name, bool import_it) {
  Ref module;
  if (import_it && !runtime_finalizing) {
    module = import_module("warnings");
    if (!module) {
      if (!error_matches(types::ImportError)) return nullptr;
      clear_error();
      return nullptr;
    }
  } else {
    static Str* const title = intern_static("warnings");
    Ref modules = sys_get(TAIPAN_NAME(modules));
    if (!modules || !is_dict(modules)) return nullptr;
    module = Ref::dup(dict_get_str(modules, title));
    if (!module || module.get() == kNone) return nullptr;
  }
  Ref v = get_attr_opt(module, name);
  if (v && v.get() == kMissing) return nullptr;
  return v;
}

int matches(Value pattern, Value text) {
  if (pattern == kNone) return 1;
  if (is_str_exact(pattern)) return values_equal(pattern, text);
  Ref r = call_method(pattern, TAIPAN_NAME(match), text);
  return r ? is_true(r) : -1;
}

// Whether a filter is for another category, as most are; false as well where Python code would have to say that. Nothing is counted.
bool is_for_others(Value filter, Value category) {
  if (!is_tuple(filter) || tuple_size(filter) != 5 || !is_type(category)) return false;
  auto simple = [](Value pattern) { return pattern == kNone || is_str_exact(pattern); };
  Value cls = tuple_at(filter, 2);
  return is_str(tuple_at(filter, 0)) && simple(tuple_at(filter, 1)) && simple(tuple_at(filter, 3)) &&
         tuple_at(filter, 4).is_int() && is_type(cls) && type_of(cls) == types::Type &&
         !is_subtype(category.as<TypeObject>(), cls.as<TypeObject>());
}

// The action for a warning; item: the filter that decided (or null).
Ref find_action(Value category, Value text, int64_t line, Value module, Ref* item) {
  Ref filters = warnings_attr(TAIPAN_NAME(filters), false);
  if (!filters && error_occurred()) return nullptr;
  filters = last_seen(&own_filters, std::move(filters));
  if (!filters || !is_list(filters)) return raise(types::ValueError, "_warnings.filters must be a list");
  for (size_t i = 0;; i++) {
    // (Others may be changing the list.)
    if (Value seen = list_peek(filters.as<List>(), i); seen && is_for_others(seen, category)) continue;
    Ref f = list_get(filters, i);
    if (!f) break;
    if (!is_tuple(f) || tuple_size(f) != 5)
      return raise(types::ValueError, "_warnings.filters item %zu isn't a 5-tuple", i);
    Value action = tuple_at(f, 0);
    if (!is_str(action)) return raise(types::TypeError, "action must be a string, not '%.200T'", action);
    int good = matches(tuple_at(f, 1), text);
    if (good > 0) good = matches(tuple_at(f, 3), module);
    if (good > 0) good = is_subclass(category, tuple_at(f, 2));
    if (good < 0) return nullptr;
    int64_t at;
    if (!to_ssize(tuple_at(f, 4), &at, types::OverflowError)) return nullptr;
    if (good && (at == 0 || at == line)) {
      *item = std::move(f);
      return Ref::dup(action);
    }
  }
  Ref action = warnings_attr(TAIPAN_NAME(defaultaction), false);
  if (!action && error_occurred()) return nullptr;
  if (!action || is_str(action)) action = last_seen(&own_default_action, std::move(action));
  if (!is_str(action))
    return raise(types::TypeError, "_warnings.defaultaction must be a string, not '%.200T'", action.get());
  *item = Ref::imm(kNone);
  return action;
}

// 1 if the key has been noted in the registry, else 0.
int is_noted(Value registry, Value key) {
  Ref seen = dict_get_ref(registry, key);
  if (!seen) return -1;
  return seen.get() == kMissing ? 0 : is_true(seen);
}
// The same, and it is noted now. (Of several threads with the same warning one is the first.)
int note(Value registry, Value key) {
  RuntimeLock lock(registry);
  int noted = is_noted(registry, key);
  if (noted) return noted;
  return dict_set(registry, key, kTrue) ? 0 : -1;
}
// Empties the registry where the filters have changed since.
bool bring_up_to_date(Value registry) {
  Str* version_key = TAIPAN_NAME(version);
  auto is_new = [&](int64_t now) {
    Value version = dict_get_str(registry, version_key);
    return version && version.is_int() && version.as_int() == now;
  };
  if (is_new(filters_version.load(std::memory_order_relaxed))) return true;
  RuntimeLock lock(registry);
  int64_t now = filters_version.load(std::memory_order_relaxed);
  if (is_new(now)) return true;  // by another thread, which may have noted something since
  dict_clear(registry);
  return dict_set_str(registry, version_key, Value::from_int(now));
}

bool write_stderr(Value text) {
  Ref err = sys_get("stderr");
  if (!err || err.get() == kNone) return true;
  Ref r = call_method(err, TAIPAN_NAME(write), text);
  if (!r) clear_error();
  return true;
}

// The line of a source file, stripped; null without an exception if it can't be had.
Ref source_line(Value filename, int64_t line) {
  std::string path;
  if (!is_str(filename) || !utf8_of(filename, &path)) {
    clear_error();
    return nullptr;
  }
  std::string text;
  bool found = blocking([&] {
    FILE* f = fopen(path.c_str(), "rb");
    if (!f) return false;
    char buf[1024];
    int64_t at = 1;
    while (at <= line && fgets(buf, sizeof(buf), f)) {
      if (at == line) text += buf;
      if (strchr(buf, '\n')) at++;
    }
    fclose(f);
    return !text.empty();
  });
  if (!found) return nullptr;
  size_t from = text.find_first_not_of(" \t\f"), to = text.find_last_not_of(" \t\f\r\n");
  if (from == std::string::npos || to == std::string::npos) return nullptr;
  Ref bytes = make_bytes(text.substr(from, to + 1 - from));
  Ref s = bytes ? call_method(bytes, TAIPAN_NAME(decode)) : Ref();
  if (!s) clear_error();
  return s;
}

bool show_plainly(Value filename, int64_t line, Value text, Value category, Value given_line) {
  Ref name = get_attr(category, TAIPAN_NAME(__name__));
  if (!name) return false;
  Ref head = format_str("%S:%lld: %S: %S\n", filename, static_cast<long long>(line), name.get(), text);
  if (!head || !write_stderr(head)) return false;
  Ref code = given_line ? Ref::dup(given_line) : source_line(filename, line);
  if (!code) return true;
  Ref shown = format_str("  %S\n", code.get());
  return shown && write_stderr(shown);
}

bool show(Value category, Value text, Value message, Value filename, int64_t line, Value given_line, Value source) {
  Ref f = warnings_attr(TAIPAN_NAME(_showwarnmsg), static_cast<bool>(source) && source != kNone);
  if (!f) {
    if (error_occurred()) return false;
    return show_plainly(filename, line, text, category, given_line);
  }
  if (!is_callable(f)) return raise(types::TypeError, "warnings._showwarnmsg() must be set to a callable");
  Ref cls = warnings_attr(TAIPAN_NAME(WarningMessage), false);
  if (!cls) {
    if (error_occurred()) return false;
    return raise(types::RuntimeError, "unable to get warnings.WarningMessage");
  }
  Ref line_object = make_int(line);
  Value args[7] = {message, category, filename, line_object, kNone, kNone, source ? source : kNone};
  Ref msg = call_array(cls, args, 7);
  if (!msg) return false;
  Ref r = call(f, msg);
  return static_cast<bool>(r);
}

// The module name for a file name.
Ref module_of(Value filename) {
  size_t n = filename.as<Str>()->length;
  if (n == 0) return make_str("<unknown>");
  if (n >= 3) {
    Ref tail = str_substring(filename, n - 3, n);
    if (tail && str_eq_ascii(tail, ".py")) return str_substring(filename, 0, n - 3);
  }
  return Ref::dup(filename);
}

bool emit(Value category, Value message_in, Value filename, int64_t line, Value module_in, Value registry,
          Value given_line, Value source) {
  Ref module = module_in ? Ref::dup(module_in) : module_of(filename);
  if (!module) return false;
  if (module.get() == kNone) return true;  // the interpreter is going down
  if (registry && registry != kNone && !is_dict(registry))
    return raise(types::TypeError, "'registry' must be a dict or None");
  Ref text, message, cls;
  int is_warning = is_instance(message_in, Value(types::Warning));
  if (is_warning < 0) return false;
  if (is_warning) {
    text = str_of(message_in);
    cls = Ref::dup(type_of(message_in));
    message = Ref::dup(message_in);
  } else {
    text = Ref::dup(message_in);
    cls = Ref::dup(category);
    message = call(category, message_in);
  }
  if (!text || !message) return false;
  bool has_registry = registry && registry != kNone;
  Ref line_object = make_int(line);
  Ref key = make_tuple_of({text, cls, line_object});
  if (!key) return false;
  if (has_registry) {
    int r = bring_up_to_date(registry) ? is_noted(registry, key) : -1;
    if (r) return r > 0;
  }
  Ref item;
  Ref action = find_action(cls, text, line, module, &item);
  if (!action) return false;
  if (str_eq_ascii(action, "error")) {
    if (is_exception(message)) return raise_object(std::move(message));
    return raise_value(types::Warning, message);
  }
  if (str_eq_ascii(action, "ignore")) return true;
  int seen = 0;
  if (!str_eq_ascii(action, "always")) {
    if (int r = has_registry ? note(registry, key) : 0) return r > 0;
    if (str_eq_ascii(action, "once") || str_eq_ascii(action, "module")) {
      Ref table = has_registry ? Ref::dup(registry) : Ref();
      Ref short_key;
      if (str_eq_ascii(action, "once")) {
        if (!table) {
          table = warnings_attr(TAIPAN_NAME(onceregistry), false);
          if (!table && error_occurred()) return false;
          if (!table || is_dict(table)) table = last_seen(&own_once_registry, std::move(table));
          if (!is_dict(table))
            return raise(types::TypeError, "_warnings.onceregistry must be a dict, not '%.200T'", table.get());
        }
        short_key = make_tuple_of({text, cls});
      } else {
        short_key = make_tuple_of({text, cls, Value::from_int(0)});
      }
      if (!short_key) return false;
      if (table) seen = bring_up_to_date(table) ? note(table, short_key) : -1;
    } else if (!str_eq_ascii(action, "default")) {
      return raise(types::RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action.get(), item.get());
    }
  }
  if (seen < 0) return false;
  return seen || show(cls, text, message, filename, line, given_line, source);
}

// ---- Where the warning belongs --------------------------------------------------------------------------------------------------------------

bool is_import_machinery(Frame* f) {
  std::string temp;
  std::string_view name = ascii_or_temp(f->code->filename, &temp);
  return name.find("importlib") != std::string_view::npos && name.find("_bootstrap") != std::string_view::npos;
}

Frame* outer(Frame* f, bool skip_internal) {
  do { f = python_frame(f->prev); } while (f && skip_internal && is_import_machinery(f));
  return f;
}

struct Place {
  Ref filename, module, registry;
  int64_t line = 1;
};

bool find_place(int64_t stacklevel, Place* out) {
  Thread* t = current_thread();
  Frame* f = t->frame ? python_frame(t->frame) : nullptr;
  bool skip = !(stacklevel <= 0 || !f || is_import_machinery(f));
  while (--stacklevel > 0 && f) f = outer(f, skip);
  Ref globals;
  if (f) {
    globals = Ref::dup(f->globals);
    out->filename = Ref::dup(f->code->filename);
    out->line = frame_line(f);
  } else {
    globals = Ref::dup(sys_dict());
    out->filename = make_str("sys");
  }
  Str* key = TAIPAN_NAME(__warningregistry__);
  if (Value registry = dict_get_str(globals, key)) {
    out->registry = Ref::dup(registry);
  } else {
    Ref fresh = make_dict();
    if (fresh) out->registry = dict_setdefault(globals, Value(key), fresh);
    if (!out->registry) return false;
  }
  Value name = dict_get_str(globals, TAIPAN_NAME(__name__));
  out->module = name && (name == kNone || is_str(name)) ? Ref::dup(name) : make_str("<string>");
  return static_cast<bool>(out->module);
}

Ref check_category(Value message, Value category) {
  int is_warning = is_instance(message, Value(types::Warning));
  if (is_warning < 0) return nullptr;
  Ref cls = is_warning                      ? Ref::dup(type_of(message))
            : category && category != kNone ? Ref::dup(category)
                                            : Ref::dup(types::UserWarning);
  int good = is_type(cls) ? is_subclass(cls, Value(types::Warning)) : 0;
  if (good < 0) return nullptr;
  if (!good) return raise(types::TypeError, "category must be a Warning subclass, not '%s'", type_of(cls)->cname);
  return cls;
}

Ref warn_impl(Args& a) {
  int64_t stacklevel = 1;
  if (a[2] && !to_c_ssize(a[2], &stacklevel)) return nullptr;
  Ref category = check_category(a[0], a[1]);
  if (!category) return nullptr;
  Place place;
  if (!find_place(stacklevel, &place)) return nullptr;
  if (!emit(category, a[0], place.filename, place.line, place.module, place.registry, Value(), a[3])) return nullptr;
  return Ref::imm(kNone);
}

// The line as the module's loader gives it; null without an exception: not to be had.
Ref loader_line(Value globals, int64_t line) {
  Value loader = dict_get_str(globals, TAIPAN_NAME(__loader__)), name = dict_get_str(globals, TAIPAN_NAME(__name__));
  if (!loader || !name) return nullptr;
  Ref hold_loader = Ref::dup(loader), hold_name = Ref::dup(name);
  Ref get = get_attr_opt(loader, TAIPAN_NAME(get_source));
  if (!get || get.get() == kMissing) return nullptr;
  Ref source = call(get, name);
  if (!source || source.get() == kNone) return nullptr;
  if (!is_str(source)) return raise(types::TypeError, "must be str, not %.100T", source.get());
  Ref split = get_attr(Value(types::Str), TAIPAN_NAME(splitlines));  // a subclass's own doesn't count
  Ref lines = split ? call(split, source) : Ref();
  if (!lines) return nullptr;
  Ref index = make_int(line - 1);
  return get_item(lines, index);
}

Ref warn_explicit_impl(Args& a) {
  int64_t line;
  if (!is_str(a[2])) return raise(types::TypeError, "warn_explicit() argument 3 must be str, not %T", a[2]);
  if (!to_int64(a[3], &line)) return nullptr;
  Ref given;
  if (a[6] && a[6] != kNone) {
    if (!is_dict(a[6])) return raise(types::TypeError, "module_globals must be a dict, not '%.200T'", a[6]);
    given = loader_line(a[6], line);
    if (!given && error_occurred()) return nullptr;
  }
  if (!emit(a[1], a[0], a[2], line, a[4], a[5], given, a[7])) return nullptr;
  return Ref::imm(kNone);
}

Ref filters_mutated_impl(Args&) {
  filters_version.fetch_add(1, std::memory_order_relaxed);
  return Ref::imm(kNone);
}

const NativeDef functions[] = {
    {"warn", "($module, /, message, category=None, stacklevel=1, source=None)", warn_impl, 0,
     "Issue a warning, or maybe ignore it or raise an exception."},
    {"warn_explicit",
     "($module, message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)",
     warn_explicit_impl, kNativeNoSignature, "Issue a warning, or maybe ignore it or raise an exception."},
    {"_filters_mutated", "($module, /)", filters_mutated_impl, kNativeNoSignature, nullptr},
    {},
};

bool add_filter(Value list, Value category, const char* action, Value module) {
  Ref text = intern_str(action);
  Ref item = make_tuple_of({text, kNone, category, module, Value::from_int(0)});
  return item && list_append(list, std::move(item));
}

bool exec(Value m) {
  if (!own_filters) {
    Ref filters = make_list(), once = make_dict(), action = intern_str("default"), main = intern_str("__main__");
    if (!filters || !once || !action || !main) return false;
    if (!add_filter(filters, Value(types::DeprecationWarning), "default", main) ||
        !add_filter(filters, Value(types::DeprecationWarning), "ignore", kNone) ||
        !add_filter(filters, Value(types::PendingDeprecationWarning), "ignore", kNone) ||
        !add_filter(filters, Value(types::ImportWarning), "ignore", kNone) ||
        !add_filter(filters, Value(types::ResourceWarning), "ignore", kNone)) {
      return false;
    }
    own_filters = filters.release();
    own_once_registry = once.release();
    own_default_action = action.release();
    for (Value* root : {&own_filters, &own_once_registry, &own_default_action}) gc::add_root(root);
  }
  return module_add(m, "filters", Ref::dup(own_filters)) &&
         module_add(m, "_onceregistry", Ref::dup(own_once_registry)) &&
         module_add(m, "_defaultaction", Ref::dup(own_default_action));
}

}  // namespace

// GIL off: a registry changes under its runtime lock, the rest under a mutex, or is atomic.
extern const ModuleDef _warnings_module;
const ModuleDef _warnings_module = {"_warnings", "Filtering of warnings, present from start-up on.", functions, exec,
                                    kFunctionsAtOnce};

}  // namespace taipan
