"""Huffman coding with a heap of tuples and trees; bits packed into bytes; round trips."""
import heapq
from collections import Counter


class Leaf:
    def __init__(self, symbol, weight):
        self.symbol, self.weight = symbol, weight

    def codes(self, prefix):
        yield self.symbol, prefix or '0'


class Branch:
    def __init__(self, left, right):
        self.left, self.right, self.weight = left, right, left.weight + right.weight

    def codes(self, prefix):
        yield from self.left.codes(prefix + '0')
        yield from self.right.codes(prefix + '1')


def build(text):
    if not text:
        raise ValueError('nothing to encode')
    heap = [(w, i, Leaf(s, w)) for i, (s, w) in enumerate(sorted(Counter(text).items()))]
    heapq.heapify(heap)
    n = len(heap)
    while len(heap) > 1:
        (w1, _, a), (w2, _, b) = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (w1 + w2, n, Branch(a, b)))
        n += 1
    return heap[0][2]


def encode(text):
    table = dict(build(text).codes(''))
    bits = ''.join(table[c] for c in text)
    padding = -len(bits) % 8
    data = int('1' + bits + '0' * padding, 2).to_bytes((len(bits) + padding) // 8 + 1, 'big')
    return table, padding, data


def decode(table, padding, data):
    bits = bin(int.from_bytes(data, 'big'))[3:]
    bits = bits[:len(bits) - padding] if padding else bits
    back = {v: k for k, v in table.items()}
    out, current = [], ''
    for b in bits:
        current += b
        if current in back:
            out.append(back[current])
            current = ''
    if current:
        raise ValueError(f'left over bits {current!r}')
    return ''.join(out)


for text in 'abracadabra', 'a', 'aaaa', 'the quick brown fox jumps over the lazy dog', 'é中\U0001f600é中é', 'ab' * 50 + 'c':
    table, padding, data = encode(text)
    assert decode(table, padding, data) == text
    codes = sorted(table.items(), key=lambda kv: (len(kv[1]), kv[1]))
    assert not any(b.startswith(a) for i, (_, a) in enumerate(codes) for _, b in codes[i + 1:])
    print(repr(text[:20]), len(text), len(data), padding, codes[:4])
table, padding, data = encode('mississippi')
for label, args in ('wrong padding', (table, padding + 1, data)), ('cut', (table, padding, data[:-1])), ('empty table', ({}, 0, data)):
    try:
        print(label, repr(decode(*args)))
    except Exception as e:
        print(label, type(e).__name__, e)
encode('')
