"""A configuration in JSON, checked and rewritten with regular expressions."""
import json
import re

TEXT = '{"name": "demo", "version": "1.20.3", "ports": [80, 443], "opts": {"debug": false, "rate": 2.5, "extra": null}}'
data = json.loads(TEXT)
print(data, json.dumps(data) == TEXT, json.dumps(data, sort_keys=True, indent=1))
match = re.fullmatch(r'(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)', data['version'])
print(match.groupdict(), tuple(map(int, match.groups())))


def flatten(value, prefix=''):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from flatten(v, f'{prefix}.{k}' if prefix else k)
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from flatten(v, f'{prefix}[{i}]')
    else:
        yield prefix, value


for key, value in flatten(data):
    print(f'{key} = {json.dumps(value)}')
print(re.sub(r'"(\w+)":', lambda m: f'"{m[1].upper()}":', TEXT)[:40], re.findall(r'\d+(?:\.\d+)*', TEXT), re.split(r'[{}\[\],:\s"]+', TEXT)[1:6])
for bad in '{"a": }', '[1, 2', '{"a" 1}', 'nope', '{"a": 1} x':
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(e)
json.loads('{"name": demo}')
