# expect: stderr-full
"""raise ... from None, with a long line and a multi-line expression under the caret."""


def convert(text):
    try:
        return int(text)
    except ValueError:
        raise TypeError(f'not a number: {text!r}') from None


def total(values):
    return sum(
        convert(value)
        for value in values
        if value
    )


print(total(['1', '', '2']))
result = total(['3', '4']) + total(['5', 'six', '7']) + total(['8', '9', '10', '11', '12', '13', '14', '15'])
print(result)
