#pragma once
#include "frontend/parse_context.h"
namespace taipan::frontend {
class Diagnoser {
public:
    explicit Diagnoser(ParseContext& context) : c_(context) {}
    void explain() { c_.fill = c_.tokens.size(); c_.raise_at_last(ErrorKind::kSyntaxError, "invalid syntax"); }
private:
    ParseContext& c_;
};
}
