"""Too deep a recursion ends the script."""


def count(n):
    return 1 + count(n + 1)


def guarded():
    try:
        count(0)
    except RecursionError as e:
        print(e)


guarded()
guarded()
print('still alive')
count(0)
