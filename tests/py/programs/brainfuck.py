"""A compiler from a tiny tape language to Python source, executed by exec; and an interpreter to agree with."""


def interpret(code, given=''):
    jumps, stack = {}, []
    for i, c in enumerate(code):
        if c == '[':
            stack.append(i)
        elif c == ']':
            if not stack:
                raise SyntaxError(f'unmatched ] at {i}')
            jumps[i] = stack.pop()
            jumps[jumps[i]] = i
    if stack:
        raise SyntaxError(f'unmatched [ at {stack[-1]}')
    tape, at, pc, out, given = [0] * 300, 0, 0, [], iter(given)
    while pc < len(code):
        match code[pc]:
            case '>':
                at += 1
            case '<':
                at -= 1
            case '+':
                tape[at] = (tape[at] + 1) % 256
            case '-':
                tape[at] = (tape[at] - 1) % 256
            case '.':
                out.append(chr(tape[at]))
            case ',':
                tape[at] = ord(next(given, '\0'))
            case '[' if not tape[at]:
                pc = jumps[pc]
            case ']' if tape[at]:
                pc = jumps[pc]
        pc += 1
    return ''.join(out)


def compile_to_python(code):
    lines, depth = ['def run(given):', ' tape, at, out, given = [0] * 300, 0, [], iter(given)'], 1
    i = 0
    while i < len(code):
        c, n = code[i], 1
        while c in '+-<>' and i + 1 < len(code) and code[i + 1] == c:
            i, n = i + 1, n + 1
        pad = ' ' * depth
        if c in '+-':
            lines.append(f'{pad}tape[at] = (tape[at] {c} {n}) % 256')
        elif c in '<>':
            lines.append(f'{pad}at {"+" if c == ">" else "-"}= {n}')
        elif c == '.':
            lines.append(f'{pad}out.append(chr(tape[at]))')
        elif c == ',':
            lines.append(f'{pad}tape[at] = ord(next(given, chr(0)))')
        elif c == '[':
            lines.append(f'{pad}while tape[at]:')
            depth += 1
            lines.append(' ' * depth + 'pass')
        elif c == ']':
            depth -= 1
        i += 1
    lines.append(" return ''.join(out)")
    scope = {}
    exec(compile('\n'.join(lines), '<tape>', 'exec'), scope)
    return scope['run']


HELLO = '++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.'
REVERSE = '>,[>,]<[.<]'
SQUARES = '++++[>+++++<-]>[<+++++>-]+<+[>[>+>+<<-]++>>[<<+>>-]>>>[-]++>[-]+>>>+[[-]++++++>>>]<<<[[<++++++++<++>>-]+<.<[>----<-]<]<<[>>>>>[>>>[-]+++++++++<[>-<-]+++++++++>[-[<->-]+[<<<]]<+>]<-]<<-]'.replace('++++[>+++++<-]>[<+++++>-]+<+', '++[>+++++<-]>[<+++>-]+<+')
for name, code, given in ('hello', HELLO, ''), ('reverse', REVERSE, 'abc def'):
    a, b = interpret(code, given), compile_to_python(code)(given)
    print(name, repr(a), a == b)
for bad in '[', ']', '[[]', '+]':
    try:
        interpret(bad)
    except SyntaxError as e:
        print(bad, e)
compile_to_python('<' * 301 + '+')('')
