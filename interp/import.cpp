// The import system's native half: C++ modules by name, __import__'s fast path, and the start of importlib from the installed library.
#include <string>
#include <vector>

#include <dlfcn.h>
#include <unistd.h>

#include "frontend/bytecode/serialize.h"
#include "gc/collector.h"
#include "interp/boot_image.h"
#include "interp/builtins.h"
#include "interp/config.h"
#include "interp/eval/eval.h"
#include "interp/installed.h"
#include "interp/modules/audit.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

#define MODULE(name, symbol) extern const ModuleDef symbol;
#include "interp/modules/modules.def"
#undef MODULE

namespace {

struct NativeModule {
  const char* name;
  const ModuleDef* def;
};
const NativeModule kModules[] = {
#define MODULE(name, symbol) {name, &symbol},
#include "interp/modules/modules.def"
#undef MODULE
};

const char* const kSharedModules[] = {
#define SHARED_MODULE(name) name,
#include "gen/shared_modules.inc"
#undef SHARED_MODULE
    nullptr};

// The module of a shared object.
Ref module_of_file(const char* name, const std::string& file) {
  void* library = blocking([&] { return dlopen(file.c_str(), dlopen_flags); });
  auto* def = library ? static_cast<const ModuleDef* const*>(dlsym(library, "taipan_module")) : nullptr;
  if (def && !strcmp((*def)->name, name)) return create_native_module(*def);
  const char* why = library ? nullptr : dlerror();
  Ref title = make_str(name), where = decode_fs(file);
  if (!title || !where) return nullptr;
  if (why) return raise_import_error(title, where, "%s", why);
  return raise_import_error(title, where, "dynamic module does not define module export function (PyInit_%s)", name);
}
// lib/NAME.so beside the installed executable.
Ref load_shared_module(const char* name) { return module_of_file(name, installed_folder() + "lib/" + name + ".so"); }

Value made_modules;      // dict: name -> module, for modules imported again after removal from sys.modules
Value import_bootstrap;  // _frozen_importlib

// The absolute name for a relative import.
Ref resolve_name(Value name, Value globals, int level) {
  if (!globals || globals == kNone || !is_dict(globals)) {
    if (globals && globals != kNone && !is_dict(globals)) return raise(types::TypeError, "globals must be a dict");
    return raise(types::KeyError, "'__name__' not in globals");
  }
  Value package = dict_get_str(globals, TAIPAN_NAME(__package__)), spec = dict_get_str(globals, TAIPAN_NAME(__spec__));
  if (spec == kNone) spec = Value();
  Ref pkg;
  if (package && package != kNone) {
    if (!is_str(package)) return raise(types::TypeError, "package must be a string");
    if (spec) {
      Ref parent = get_attr(spec, TAIPAN_NAME(parent));
      if (!parent) return nullptr;
      int same = values_equal(package, parent);
      if (same < 0) return nullptr;
      if (!same && !warn(types::ImportWarning, 1, "__package__ != __spec__.parent")) return nullptr;
    }
    pkg = Ref::dup(package);
  } else if (spec) {
    pkg = get_attr(spec, TAIPAN_NAME(parent));
    if (!pkg) return nullptr;
    if (!is_str(pkg)) return raise(types::TypeError, "__spec__.parent must be a string");
  } else {
    if (!warn(types::ImportWarning, 1,
              "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"))
      return nullptr;
    Value own = dict_get_str(globals, TAIPAN_NAME(__name__));
    if (!own) return raise(types::KeyError, "'__name__' not in globals");
    if (!is_str(own)) return raise(types::TypeError, "__name__ must be a string");
    pkg = Ref::dup(own);
    if (!dict_get_str(globals, TAIPAN_NAME(__path__))) {
      std::string text = utf8_lossy(own);
      size_t dot = text.rfind('.');
      if (dot == std::string::npos)
        return raise(types::ImportError, "attempted relative import with no known parent package");
      pkg = make_str(text.substr(0, dot));
    }
  }
  std::string text = utf8_lossy(pkg);
  if (text.empty()) return raise(types::ImportError, "attempted relative import with no known parent package");
  for (int i = 1; i < level; i++) {
    size_t dot = text.rfind('.');
    if (dot == std::string::npos)
      return raise(types::ImportError, "attempted relative import beyond top-level package");
    text.resize(dot);
  }
  std::string tail = utf8_lossy(name);
  if (!tail.empty()) text += "." + tail;
  return make_str(text);
}

// sys.modules[name], waiting for its import to finish if another thread is at it. kMissing: absent.
Ref find_imported(Value modules, Value name) {
  Ref m;
  if (is_dict_exact(modules)) {
    m = dict_get_ref(modules, name);
  } else {
    m = get_item(modules, name);
    if (!m && error_matches(types::KeyError)) {
      clear_error();
      m = Ref::imm(kMissing);
    }
  }
  if (!m || m.get() == kMissing) return m;
  if (m.get() == kNone) return m;
  Value known = has_shape(m, kShapeModule) ? dict_get_str(module_dict(m), TAIPAN_NAME(__spec__)) : Value();
  Ref spec = known ? Ref::dup(known) : get_attr_opt(m, TAIPAN_NAME(__spec__));
  if (!spec) {
    clear_error();
    return m;
  }
  if (spec.get() != kMissing && spec.get() != kNone) {
    Ref busy = get_attr_opt(spec, TAIPAN_NAME(_initializing));
    if (!busy)
      clear_error();
    else if (busy.get() != kMissing && is_true(busy) == 1 && import_bootstrap) {
      Ref r = call_method(import_bootstrap, TAIPAN_NAME(_lock_unlock_module), name);
      if (!r) return nullptr;
    }
  }
  return m;
}

// Tracebacks don't show the import system's own frames: whole runs of them where an ImportError comes from there, else those up to the
// call of the imported code.
void trim_importlib_frames() {
  if (config.verbose || !error_occurred()) return;
  Ref exc = fetch_error();
  bool always = is_subtype(type_of(exc), types::ImportError);
  Ref head = traceback_of(exc);
  if (head.get() != kNone) {
    // before: the entry in front of the current one; outer: the one in front of the current run of importlib frames (null: none)
    Value first = head.get(), tb = first, before = Value(), outer = Value();
    bool inside = false;
    while (tb) {
      Traceback* entry = tb.as<Traceback>();
      Value next = entry->next;
      Code* code = entry->frame.as<PyFrame>()->frame->code;
      bool now = str_eq_ascii(code->filename, "<frozen importlib._bootstrap>") ||
                 str_eq_ascii(code->filename, "<frozen importlib._bootstrap_external>");
      if (now && !inside) outer = before;
      inside = now;
      if (now && (always || str_eq_ascii(code->name, "_call_with_frames_removed"))) {
        if (outer)
          gc::store(outer.header(), &outer.as<Traceback>()->next, next ? Ref::dup(next) : Ref());
        else
          first = next;
        before = outer;
      } else {
        before = tb;
      }
      tb = next;
    }
    if (first != head.get()) set_traceback(exc, first);
  }
  restore_error(std::move(exc));
}

Ref find_and_load(Value name) {
  if (!import_bootstrap) return raise(types::ImportError, "the import system is not ready");
  Value import = dict_get_str(builtins_dict(), TAIPAN_NAME(__import__));
  if (auditing()) {
    Ref path = sys_get("path"), meta = sys_get("meta_path"), hooks = sys_get("path_hooks");
    auto shown = [](const Ref& r) { return r ? r.get() : kNone; };
    if (!audit("import", {name, kNone, shown(path), shown(meta), shown(hooks)})) return nullptr;
  }
  Ref m = call_method(import_bootstrap, TAIPAN_NAME(_find_and_load), name, import ? import : kNone);
  if (!m) trim_importlib_frames();
  return m;
}

}  // namespace

const std::vector<const char*>& native_module_names() {
  static const std::vector<const char*>* names = [] {
    auto* v = new std::vector<const char*>;
    for (const NativeModule& m : kModules) v->push_back(m.name);
    for (const char* const* shared = kSharedModules; *shared; shared++) v->push_back(*shared);
    return v;
  }();
  return *names;
}

int dlopen_flags = RTLD_NOW;
std::string installed_executable;

Ref import_extension(Value name, Value path) {
  if (!is_str(name)) return raise(types::TypeError, "name must be string, not %T", name);
  if (!is_str(path)) return raise(types::TypeError, "path must be string, not %T", path);
  if (!audit("import", {name, path, kNone, kNone, kNone})) return nullptr;
  Ref encoded = encode_fs(path);
  if (!encoded) return nullptr;
  std::string file(encoded.as<Bytes>()->view()), last = utf8_lossy(name);
  if (file.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null byte");
  last.erase(0, last.rfind('.') + 1);
  return module_of_file(last.c_str(), file);
}

Ref import_native(const char* name) {
  if (!made_modules) {
    Ref d = make_dict();
    if (!d) return nullptr;
    made_modules = d.release();
    gc::add_shared_root(&made_modules);
  }
  Value there = dict_get_cstr(made_modules, name);
  if (there) return Ref::dup(there);
  for (const NativeModule& m : kModules) {
    if (strcmp(m.name, name) != 0) continue;
    Ref module = create_native_module(m.def);
    if (!module || !dict_set_cstr(made_modules, name, module)) return nullptr;
    return module;
  }
  for (const char* const* shared = kSharedModules; *shared; shared++) {
    if (strcmp(*shared, name) != 0) continue;
    Ref module = load_shared_module(name);
    if (!module || !dict_set_cstr(made_modules, name, module)) return nullptr;
    return module;
  }
  return Ref::imm(kMissing);
}

Ref import_call(Value name, Value globals, Value, Value fromlist, Value level_value) {
  if (!is_str(name)) return raise(types::TypeError, "module name must be a string");
  int level = 0;
  if (level_value && !to_c_int(level_value, &level)) return nullptr;
  if (level < 0) return raise(types::ValueError, "level must be >= 0");
  Ref full;
  if (level > 0) {
    full = resolve_name(name, globals, level);
    if (!full) return nullptr;
  } else {
    if (name.as<Str>()->length == 0) return raise(types::ValueError, "Empty module name");
    full = Ref::dup(name);
  }
  static Str* const modules_name = intern_static("modules");
  Ref modules = sys_get(modules_name);
  if (!modules) return raise(types::RuntimeError, "unable to get sys.modules");
  Ref module = find_imported(modules, full);
  if (!module) return nullptr;
  if (module.get() == kMissing || module.get() == kNone) {
    module = find_and_load(full);
    if (!module) return nullptr;
  }
  int has_from = 0;
  if (fromlist && fromlist != kNone) {
    has_from = is_true(fromlist);
    if (has_from < 0) return nullptr;
  }
  if (!has_from) {
    Str* n = name.as<Str>();
    if (level == 0 && n->ascii && !memchr(n->data1(), '.', n->length)) return module;
    if (level == 0 || n->length > 0) {
      std::string text = utf8_lossy(name);
      size_t dot = text.find('.');
      if (dot == std::string::npos) { return module; }
      if (level == 0) {
        Ref front = make_str(text.substr(0, dot));
        return front ? import_call(front, Value(), Value(), Value(), Value()) : nullptr;
      }
      // import of a dotted name relative to a package: the part of the full name that the caller's name starts with
      std::string whole = utf8_lossy(full);
      Ref top = make_str(whole.substr(0, whole.size() - (text.size() - dot)));
      if (!top) return nullptr;
      Ref m = is_dict_exact(modules) ? dict_get_ref(modules, top) : get_item(modules, top);
      if (m && m.get() == kMissing) return raise(types::KeyError, "%R not in sys.modules as expected", top.get());
      return m;
    }
    return module;
  }
  Ref path = get_attr_opt(module, TAIPAN_NAME(__path__));
  if (!path) return nullptr;
  if (path.get() == kMissing) return module;
  Value import = dict_get_str(builtins_dict(), TAIPAN_NAME(__import__));
  Ref m = call_method(import_bootstrap, TAIPAN_NAME(_handle_fromlist), module, fromlist, import ? import : kNone);
  if (!m) trim_importlib_frames();
  return m;
}

namespace {

Value source_get_code;  // SourceFileLoader's own get_code

// SourceFileLoader.get_code: the library's own files come from the boot image.
Ref image_get_code(Args& a) {
  if (!config.verbose) {
    Ref path = get_attr(a.self, TAIPAN_NAME(path)), name = path ? get_attr(a.self, TAIPAN_NAME(name)) : Ref();
    if (!name) return nullptr;
    int own = is_str_exact(path) && is_str(a[0]) ? values_equal(name, a[0]) : 0;
    if (own < 0) return nullptr;
    if (own) {
      Ref code = library_code(utf8_lossy(path));
      if (!code || code.get() != kMissing) return code;
    }
  }
  return call(source_get_code, a.self, a[0]);
}
const NativeDef image_get_code_def = {"get_code", "($self, fullname)", image_get_code, 0,
                                      "The module's code, compiled or as found compiled before."};

bool take_library_from_image(Value external) {
  gc::add_root(&source_get_code);
  Ref loader = get_attr(external, intern_static("SourceFileLoader"));
  if (!loader || !is_type(loader)) return false;
  Ref own = get_attr(loader, intern_static("get_code"));
  Ref method = own ? make_method_descriptor(loader.as<TypeObject>(), &image_get_code_def, false) : Ref();
  if (!method || !set_attr(loader, intern_static("get_code"), method)) return false;
  source_get_code = own.release();
  return true;
}

}  // namespace

bool init_import() {
  gc::add_root(&import_bootstrap);
  Ref modules = sys_get("modules");
  if (!modules) return false;
  Ref sys = import_native("sys");
  Ref imp = import_native("_imp");
  if (!sys || !imp) return false;
  if (imp.get() == kMissing) return raise(types::ImportError, "no _imp module");
  // _frozen_importlib from the library's importlib/_bootstrap.py
  Ref code = frozen_code("_frozen_importlib");
  if (!code) return false;
  Ref name = make_str("_frozen_importlib");
  Ref boot = make_module(name);
  if (!boot || !dict_set(modules, name, boot)) return false;
  Value d = module_dict(boot);
  // What the import system expects of a frozen module that it did not import itself.
  Ref origin = make_str("importlib._bootstrap");
  if (!dict_set_cstr(d, "__builtins__", builtins_dict()) || !origin || !dict_set_cstr(d, "__origname__", origin))
    return false;
  Ref r = eval_code(code, d, d, Value());
  if (!r) return false;
  import_bootstrap = boot.copy().release();
  r = call_method(boot, TAIPAN_NAME(_install), sys, imp);
  if (!r) return false;
  r = call_method(boot, TAIPAN_NAME(_install_external_importers));
  if (!r) return false;
  // The library's source loader writes and accepts .pyc files under the magic number of this bytecode.
  Ref external = import_module("_frozen_importlib_external");
  if (!external) return false;
  uint32_t version = frontend::bytecode_version();
  uint8_t magic[4] = {static_cast<uint8_t>(version ^ version >> 16), static_cast<uint8_t>(version >> 8 ^ version >> 24),
                      '\r', '\n'};
  Ref bytes = make_bytes(magic, 4), raw = make_int(magic[0] | magic[1] << 8 | '\r' << 16 | '\n' << 24);
  if (!bytes || !raw || !dict_set_cstr(module_dict(external), "MAGIC_NUMBER", bytes) ||
      !dict_set_cstr(module_dict(external), "_RAW_MAGIC_NUMBER", raw))
    return false;
  if (!take_library_from_image(external)) return false;
  // Archives on sys.path come before folders.
  Ref zip = import_attr("zipimport", "zipimporter");
  Ref hooks = zip ? sys_get("path_hooks") : Ref();
  if (!zip || !hooks || !list_insert(hooks, 0, zip)) return false;
  return true;
}

Ref main_module() {
  Ref modules = sys_get("modules");
  if (!modules) return nullptr;
  Ref name = make_str("__main__");
  Ref there = dict_get_ref(modules, name);
  if (!there || there.get() != kMissing) return there;
  Ref m = make_module(name);
  if (!m || !dict_set(modules, name, m)) return nullptr;
  Ref builtins = import_module("builtins");
  if (!builtins || !dict_set_cstr(module_dict(m), "__builtins__", builtins)) return nullptr;
  if (import_bootstrap) {
    Ref loader = get_attr(import_bootstrap, "BuiltinImporter");
    if (!loader || !dict_set_cstr(module_dict(m), "__loader__", loader)) return nullptr;
  }
  return m;
}

// import_module of abstract.h
Ref import_by_name(const char* name) {
  Ref modules = sys_get("modules");
  Ref key = make_str(name);
  if (!key) return nullptr;
  if (modules && is_dict_exact(modules)) {
    Ref m = dict_get_ref(modules, key);
    if (!m) return nullptr;
    if (m.get() != kMissing && m.get() != kNone) return m;
  }
  if (!import_bootstrap) {
    Ref m = import_native(name);
    if (!m || m.get() != kMissing) return m;
    return raise_import_error(key, Value(), "No module named %R", key.get());
  }
  Ref from = make_tuple_of({key.get()});
  Value builtins = builtins_dict();
  Value import = builtins ? dict_get_str(builtins, TAIPAN_NAME(__import__)) : Value();
  if (import) {
    Ref keep = Ref::dup(import);
    Ref globals = interp_hooks.current_globals();
    if (!globals) globals = make_dict();
    Value args[5] = {key, globals, globals, from, Value::from_int(0)};
    Ref r = call_array(keep, args, 5);
    if (!r) return nullptr;
    Ref m = get_item(modules, key);
    return m;
  }
  return import_call(key, Value(), Value(), from, Value());
}

}  // namespace taipan
