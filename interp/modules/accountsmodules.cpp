// The modules pwd, grp and spwd: the data bases of users, groups and shadow passwords.
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <vector>
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/structseq.h"

namespace taipan {

namespace {

// The getXX*_r functions: read(buffer, size, &found) again with more room while that is too small. False: raised (only MemoryError);
// *found null where there is none.
template <class Entry, class F>
bool look_up(std::vector<char>* buffer, Entry** found, F read) {
  for (buffer->resize(1024);; buffer->resize(buffer->size() * 2)) {
    *found = nullptr;
    int err = blocking([&] { return read(buffer->data(), buffer->size(), found); });
    if (err != ERANGE) return true;
    if (buffer->size() > size_t{1} << 28) return raise_memory();
  }
}
// The name argument as the file system spells it.
bool name_argument(Value v, const char* what, FsText* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s must be str, not %.50T", what, v);
  return out->parse(v);
}
Ref text(const char* s) { return s ? decode_fs(s) : none(); }
Ref structure(TypeObject* type, Ref* v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!v[i]) return nullptr;
  return make_structseq(type, v, n);
}
// (The C library has one place in each file for all threads.)
template <class Entry>
Ref all_entries(Value module, void (*open)(), Entry* (*next)(), void (*close)(), Ref (*convert)(const Entry&)) {
  Ref list = make_list();
  if (!list) return nullptr;
  RuntimeLock lock(module);
  open();
  bool ok = true;
  for (Entry* e; ok && (e = next());) {
    Ref item = convert(*e);
    ok = item && list_append(list, std::move(item));
  }
  close();
  return ok ? std::move(list) : Ref();
}

// ---- pwd --------------------------------------------------------------------------------------------------------------------------------

TypeObject* passwd_type;
const StructField kPasswdFields[] = {
    {"pw_name", "user name"},  {"pw_passwd", "password"},    {"pw_uid", "user id"},         {"pw_gid", "group id"},
    {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}, {nullptr, nullptr}};
const StructSpec kPasswdSpec = {"pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.",
                                kPasswdFields, 7};

Ref passwd_of(const passwd& p) {
  Ref v[7] = {text(p.pw_name),  text(p.pw_passwd), uid_value(p.pw_uid), uid_value(p.pw_gid),
              text(p.pw_gecos), text(p.pw_dir),    text(p.pw_shell)};
  return structure(passwd_type, v, 7);
}
Ref pwd_getpwnam(Args& a) {
  FsText name;
  if (!name_argument(a[0], "getpwnam() argument", &name)) return nullptr;
  passwd entry, *found;
  std::vector<char> buffer;
  if (!look_up(&buffer, &found, [&](char* p, size_t n, passwd** f) { return getpwnam_r(name.get(), &entry, p, n, f); }))
    return nullptr;
  if (!found) return raise(types::KeyError, "getpwnam(): name not found: %R", a[0]);
  return passwd_of(*found);
}
Ref pwd_getpwuid(Args& a) {
  uid_t id;
  if (!uid_argument(a[0], &id, "uid")) {
    if (error_matches(types::OverflowError)) {
      clear_error();
      return raise(types::KeyError, "getpwuid(): uid not found");
    }
    return nullptr;
  }
  passwd entry, *found;
  std::vector<char> buffer;
  if (!look_up(&buffer, &found, [&](char* p, size_t n, passwd** f) { return getpwuid_r(id, &entry, p, n, f); }))
    return nullptr;
  if (found) return passwd_of(*found);
  Ref shown = uid_value(id);
  return raise(types::KeyError, "getpwuid(): uid not found: %S", shown.get());
}
Ref pwd_getpwall(Args& a) { return all_entries<passwd>(a.self, setpwent, getpwent, endpwent, passwd_of); }

const NativeDef kPwdFunctions[] = {
    {"getpwuid", "($module, uidobj, /)", pwd_getpwuid, 0, "The entry of a user's id; KeyError where there is none."},
    {"getpwnam", "($module, name, /)", pwd_getpwnam, 0, "The entry of a user's name; KeyError where there is none."},
    {"getpwall", "($module, /)", pwd_getpwall, 0, "A list of all entries, in no special order."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
bool pwd_exec(Value module) {
  if (!passwd_type) passwd_type = make_structseq_type(&kPasswdSpec);
  return passwd_type && module_add_type(module, passwd_type);
}

// ---- grp --------------------------------------------------------------------------------------------------------------------------------

TypeObject* group_type;
const StructField kGroupFields[] = {{"gr_name", "group name"},
                                    {"gr_passwd", "password"},
                                    {"gr_gid", "group id"},
                                    {"gr_mem", "group members"},
                                    {nullptr, nullptr}};
const StructSpec kGroupSpec = {"grp.struct_group", "grp.struct_group: Results from getgr*() routines.", kGroupFields,
                               4};

Ref group_of(const group& g) {
  Ref members = make_list();
  if (!members) return nullptr;
  for (char** m = g.gr_mem; m && *m; m++) {
    Ref name = text(*m);
    if (!name || !list_append(members, std::move(name))) return nullptr;
  }
  Ref v[4] = {text(g.gr_name), text(g.gr_passwd), uid_value(g.gr_gid), std::move(members)};
  return structure(group_type, v, 4);
}
Ref grp_getgrnam(Args& a) {
  FsText name;
  if (!name_argument(a[0], "getgrnam() argument 'name'", &name)) return nullptr;
  group entry, *found;
  std::vector<char> buffer;
  if (!look_up(&buffer, &found, [&](char* p, size_t n, group** f) { return getgrnam_r(name.get(), &entry, p, n, f); }))
    return nullptr;
  if (!found) return raise(types::KeyError, "getgrnam(): name not found: %R", a[0]);
  return group_of(*found);
}
Ref grp_getgrgid(Args& a) {
  gid_t id;
  if (!uid_argument(a[0], &id, "gid")) return nullptr;
  group entry, *found;
  std::vector<char> buffer;
  if (!look_up(&buffer, &found, [&](char* p, size_t n, group** f) { return getgrgid_r(id, &entry, p, n, f); }))
    return nullptr;
  if (found) return group_of(*found);
  Ref shown = uid_value(id);
  return raise(types::KeyError, "getgrgid(): gid not found: %S", shown.get());
}
Ref grp_getgrall(Args& a) { return all_entries<group>(a.self, setgrent, getgrent, endgrent, group_of); }

const NativeDef kGrpFunctions[] = {
    {"getgrgid", "($module, /, id)", grp_getgrgid, 0, "The entry of a group's id; KeyError where there is none."},
    {"getgrnam", "($module, /, name)", grp_getgrnam, 0, "The entry of a group's name; KeyError where there is none."},
    {"getgrall", "($module, /)", grp_getgrall, 0, "A list of all entries, in no special order."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
bool grp_exec(Value module) {
  if (!group_type) group_type = make_structseq_type(&kGroupSpec);
  return group_type && module_add_type(module, group_type);
}

// ---- spwd -------------------------------------------------------------------------------------------------------------------------------

TypeObject* shadow_type;
const StructField kShadowFields[] = {{"sp_namp", "login name"},
                                     {"sp_pwdp", "encrypted password"},
                                     {"sp_lstchg", "date of last change"},
                                     {"sp_min", "min #days between changes"},
                                     {"sp_max", "max #days between changes"},
                                     {"sp_warn", "#days before pw expires to warn user about it"},
                                     {"sp_inact", "#days after pw expires until account is disabled"},
                                     {"sp_expire", "#days since 1970-01-01 when account expires"},
                                     {"sp_flag", "reserved"},
                                     {"sp_nam", "login name; deprecated"},
                                     {"sp_pwd", "encrypted password; deprecated"},
                                     {nullptr, nullptr}};
const StructSpec kShadowSpec = {"spwd.struct_spwd", "spwd.struct_spwd: Results from getsp*() routines.", kShadowFields,
                                9};

Ref shadow_of(const spwd& s) {
  Ref v[11] = {text(s.sp_namp),      text(s.sp_pwdp),       make_int(s.sp_lstchg),
               make_int(s.sp_min),   make_int(s.sp_max),    make_int(s.sp_warn),
               make_int(s.sp_inact), make_int(s.sp_expire), make_int(static_cast<int64_t>(s.sp_flag)),
               text(s.sp_namp),      text(s.sp_pwdp)};
  return structure(shadow_type, v, 11);
}
Ref spwd_getspnam(Args& a) {
  FsText name;
  if (!name_argument(a[0], "getspnam() argument", &name)) return nullptr;
  spwd entry, *found;
  std::vector<char> buffer;
  int err = 0;
  if (!look_up(&buffer, &found,
               [&](char* p, size_t n, spwd** f) { return err = getspnam_r(name.get(), &entry, p, n, f); }))
    return nullptr;
  if (found) return shadow_of(*found);
  if (err && err != ENOENT) return raise_os_error(err);
  return raise(types::KeyError, "getspnam(): name not found");
}
Ref spwd_getspall(Args& a) { return all_entries<spwd>(a.self, setspent, getspent, endspent, shadow_of); }

const NativeDef kSpwdFunctions[] = {
    {"getspnam", "($module, arg, /)", spwd_getspnam, 0,
     "The shadow entry of a user's name; KeyError where there is none."},
    {"getspall", "($module, /)", spwd_getspall, 0, "A list of all shadow entries, in no special order."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
bool spwd_exec(Value module) {
  if (!warn(types::DeprecationWarning, 7, "'spwd' is deprecated and slated for removal in Python 3.13")) return false;
  if (!shadow_type) shadow_type = make_structseq_type(&kShadowSpec);
  return shadow_type && module_add_type(module, shadow_type);
}

}  // namespace

// GIL off: the reentrant functions of the C library, and those for all entries in turns.
extern const ModuleDef pwd_module, grp_module, spwd_module;
const ModuleDef pwd_module = {"pwd",
                              "The data base of users. Entries are tuples with names: pw_name, pw_passwd, pw_uid, "
                              "pw_gid, pw_gecos, pw_dir, pw_shell.",
                              kPwdFunctions, pwd_exec, kFunctionsAtOnce};
// GIL off: the reentrant functions of the C library, and those for all entries in turns.
const ModuleDef grp_module = {
    "grp", "The data base of groups. Entries are tuples with names: gr_name, gr_passwd, gr_gid, gr_mem.", kGrpFunctions,
    grp_exec, kFunctionsAtOnce};
// GIL off: the reentrant functions of the C library, and those for all entries in turns.
const ModuleDef spwd_module = {"spwd", "The data base of shadow passwords.", kSpwdFunctions, spwd_exec,
                               kFunctionsAtOnce};

}  // namespace taipan
