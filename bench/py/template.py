"""A text template engine: compiled to closures, with loops, conditions, filters and escaping."""
import sys


class Template:
    def __init__(self, source, filters):
        self.filters = filters
        self.parts = self.tokenize(source)
        self.position = 0
        self.body = self.block(())

    @staticmethod
    def tokenize(source):
        parts = []
        for piece in source.split('{'):
            if not parts:
                parts.append(('text', piece))
                continue
            code, _, text = piece.partition('}')
            if code[0] == '%':
                parts.append(('tag', code[1:].strip('% ').split()))
            else:
                parts.append(('value', code))
            if text:
                parts.append(('text', text))
        return parts

    def block(self, ends):
        nodes = []
        while self.position < len(self.parts):
            kind, value = self.parts[self.position]
            self.position += 1
            if kind == 'text':
                nodes.append(lambda out, env, text=value: out.append(text))
            elif kind == 'value':
                nodes.append(self.value(value))
            elif value[0] in ends:
                break
            elif value[0] == 'for':
                nodes.append(self.loop(value[1], self.lookup(value[3]), self.block(('end',))))
            elif value[0] == 'if':
                nodes.append(self.condition(self.lookup(value[1]), self.block(('end',))))

        def run(out, env):
            for node in nodes:
                node(out, env)
        return run

    def lookup(self, path):
        names = path.split('.')

        def get(env):
            value = env
            for name in names:
                value = value[name] if isinstance(value, dict) else getattr(value, name)
            return value
        return get

    def value(self, code):
        path, *names = code.split('|')
        get = self.lookup(path.strip())
        chain = [self.filters[name.strip()] for name in names]

        def write(out, env):
            value = get(env)
            for f in chain:
                value = f(value)
            out.append(str(value))
        return write

    def loop(self, name, get, body):
        def run(out, env):
            inner = dict(env)
            for item in get(env):
                inner[name] = item
                body(out, inner)
        return run

    def condition(self, get, body):
        def run(out, env):
            if get(env):
                body(out, env)
        return run

    def render(self, **env):
        out = []
        self.body(out, env)
        return ''.join(out)


class Item:
    def __init__(self, n):
        self.name, self.price, self.sale, self.tags = f'<item {n}>', n * 1.5, n % 3 == 0, [f't{k}' for k in range(n % 4)]


def escape(s):
    return str(s).replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


SOURCE = '<h1>{title|upper}</h1>\n<ul>\n{% for item in items %}  <li>{item.name|escape}: {item.price|money}{% if item.sale %} <b>sale</b>{% end %} ({% for tag in item.tags %}{tag},{% end %})</li>\n{% end %}</ul>\n'
size = int(sys.argv[1]) if len(sys.argv) > 1 else 35_000
template = Template(SOURCE, {'upper': str.upper, 'escape': escape, 'money': lambda v: f'${v:,.2f}'})
items = [Item(n) for n in range(100)]
length = 0
for i in range(size // 10):
    page = template.render(title=f'page {i}', items=items)
    length += len(page)
    assert page.count('<li>') == 100 and page.count('<b>sale</b>') == 34 and 'PAGE' in page
print('template', size, length)
