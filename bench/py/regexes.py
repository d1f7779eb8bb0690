"""Regular expressions: finding, replacing, splitting, groups, alternation, backtracking."""
import re
import sys


def log_lines(n):
    verbs = ['GET', 'POST', 'PUT', 'DELETE']
    return '\n'.join(f'10.0.{i % 256}.{i * 7 % 256} - user{i % 50} [{i % 28 + 1:02d}/Jan/2024:{i % 24:02d}:{i % 60:02d}] "{verbs[i % 4]} /path/{i}/page{i % 9}.html?q={i * 31 % 1000}" {200 if i % 10 else 404} {i * 13 % 5000}' for i in range(n))


size = int(sys.argv[1]) if len(sys.argv) > 1 else 70_000
text = log_lines(size)
line = re.compile(r'^(?P<ip>\d+\.\d+\.\d+\.\d+) - (?P<user>\w+) \[(?P<date>[^\]]+)\] "(?P<verb>GET|POST|PUT|DELETE) (?P<path>[^ ?"]+)(?:\?(?P<query>[^"]*))?" (?P<status>\d{3}) (?P<bytes>\d+)$', re.M)
total = errors = 0
users = {}
for m in line.finditer(text):
    total += int(m['bytes'])
    errors += m['status'] == '404'
    users[m['user']] = users.get(m['user'], 0) + 1
assert errors == (size + 9) // 10 and sum(users.values()) == size and total == sum(i * 13 % 5000 for i in range(size))
pages = len(re.findall(r'page[0-4]\.html', text))
masked = re.sub(r'\b(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}\b', r'\1.\2.x.x', text)
assert masked.count('.x.x') == size
doubled = re.sub(r'q=(\d+)', lambda m: f'q={int(m[1]) * 2}', text)
tokens = re.split(r'[\s"\[\]/?=]+', text)
words = re.compile(r'[a-z]+', re.I).findall(text)
vowels = len(re.findall(r'(?i)(?=([aeiou])[^aeiou])', text))
repeated = len(re.findall(r'(\d)\1', text))
lazy = sum(len(s) for s in re.findall(r'/path/.*?\?', text))
print('regexes', size, total, pages, len(doubled), len(tokens), len(words), vowels, repeated, lazy)
