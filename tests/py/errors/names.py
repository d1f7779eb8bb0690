"""NameError and UnboundLocalError, with the suggestions python3.11 prints."""
import sys
import traceback

velocity = 3


def show(f, *args):
    try:
        f(*args)
    except Exception as e:
        traceback.print_exc(file=sys.stdout)
        print('name:', repr(getattr(e, 'name', None)))


def typo_global():
    return velocty


def typo_builtin():
    return pritn(1)


def typo_local():
    counter = 1
    return countr + counter


def unbound():
    print(value)
    value = 1


def unbound_del():
    value = 1
    del value
    return value


def unbound_branch(flag):
    if flag:
        result = 1
    return result


def unbound_loop():
    for item in []:
        pass
    return item


def unbound_except():
    try:
        1 / 0
    except ZeroDivisionError as problem:
        pass
    return problem


def free():
    def inner():
        return later
    inner()
    later = 1


def free_deleted():
    x = 1

    def inner():
        return x
    del x
    return inner()


def delete_missing():
    del nothing


def delete_global():
    global no_such_global
    del no_such_global


class Body:
    here = 1

    def method(self):
        return here


for f in (typo_global, typo_builtin, typo_local, unbound, unbound_del, unbound_loop, unbound_except, free, free_deleted, delete_missing, delete_global):
    show(f)
show(unbound_branch, False)
show(Body().method)
try:
    class Broken:
        x = undefined_in_class
except NameError as e:
    print(e)
print(eval('1 + velocity'))
try:
    eval('a_b_c')
except NameError as e:
    print(e, e.name)
try:
    exec('del q')
except NameError as e:
    print(e)
print(no_such_thing)
