"""A JSON encoder and decoder in plain Python, round-tripping nested data."""
import sys


def encode(value):
    out = []
    write = out.append

    def walk(v):
        if v is None:
            write('null')
        elif v is True:
            write('true')
        elif v is False:
            write('false')
        elif isinstance(v, str):
            write(quote(v))
        elif isinstance(v, (int, float)):
            write(repr(v))
        elif isinstance(v, dict):
            write('{')
            first = True
            for key, item in v.items():
                if not first:
                    write(', ')
                first = False
                write(quote(key))
                write(': ')
                walk(item)
            write('}')
        else:
            write('[')
            for i, item in enumerate(v):
                if i:
                    write(', ')
                walk(item)
            write(']')
    walk(value)
    return ''.join(out)


ESCAPES = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r'}


def quote(s):
    return '"' + ''.join([ESCAPES.get(c, c) for c in s]) + '"'


class Decoder:
    def __init__(self, text):
        self.text = text
        self.i = 0

    def skip(self):
        text, i = self.text, self.i
        while text[i] in ' \n\t\r':
            i += 1
        self.i = i
        return text[i]

    def value(self):
        c = self.skip()
        if c == '"':
            return self.string()
        if c == '{':
            return self.object()
        if c == '[':
            return self.array()
        for word, meaning in (('true', True), ('false', False), ('null', None)):
            if self.text.startswith(word, self.i):
                self.i += len(word)
                return meaning
        return self.number()

    def string(self):
        text = self.text
        i = self.i + 1
        out = []
        while True:
            c = text[i]
            if c == '"':
                self.i = i + 1
                return ''.join(out)
            if c == '\\':
                i += 1
                c = {'n': '\n', 't': '\t', 'r': '\r'}.get(text[i], text[i])
            out.append(c)
            i += 1

    def number(self):
        text = self.text
        start = i = self.i
        while text[i] in '+-.eE0123456789':
            i += 1
        self.i = i
        token = text[start:i]
        return float(token) if '.' in token or 'e' in token else int(token)

    def array(self):
        items = []
        self.i += 1
        if self.skip() == ']':
            self.i += 1
            return items
        while True:
            items.append(self.value())
            c = self.skip()
            self.i += 1
            if c == ']':
                return items

    def object(self):
        items = {}
        self.i += 1
        if self.skip() == '}':
            self.i += 1
            return items
        while True:
            self.skip()
            key = self.string()
            self.skip()
            self.i += 1
            items[key] = self.value()
            c = self.skip()
            self.i += 1
            if c == '}':
                return items


def sample(n):
    return [{'id': i, 'name': f'item "{i}"', 'price': i * 1.25, 'tags': ['a\tb', 'c\\d', str(i)], 'nested': {'deep': [None, True, False, {'x': -i}]}} for i in range(n)]


size = int(sys.argv[1]) if len(sys.argv) > 1 else 14_000
data = sample(size)
length = 0
for _ in range(2):
    text = encode(data)
    again = Decoder(text).value()
    assert again == data
    length += len(text)
print('json_codec', size, length)
