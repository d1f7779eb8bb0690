// Machine code as text, with the bytecode and the source lines it comes from. What lies out of line is shown with its instruction.
#include <algorithm>
#include <cstdio>
#include <map>
#include "arch/disassembler.h"
#include "frontend/bytecode/disassembler.h"
#include "frontend/bytecode/op_info.h"
#include "interp/objects/error.h"
#include "interp/objects/str.h"
#include "jit/inspect/inspect.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

// A source file's lines, as far as it can be read.
class Source {
 public:
  explicit Source(const std::string& filename) {
    FILE* f = filename.empty() || filename[0] == '<' ? nullptr : fopen(filename.c_str(), "rbe");
    if (!f) return;
    lines_.emplace_back();
    for (int c; (c = getc(f)) != EOF;) {
      if (c == '\n')
        lines_.emplace_back();
      else if (lines_.back().size() < 200 && c != '\r')
        lines_.back() += static_cast<char>(c);
    }
    fclose(f);
  }
  std::string line(int n) const {
    return n > 0 && static_cast<size_t>(n) <= lines_.size() ? lines_[static_cast<size_t>(n) - 1] : std::string();
  }

 private:
  std::vector<std::string> lines_;
};

struct Piece {
  uint32_t begin, end, index;
  Part part;
};

const char* title_of(Part part) {
  switch (part) {
    case Part::kThunk: return "calls arrive here";
    case Part::kInline: return "";
    case Part::kEntry: return "entry from outside, out of line";
    case Part::kRest: return "out of line";
    case Part::kExit: return "to the handler";
  }
  return "";
}

class Printer {
 public:
  Printer(const arch::CodeBlock& block, Code* code, const Positions* positions) : block_(block), code_(code) {
    if (positions) {
      for (const Position& p : positions->list()) {
        if (!pieces_.empty()) pieces_.back().end = p.offset;
        pieces_.push_back({p.offset, block.size, p.index, p.part});
      }
    } else {
      pieces_.push_back({0, block.size, 0, Part::kInline});
    }
    known_ = arch::disassemble(block.exec, block.size, [this](const arch::MachineInstruction& in) { add(in); });
  }
  std::string text() {
    char line[256];
    if (!code_) {
      snprintf(line, sizeof line, "== stub \"%s\": %u bytes at %p (%s)\n", block_.name.c_str(), block_.size,
               static_cast<const void*>(block_.exec), arch::kIsaName);
      out_ += line;
      for (const auto& [offset, words] : lines_) out_ += words;
      out_ += '\n';
      return std::move(out_);
    }
    uint32_t in_line = 0;
    for (const Piece& p : pieces_)
      if (p.part == Part::kInline || p.part == Part::kThunk) in_line += p.end - p.begin;
    std::string file = utf8_lossy(code_->filename);
    snprintf(line, sizeof line, "== %s (%s:%d): %u instructions, %u bytes (%u in line) at %p (%s)\n",
             utf8_lossy(code_->qualname).c_str(), file.c_str(), code_->first_line, code_->instruction_count,
             block_.size, in_line, static_cast<const void*>(block_.exec), arch::kIsaName);
    out_ += line;
    if (!known_) out_ += "(libcapstone.so.4 is not there: no disassembly)\n";
    Source source(file);
    frontend::CodeUnit unit;
    bool has_unit = code_to_unit(Value(code_), &unit);
    if (!has_unit) clear_error();
    std::stable_sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
      if (a.index != b.index) return a.index < b.index;
      return a.part < b.part;
    });
    int last_line = 0;
    uint32_t last_index = UINT32_MAX;
    for (const Piece& p : pieces_) {
      if (p.part == Part::kThunk) {
        (out_ += title_of(p.part)) += ":\n";
      } else if (p.index != last_index) {
        last_index = p.index;
        int n = code_line(code_, p.index);
        if (n != last_line && n > 0) {
          snprintf(line, sizeof line, "%5d ", n);
          ((out_ += line) += source.line(n)) += '\n';
          last_line = n;
        }
        const frontend::Instruction& in = code_->instructions[p.index];
        std::string words = has_unit ? frontend::disassemble_instruction(unit, p.index) : frontend::kOpInfo[in.op].name;
        snprintf(line, sizeof line, "%9u: ", p.index);
        ((out_ += line) += words) += '\n';
      }
      if (p.part != Part::kInline && p.part != Part::kThunk) ((out_ += "           -- ") += title_of(p.part)) += '\n';
      auto at = lines_.lower_bound(p.begin), end = lines_.lower_bound(p.end);
      for (; at != end; ++at) out_ += at->second;
    }
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void add(const arch::MachineInstruction& in) {
    uint32_t offset = static_cast<uint32_t>(in.address - reinterpret_cast<uint64_t>(block_.exec));
    char head[96];
    std::string bytes;
    for (uint32_t i = 0; i < in.size && i < 10; i++) {
      snprintf(head, sizeof head, "%02x", block_.exec[offset + i]);
      bytes += head;
    }
    snprintf(head, sizeof head, "             +%04x %-20s ", offset, bytes.c_str());
    std::string words = head + in.text;
    if (std::string name = note(in); !name.empty()) {
      while (words.size() < 74) words += ' ';
      (words += " ; ") += name;
    }
    lines_[offset] = words + '\n';
  }
  std::string note(const arch::MachineInstruction& in) {
    if (!in.refers) return {};
    uint64_t first = reinterpret_cast<uint64_t>(block_.exec);
    if (in.refers < first || in.refers >= first + block_.size) return name_of_address(in.refers, code_);
    uint32_t offset = static_cast<uint32_t>(in.refers - first);
    char text[64];
    if (!code_) {
      snprintf(text, sizeof text, "+%04x", offset);
      return text;
    }
    auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                  [](uint32_t o, const Piece& p) { return o < p.begin; });
    if (after == pieces_.begin()) return {};
    const Piece& p = *(after - 1);
    static const char* const kNames[] = {"call of ", "", "entry of ", "rest of ", "exit of "};
    snprintf(text, sizeof text, "+%04x (%s%u)", offset, kNames[static_cast<int>(p.part)], p.index);
    return text;
  }
  const arch::CodeBlock& block_;
  Code* code_;
  std::vector<Piece> pieces_;
  std::map<uint32_t, std::string> lines_;
  bool known_ = false;
  std::string out_;
};

}  // namespace

std::string describe_block(const arch::CodeBlock& block, Code* code, const Positions* positions) {
  return Printer(block, code, positions).text();
}

std::string describe_code(Code* code) {
  std::lock_guard<std::mutex> hold(tier->mutex);
  auto* feedback = code->feedback.load(std::memory_order_acquire);
  Record* record = record_of(feedback);
  if (record && is_compiled(code) && !record->versions.empty()) {
    const Version& v = record->versions.back();
    return describe_block(*v.block, code, &v.positions);
  }
  Masm masm;
  Compiler compiler(code, masm, exit_handlers, tier->stubs());
  compiler.compile();
  arch::CodeBlock* block = tier->space.install(masm, "python:" + utf8_lossy(code->qualname));
  if (!block) return {};
  Positions positions = compiler.take_positions();
  std::string text = describe_block(*block, code, &positions);
  tier->space.release(block);
  return "(not compiled; this is what it would be now)\n" + text;
}

std::string describe_stubs(std::string_view name) {
  std::string text;
  for (const arch::CodeBlock* block : tier->stub_blocks)
    if (name.empty() || name == block->name) text += describe_block(*block, nullptr, nullptr);
  return text;
}

std::vector<arch::CodeLine> lines_of(Code* code, const Positions& positions) {
  std::vector<arch::CodeLine> lines;
  for (const Position& p : positions.list()) {
    int line = p.part == Part::kThunk ? code->first_line : code_line(code, p.index);
    if (line > 0 && (lines.empty() || lines.back().line != line)) lines.push_back({p.offset, line});
  }
  return lines;
}

}  // namespace taipan::jit
