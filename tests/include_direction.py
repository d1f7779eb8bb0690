#!/usr/bin/env python3.11
"""Fails on an #include against the layering:

    arch < gc < interp/objects < interp < jit < interp/main      frontend < interp

A folder may include itself and what stands below it. frontend includes nothing of gc, interp or jit. Generators (*_gen.cpp)
follow the same rule. Includes of the tree are written from its root, so a quoted include that names no file from there
(nor a generated one) is reported as well."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Each layer with the layers it may include.
ALLOWED = {
    'arch': {'arch'},
    'gc': {'arch', 'gc'},
    'frontend': {'frontend'},
    'objects': {'arch', 'gc', 'frontend', 'objects'},
    'interp': {'arch', 'gc', 'frontend', 'objects', 'interp'},
    'jit': {'arch', 'gc', 'frontend', 'objects', 'interp', 'jit'},
    'main': {'arch', 'gc', 'frontend', 'objects', 'interp', 'jit', 'main'},
}
# The longest prefix decides.
LAYER = [('interp/objects/', 'objects'), ('interp/main/', 'main'), ('interp/', 'interp'), ('arch/', 'arch'), ('gc/', 'gc'),
         ('frontend/', 'frontend'), ('jit/', 'jit')]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def layer_of(path):
    for prefix, layer in LAYER:
        if path.startswith(prefix):
            return layer
    return None


def check(path, text):
    """Yields the complaints about one file, given from the root."""
    layer = layer_of(path)
    for match in INCLUDE.finditer(text):
        target = match.group(1)
        line = text.count('\n', 0, match.start()) + 1
        if target.startswith('gen/'):
            continue
        if not os.path.exists(os.path.join(ROOT, target)):
            yield f'{path}:{line}: "{target}" names no file from the root of the tree'
            continue
        other = layer_of(target)
        if other is None:
            yield f'{path}:{line}: "{target}" belongs to no layer'
        elif other not in ALLOWED[layer]:
            yield f'{path}:{line}: {layer} must not include {other} ("{target}")'


def self_test():
    bad = list(check('gc/x.h', '#include "interp/none.h"\n'))
    assert len(bad) == 1, bad
    assert layer_of('interp/objects/list.h') == 'objects' and layer_of('interp/main/main.cpp') == 'main'
    assert 'interp' not in ALLOWED['objects'] and 'gc' not in ALLOWED['frontend']


def main():
    self_test()
    complaints, files = [], 0
    for top in ('arch', 'gc', 'frontend', 'interp', 'jit'):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in sorted(names):
                if name.endswith(('.h', '.cpp', '.def', '.inc')):
                    full = os.path.join(folder, name)
                    path = os.path.relpath(full, ROOT)
                    with open(full, encoding='utf-8') as f:
                        complaints += check(path, f.read())
                    files += 1
    for complaint in complaints:
        print(complaint)
    print(f'{files} files, {len(complaints)} wrong includes')
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit(main())
