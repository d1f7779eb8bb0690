"""An inventory with a query language made of comprehensions, grouping, sorting and reports."""
from collections import Counter, defaultdict, namedtuple

Item = namedtuple('Item', 'sku name price qty tags')
RAW = '''
A1;Hammer;12.50;10;tool,metal
A2;Nails;0.05;5000;metal
B1;Glue;3.20;0;chem
B2;Paint, red;15.00;7;chem,color
C1;Brush;4.75;25;tool,color
C2;Ladder;89.90;2;tool
bad line
D1;Broken;x;1;
D2;Short;1.0
'''


def load(text):
    items, errors = [], []
    for n, line in enumerate(text.strip().split('\n'), 1):
        try:
            sku, name, price, qty, tags = line.split(';')
            items.append(Item(sku, name, float(price), int(qty), frozenset(filter(None, tags.split(',')))))
        except ValueError as e:
            errors.append(f'line {n}: {e}')
    return items, errors


items, errors = load(RAW)
for e in errors:
    print(e)
print(f'{"sku":4}{"name":<12}{"price":>8}{"qty":>6}{"value":>12}')
for i in sorted(items, key=lambda i: -i.price * i.qty):
    print(f'{i.sku:4}{i.name:<12}{i.price:>8.2f}{i.qty:>6}{i.price * i.qty:>12,.2f}')
by_tag = defaultdict(list)
for i in items:
    for t in sorted(i.tags):
        by_tag[t].append(i.sku)
print(dict(sorted(by_tag.items())))
print(Counter(t for i in items for t in i.tags).most_common(1)[0][1], sum(i.qty for i in items), max(items, key=lambda i: i.price).name, [i.name for i in items if not i.qty], {i.sku[0]: sum(j.qty for j in items if j.sku[0] == i.sku[0]) for i in items}, any('color' in i.tags for i in items))


def restock(items, changes):
    index = {i.sku: i for i in items}
    for sku, delta in changes.items():
        item = index[sku]
        if item.qty + delta < 0:
            raise ValueError(f'{item.name}: only {item.qty} left, {-delta} wanted')
        index[sku] = item._replace(qty=item.qty + delta)
    return list(index.values())


items = restock(items, {'A1': -4, 'B1': 20})
print([(i.sku, i.qty) for i in items])
for bad in {'A1': -100}, {'Z9': 1}, {'A1': 'x'}:
    try:
        restock(items, bad)
    except (ValueError, KeyError, TypeError) as e:
        print(type(e).__name__, e)
total = sum(round(i.price * 100) * i.qty for i in items)
print(f'{total / 100:,.2f}', divmod(total, 100), f'{total:_}')
restock(items, {'C2': -3})
