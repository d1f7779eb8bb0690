"""Regular expressions at work: tokenizers, templates, CSV-like lines, nested replacement, verbose patterns."""
import re

TOKEN = re.compile(r'''
    (?P<number>\d+(?:\.\d+)?)      # integers and decimals
  | (?P<name>[^\W\d]\w*)           # identifiers
  | (?P<string>"(?:\\.|[^"\\])*")  # strings with escapes
  | (?P<op>\*\*|[-+*/()=<>!]=?|,)  # operators
  | (?P<space>\s+)
  | (?P<bad>.)
''', re.VERBOSE)
for text in 'x1 = 3.14 * (y_2 ** 2)', '"a \\"quoted\\" str" != name', 'été >= 5 @ 7', '', 'f(a,b)':
    print([(m.lastgroup, m.group()) for m in TOKEN.finditer(text) if m.lastgroup != 'space'])
CSV = re.compile(r'(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))')
for line in 'a,b,c', '"x, y","say ""hi""",z', ',,', '':
    print([(a.replace('""', '"') if a else b) for a, b in CSV.findall(line)])
template = 'Dear {name}, you owe {amount:>8.2f} since {date}. {{literal}}'
print(re.sub(r'\{\{|\}\}|\{(\w+)(?::([^}]*))?\}', lambda m: m[0][0] if m[1] is None else format({'name': 'Ann', 'amount': 12.5, 'date': 'May'}[m[1]], m[2] or ''), template))


def nested(text):
    while True:
        text, n = re.subn(r'\(([^()]*)\)', lambda m: '[' + m[1].replace(' ', '') + ']', text)
        if not n:
            return text


print(nested('a (b (c d) (e (f))) g'))
print(re.sub(r'\b(\w)(\w*)\b', lambda m: m[1].upper() + m[2].lower(), 'hELLO wORLD'), re.sub(r'(\d+)', lambda m: str(int(m[1]) + 1), 'v1.2.9'), re.sub(r'\s+', ' ', ' a \n b\t\tc '))
dates = '2024-01-15, 15/02/2023 and 3 Mar 2022'
pattern = re.compile(r'(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)/(?P<m2>\d\d)/(?P<y2>\d{4})|(?P<d3>\d{1,2}) (?P<mon>[A-Z][a-z]{2}) (?P<y3>\d{4})')
for m in pattern.finditer(dates):
    print(m.span(), {k: v for k, v in m.groupdict().items() if v})
html = '<a href="x.html" class=\'c\'>text</a><br/><img src=y.png>'
for m in re.finditer(r'<(/?)(\w+)((?:\s+\w+=(?:"[^"]*"|\'[^\']*\'|[^\s>]+))*)\s*(/?)>', html):
    print(m.groups(), re.findall(r'(\w+)=(?:"([^"]*)"|\'([^\']*)\'|([^\s>]+))', m[3]))
s = re.Scanner([(r'[a-z]+', lambda sc, t: ('word', t)), (r'\d+', lambda sc, t: ('num', int(t))), (r'\s+', None)])
print(s.scan('abc 12 de3 !rest'))
ip = re.compile(r'^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$')
print([bool(ip.match(t)) for t in ('1.2.3.4', '255.255.255.255', '256.1.1.1', '1.2.3', '1.2.3.4.', '01.2.3.4')])
roman = re.compile(r'^M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$')
print([bool(roman.match(r)) for r in ('MCMXCIV', 'IIII', 'XLII', '', 'MMMM')])
palindrome = re.compile(r'^(.)(.)?(.)?.?\3\2\1$') if False else re.compile(r'^(.)(.).?\2\1$')
print([w for w in ('level', 'abba', 'abcba', 'abc') if palindrome.match(w)])
text = 'the cat sat on the mat with the hat'
print(re.findall(r'\b(\w*at)\b', text), re.split(r'\s+(?:on|with)\s+', text), sorted({m.group(1): m.start() for m in re.finditer(r'(\w+)', text)}.items())[:3])
m = re.search(r'(?P<key>\w+)\s*=\s*(?P<value>.+)', 'no assignment here')
print(m)
m.group('key')
