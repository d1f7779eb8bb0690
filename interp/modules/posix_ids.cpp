// posix: users, groups, sessions.
#include <grp.h>
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/thread_workers.h"

namespace taipan {

static Ref posix_getpid(Args&) { return make_int(getpid()); }
static Ref posix_getppid(Args&) { return make_int(getppid()); }
static Ref posix_getuid(Args&) { return uid_value(getuid()); }
static Ref posix_geteuid(Args&) { return uid_value(geteuid()); }
static Ref posix_getgid(Args&) { return uid_value(getgid()); }
static Ref posix_getegid(Args&) { return uid_value(getegid()); }
static Ref posix_getpgrp(Args&) { return make_int(getpgrp()); }
static Ref posix_setpgrp(Args&) { return none_or_error(setpgid(0, 0)); }
static Ref posix_setsid(Args&) { return none_or_error(setsid()); }

template <pid_t (*kF)(pid_t) noexcept>
static Ref of_pid(Args& a) {
  int pid;
  if (!to_c_int(a[0], &pid)) return nullptr;
  pid_t r = kF(pid);
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_setpgid(Args& a) {
  int pid, group;
  if (!to_c_int(a[0], &pid) || !to_c_int(a[1], &group)) return nullptr;
  return none_or_error(setpgid(pid, group));
}

// setuid and friends: each argument is a user or group id.
static bool ids(Args& a, const char* what, uid_t* out, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!uid_argument(a[i], &out[i], what)) return false;
  return true;
}
static Ref posix_setuid(Args& a) {
  uid_t v[1];
  return ids(a, "uid", v, 1) ? none_or_error(setuid(v[0])) : Ref();
}
static Ref posix_seteuid(Args& a) {
  uid_t v[1];
  return ids(a, "uid", v, 1) ? none_or_error(seteuid(v[0])) : Ref();
}
static Ref posix_setgid(Args& a) {
  gid_t v[1];
  return ids(a, "gid", v, 1) ? none_or_error(setgid(v[0])) : Ref();
}
static Ref posix_setegid(Args& a) {
  gid_t v[1];
  return ids(a, "gid", v, 1) ? none_or_error(setegid(v[0])) : Ref();
}
static Ref posix_setreuid(Args& a) {
  uid_t v[2];
  return ids(a, "uid", v, 2) ? none_or_error(setreuid(v[0], v[1])) : Ref();
}
static Ref posix_setregid(Args& a) {
  gid_t v[2];
  return ids(a, "gid", v, 2) ? none_or_error(setregid(v[0], v[1])) : Ref();
}
static Ref posix_setresuid(Args& a) {
  uid_t v[3];
  return ids(a, "uid", v, 3) ? none_or_error(setresuid(v[0], v[1], v[2])) : Ref();
}
static Ref posix_setresgid(Args& a) {
  gid_t v[3];
  return ids(a, "gid", v, 3) ? none_or_error(setresgid(v[0], v[1], v[2])) : Ref();
}
static Ref three_ids(uid_t a, uid_t b, uid_t c) {
  Ref v[3] = {uid_value(a), uid_value(b), uid_value(c)};
  return make_tuple_steal(v, 3);
}
static Ref posix_getresuid(Args&) {
  uid_t r, e, s;
  return getresuid(&r, &e, &s) < 0 ? posix_error() : three_ids(r, e, s);
}
static Ref posix_getresgid(Args&) {
  gid_t r, e, s;
  return getresgid(&r, &e, &s) < 0 ? posix_error() : three_ids(r, e, s);
}

static Ref group_list(const std::vector<gid_t>& groups) {
  Ref list = make_list(groups.size());
  for (gid_t g : groups) {
    Ref v = uid_value(g);
    if (!list || !v || !list_append(list, std::move(v))) return nullptr;
  }
  return list;
}
static Ref posix_getgroups(Args&) {
  for (;;) {
    int n = getgroups(0, nullptr);
    if (n < 0) return posix_error();
    std::vector<gid_t> groups(static_cast<size_t>(n) + 1);
    n = getgroups(n, groups.data());
    if (n < 0 && errno == EINVAL) continue;  // grew meanwhile
    if (n < 0) return posix_error();
    groups.resize(static_cast<size_t>(n));
    return group_list(groups);
  }
}
static Ref posix_setgroups(Args& a) {
  if (!is_sequence(a[0])) return raise(types::TypeError, "setgroups argument must be a sequence");
  int64_t n = length_of(a[0]);
  if (n < 0) return nullptr;
  if (n > NGROUPS_MAX) return raise(types::ValueError, "too many groups");
  std::vector<gid_t> groups;
  for (int64_t i = 0; i < n; i++) {
    Ref item = get_item(a[0], Value::from_int(i));
    if (!item) return nullptr;
    if (!is_int(item)) return raise(types::TypeError, "groups must be integers");
    gid_t g;
    if (!uid_argument(item, &g, "gid")) return nullptr;
    groups.push_back(g);
  }
  return none_or_error(setgroups(groups.size(), groups.data()));
}
static Ref posix_initgroups(Args& a) {
  FsText user;
  gid_t group;
  if (!user.parse(a[0]) || !uid_argument(a[1], &group, "gid")) return nullptr;
  return none_or_error(initgroups(user.get(), group));
}
static Ref posix_getgrouplist(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "getgrouplist() argument 1 must be str, not %.50T", a[0]);
  FsText user;
  gid_t group;
  if (!user.parse(a[0]) || !uid_argument(a[1], &group, "gid")) return nullptr;
  int n = 64;
  std::vector<gid_t> groups;
  for (;;) {
    groups.resize(static_cast<size_t>(n));
    int room = n;
    if (blocking([&] { return getgrouplist(user.get(), group, groups.data(), &n); }) >= 0) break;
    if (n <= room) n = room * 2;
  }
  groups.resize(static_cast<size_t>(n));
  return group_list(groups);
}
static Ref posix_getlogin(Args&) {
  char name[LOGIN_NAME_MAX + 1];
  int err = blocking([&] { return getlogin_r(name, sizeof name); });
  return err ? raise_os_error(err) : decode_fs(name);
}

static Ref posix_getpriority(Args& a) {
  int which, who;
  if (!to_c_int(a[0], &which) || !to_c_int(a[1], &who)) return nullptr;
  errno = 0;
  int r = getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  return errno ? posix_error() : make_int(r);
}
static Ref posix_setpriority(Args& a) {
  int which, who, priority;
  if (!to_c_int(a[0], &which) || !to_c_int(a[1], &who) || !to_c_int(a[2], &priority)) return nullptr;
  keep_no_workers();
  return none_or_error(setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority));
}
static Ref posix_nice(Args& a) {
  int increment;
  if (!to_c_int(a[0], &increment)) return nullptr;
  errno = 0;
  keep_no_workers();
  int r = nice(increment);
  return r == -1 && errno ? posix_error() : make_int(r);
}

const NativeDef kPosixIdFunctions[] = {
    {"getpid", "($module, /)", posix_getpid, 0, "The id of this process."},
    {"getppid", "($module, /)", posix_getppid, 0, "The id of the parent process."},
    {"getuid", "($module, /)", posix_getuid, 0, "The real user id."},
    {"geteuid", "($module, /)", posix_geteuid, 0, "The effective user id."},
    {"getgid", "($module, /)", posix_getgid, 0, "The real group id."},
    {"getegid", "($module, /)", posix_getegid, 0, "The effective group id."},
    {"getresuid", "($module, /)", posix_getresuid, 0, "The real, effective and saved user ids."},
    {"getresgid", "($module, /)", posix_getresgid, 0, "The real, effective and saved group ids."},
    {"setuid", "($module, uid, /)", posix_setuid, 0, "Sets the user id."},
    {"seteuid", "($module, euid, /)", posix_seteuid, 0, "Sets the effective user id."},
    {"setgid", "($module, gid, /)", posix_setgid, 0, "Sets the group id."},
    {"setegid", "($module, egid, /)", posix_setegid, 0, "Sets the effective group id."},
    {"setreuid", "($module, ruid, euid, /)", posix_setreuid, 0, "Sets the real and effective user ids."},
    {"setregid", "($module, rgid, egid, /)", posix_setregid, 0, "Sets the real and effective group ids."},
    {"setresuid", "($module, ruid, euid, suid, /)", posix_setresuid, 0, "Sets the real, effective and saved user ids."},
    {"setresgid", "($module, rgid, egid, sgid, /)", posix_setresgid, 0,
     "Sets the real, effective and saved group ids."},
    {"getpgrp", "($module, /)", posix_getpgrp, 0, "The process group of this process."},
    {"setpgrp", "($module, /)", posix_setpgrp, 0, "Makes this process the leader of its group."},
    {"getpgid", "($module, /, pid)", of_pid<getpgid>, 0, "The process group of a process."},
    {"setpgid", "($module, pid, pgrp, /)", posix_setpgid, 0, "Sets the process group of a process."},
    {"getsid", "($module, pid, /)", of_pid<getsid>, 0, "The session of a process."},
    {"setsid", "($module, /)", posix_setsid, 0, "Starts a new session."},
    {"getgroups", "($module, /)", posix_getgroups, 0, "The supplemental groups."},
    {"setgroups", "($module, groups, /)", posix_setgroups, 0, "Sets the supplemental groups."},
    {"initgroups", "($module, username, gid, /)", posix_initgroups, 0,
     "Sets the groups to those of a user and one more."},
    {"getgrouplist", "($module, user, group, /)", posix_getgrouplist, 0, "The groups a user belongs to."},
    {"getlogin", "($module, /)", posix_getlogin, 0, "The name of the user logged in."},
    {"getpriority", "($module, /, which, who)", posix_getpriority, 0, "The scheduling priority of processes."},
    {"setpriority", "($module, /, which, who, priority)", posix_setpriority, 0,
     "Sets the scheduling priority of processes."},
    {"nice", "($module, increment, /)", posix_nice, 0, "Adds to the priority of this process and returns it."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
