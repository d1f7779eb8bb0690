"""Sorting, sets, dict views and unpacking in a few lines each."""
data = [5, 3, 9, 1]
print(sorted(data), sorted(data, reverse=True), data, min(data), max(data), sum(data), len(data))
data.sort()
data.reverse()
print(data, data.index(3), 9 in data, data[1:3], data[-1], data[::-1])
people = [('bob', 30), ('ann', 25), ('cid', 30)]
print(sorted(people), sorted(people, key=lambda p: (-p[1], p[0])), max(people, key=lambda p: p[1]))
a, b = {1, 2, 3}, {2, 3, 4}
print(a & b, a - b, sorted(a | b), sorted(a ^ b), a <= {1, 2, 3, 4}, 2 in a, len(set('hello')))
d = {'x': 1, 'y': 2}
d['z'] = 3
del d['x']
print(d, list(d), list(d.values()), list(d.items()), d.get('q', 'none'), d.pop('y'), 'z' in d, {**d, 'w': 4})
first, *middle, last = range(6)
print(first, middle, last)
(p, q), r = (1, 2), 3
p, q = q, p
print(p, q, r, [i for i, c in enumerate('abc')], dict(zip('ab', [1, 2])))
matrix = [[1, 2], [3, 4]]
print([list(row) for row in zip(*matrix)], [x for row in matrix for x in row], {x: x * x for x in range(4)})
stack = []
for token in '3 4 + 2 *'.split():
    if token.isdigit():
        stack.append(int(token))
    else:
        y, x = stack.pop(), stack.pop()
        stack.append({'+': x + y, '*': x * y}[token])
print(stack)
count = {}
for letter in 'mississippi':
    count[letter] = count.get(letter, 0) + 1
print(count, sorted(count, key=count.get, reverse=True)[0])
words = 'one two three four five six'.split()
by_len = {}
for w in words:
    by_len.setdefault(len(w), []).append(w)
print(by_len)
while words:
    w = words.pop()
    if w == 'three':
        break
else:
    print('never')
print(words, w)
try:
    words[10]
except IndexError as e:
    print(e)
print({'a': 1}['b'])
