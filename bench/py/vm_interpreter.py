"""An interpreter for a small stack machine, running three programs."""
import sys

PUSH, ADD, SUB, MUL, MOD, LT, EQ, JUMP, JUMP_IF_FALSE, LOAD, STORE, CALL, RET, DUP, PRINT, HALT = range(16)


def assemble(source):
    labels, code = {}, []
    for line in source.split('\n'):
        line = line.strip()
        if line.endswith(':'):
            labels[line[:-1]] = len(code)
        elif line:
            code.append(line.split())
    names = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, int)}
    out = []
    for op, *args in code:
        arg = 0
        if args:
            arg = labels[args[0]] if args[0] in labels else int(args[0])
        out.append((names[op.upper()], arg))
    return out


class Machine:
    def __init__(self, code):
        self.code = code
        self.stack = []
        self.slots = [0] * 16
        self.calls = []
        self.output = []
        self.steps = 0

    def run(self):
        code, stack, slots = self.code, self.stack, self.slots
        pc = steps = 0
        while True:
            op, arg = code[pc]
            pc += 1
            steps += 1
            if op == PUSH:
                stack.append(arg)
            elif op == LOAD:
                stack.append(slots[arg])
            elif op == STORE:
                slots[arg] = stack.pop()
            elif op == ADD:
                b = stack.pop()
                stack[-1] += b
            elif op == SUB:
                b = stack.pop()
                stack[-1] -= b
            elif op == MUL:
                b = stack.pop()
                stack[-1] *= b
            elif op == MOD:
                b = stack.pop()
                stack[-1] %= b
            elif op == LT:
                b = stack.pop()
                stack[-1] = stack[-1] < b
            elif op == EQ:
                b = stack.pop()
                stack[-1] = stack[-1] == b
            elif op == JUMP:
                pc = arg
            elif op == JUMP_IF_FALSE:
                if not stack.pop():
                    pc = arg
            elif op == CALL:
                self.calls.append(pc)
                pc = arg
            elif op == RET:
                pc = self.calls.pop()
            elif op == DUP:
                stack.append(stack[-1])
            elif op == PRINT:
                self.output.append(stack.pop())
            else:
                self.steps = steps
                return self.output


SUM = '''
    push {n}
    store 0
loop:
    load 0
    jump_if_false done
    load 1
    load 0
    push 7
    mod
    add
    store 1
    load 0
    push 1
    sub
    store 0
    jump loop
done:
    load 1
    print
    halt
'''
FIB = '''
    push {n}
    call fib
    print
    halt
fib:
    dup
    push 2
    lt
    jump_if_false deeper
    ret
deeper:
    dup
    push 1
    sub
    call fib
    store 2
    push 2
    sub
    load 2
    store 3
    call small
    load 3
    add
    ret
small:
    dup
    mul
    push 1000
    mod
    ret
'''
size = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
first = Machine(assemble(SUM.format(n=size)))
assert first.run() == [sum(i % 7 for i in range(size + 1))]
second = Machine(assemble(FIB.format(n=20)))
second.run()
print('vm_interpreter', size, first.output, second.output, first.steps + second.steps)
