// The module _opcode: what each instruction of CPython 3.11's stack machine does to the height of the stack. Taipan's own code is for
// registers; tools that assemble or check CPython bytecode ask for these numbers through dis.
#include "interp/modules/module_util.h"

namespace taipan {

static constexpr int kHaveArgument = 90;
static constexpr int kBad = INT32_MIN;

// Effects that don't depend on the argument or on jumping. First, last opcode of a run, effect.
struct Run {
  uint8_t first, last;
  int8_t effect;
};
static constexpr Run kRuns[] = {
    {0, 0, 0},     {1, 1, -1},     {2, 2, 1},      {9, 12, 0},     {15, 15, 0},   {25, 25, -1},   {30, 33, 1},
    {35, 35, 1},   {36, 37, 0},    {49, 49, 1},    {50, 50, 0},    {51, 53, 1},   {54, 54, -2},   {60, 60, -3},
    {61, 61, -2},  {68, 69, 0},    {70, 70, -1},   {71, 71, 1},    {74, 74, 1},   {75, 75, 0},    {82, 82, 0},
    {83, 84, -1},  {85, 87, 0},    {88, 90, -1},   {91, 91, 0},    {95, 95, -2},  {96, 97, -1},   {98, 99, 0},
    {100, 101, 1}, {106, 106, 0},  {107, 108, -1}, {109, 109, 1},  {110, 110, 0}, {114, 115, -1}, {117, 119, -1},
    {120, 120, 1}, {122, 122, -1}, {124, 124, 1},  {125, 125, -1}, {126, 126, 0}, {128, 129, -1}, {131, 131, 0},
    {134, 135, 0}, {136, 137, 1},  {138, 138, -1}, {139, 140, 0},  {144, 144, 0}, {145, 146, -1}, {147, 147, -2},
    {148, 148, 1}, {149, 149, 0},  {151, 151, 0},  {152, 152, -2}, {160, 160, 1}, {162, 165, -1}, {171, 171, -1},
    {172, 172, 0}, {173, 176, -1}};

enum class Jump { kMaybe, kYes, kNo };

static int stack_effect(int op, int arg, Jump jump) {
  for (const Run& r : kRuns)
    if (op >= r.first && op <= r.last) return r.effect;
  switch (op) {
    case 92: return arg - 1;                      // UNPACK_SEQUENCE
    case 93: return jump == Jump::kYes ? -1 : 1;  // FOR_ITER
    case 94: return (arg & 0xFF) + (arg >> 8);    // UNPACK_EX
    case 102:
    case 103:
    case 104:
    case 157: return 1 - arg;      // BUILD_TUPLE, _LIST, _SET, _STRING
    case 105: return 1 - 2 * arg;  // BUILD_MAP
    case 111:
    case 112: return jump == Jump::kNo ? -1 : 0;   // JUMP_IF_..._OR_POP
    case 116: return (arg & 1) + 1;                // LOAD_GLOBAL
    case 123: return jump == Jump::kYes ? -1 : 0;  // SEND
    case 130:
    case 156:
    case 166: return -arg;  // RAISE_VARARGS, BUILD_CONST_KEY_MAP, PRECALL
    case 132: return -__builtin_popcount(static_cast<unsigned>(arg) & 15);  // MAKE_FUNCTION
    case 133: return arg == 3 ? -2 : -1;                                    // BUILD_SLICE
    case 142: return -2 - (arg & 1);                                        // CALL_FUNCTION_EX
    case 155: return (arg & 4) == 4 ? -1 : 0;                               // FORMAT_VALUE
    default: return kBad;
  }
}

static Ref stack_effect_impl(Args& a) {
  int op, arg = 0;
  if (!to_c_int(a[0], &op)) return nullptr;
  bool given = a.has(1) && a[1] != kNone;
  if (op >= kHaveArgument) {
    if (!given) return raise(types::ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
    if (!to_c_int(a[1], &arg)) return nullptr;
  } else if (given) {
    return raise(types::ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
  }
  Value j = a.get(2, kNone);
  Jump jump;
  if (j == kNone)
    jump = Jump::kMaybe;
  else if (j == kTrue)
    jump = Jump::kYes;
  else if (j == kFalse)
    jump = Jump::kNo;
  else
    return raise(types::ValueError, "stack_effect: jump must be False, True or None");
  int effect = stack_effect(op, arg, jump);
  if (effect == kBad) return raise(types::ValueError, "invalid opcode or oparg");
  return make_int(effect);
}
static Ref specialization_stats_impl(Args&) { return Ref::imm(kNone); }

static const NativeDef kFunctions[] = {
    {"stack_effect", "($module, opcode, oparg=None, /, *, jump=None)", stack_effect_impl, 0,
     "What an instruction does to the height of the stack."},
    {"get_specialization_stats", "($module, /)", specialization_stats_impl, 0, "Always None: nothing is counted."},
    {nullptr}};

// GIL off: they have no state.
extern const ModuleDef _opcode_module;
const ModuleDef _opcode_module = {"_opcode", "Opcode support module.", kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace taipan
