"""A trie with insertion, deletion, prefix search, wildcards and iteration in order."""


class Node:
    __slots__ = ('children', 'count')

    def __init__(self):
        self.children, self.count = {}, 0


class Trie:
    def __init__(self, words=()):
        self.root, self.size = Node(), 0
        for w in words:
            self.add(w)

    def add(self, word):
        node = self.root
        for c in word:
            node = node.children.setdefault(c, Node())
        node.count += 1
        self.size += 1

    def __contains__(self, word):
        node = self.find(word)
        return node is not None and node.count > 0

    def find(self, prefix):
        node = self.root
        for c in prefix:
            node = node.children.get(c)
            if node is None:
                return None
        return node

    def remove(self, word):
        path, node = [], self.root
        for c in word:
            path.append((node, c))
            try:
                node = node.children[c]
            except KeyError:
                raise ValueError(f'{word!r} is not in the trie') from None
        if not node.count:
            raise ValueError(f'{word!r} is only a prefix')
        node.count -= 1
        self.size -= 1
        while path and not node.children and not node.count:
            parent, c = path.pop()
            del parent.children[c]
            node = parent

    def walk(self, node=None, prefix=''):
        node = node or self.root
        for _ in range(node.count):
            yield prefix
        for c in sorted(node.children):
            yield from self.walk(node.children[c], prefix + c)

    __iter__ = walk

    def complete(self, prefix, limit=5):
        node = self.find(prefix)
        found = self.walk(node, prefix) if node else iter(())
        return [w for _, w in zip(range(limit), found)]

    def match(self, pattern, node=None, prefix=''):
        node = node or self.root
        if not pattern:
            if node.count:
                yield prefix
            return
        head, rest = pattern[0], pattern[1:]
        for c, child in sorted(node.children.items()):
            if head in ('?', c):
                yield from self.match(rest, child, prefix + c)

    def __len__(self):
        return self.size


t = Trie('tea ten team teammate to toast toaster inn in i été étés tea'.split())
print(len(t), list(t), 'tea' in t, 'te' in t, '' in t, t.complete('te'), t.complete('to', 2), t.complete('zz'), t.complete(''), list(t.match('t??')), list(t.match('?n')), t.complete('ét'))
t.remove('tea')
print('tea' in t, len(t))
t.remove('tea')
print('tea' in t, 'team' in t, len(t))
t.remove('teammate')
print(t.complete('tea'), t.find('teamm'))
for bad in 'tea', 'zebra', '':
    try:
        t.remove(bad)
    except ValueError as e:
        print(e, e.__suppress_context__)
long = 'ab' * 400
deep = Trie([long])
try:
    print(len(list(deep)))
except RecursionError:
    print('too deep to walk')
print(long in deep, deep.find('ab' * 399) is not None)
t.remove('toad')
