// _uuid: time based identifiers from libuuid.
#include <uuid/uuid.h>
#include "interp/objects/bytes.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Ref generate_time_safe(Args&) {
  uuid_t id;
  int status = blocking([&] { return uuid_generate_time_safe(id); });  // may talk to a daemon
  Ref items[2] = {make_bytes(id, sizeof id), make_int(status)};
  return items[0] ? make_tuple_steal(items, 2) : nullptr;
}
const NativeDef kFunctions[] = {{"generate_time_safe", "($module, /)", generate_time_safe, 0,
                                 "A new identifier, and 0 if it is surely unique in this machine, else -1."},
                                {nullptr, nullptr, nullptr, 0, nullptr}};
bool uuid_exec(Value module) { return module_add_int(module, "has_uuid_generate_time_safe", 1); }
// GIL off: libuuid may be called by several threads.
const ModuleDef kUuidModule = {"_uuid", nullptr, kFunctions, uuid_exec, kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kUuidModule)
