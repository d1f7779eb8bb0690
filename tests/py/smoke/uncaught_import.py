# expect: stderr-full
"""A missing module inside a function inside a module-level loop."""


def load(names):
    return [__import__(name) for name in names]


for group in ['sys', 'os'], ['re', 'not_a_module_at_all']:
    modules = load(group)
    print([m.__name__ for m in modules])
