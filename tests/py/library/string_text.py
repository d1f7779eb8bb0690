"""string, textwrap, difflib and friends."""
import difflib
import string
import textwrap


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


print(string.ascii_letters, string.digits, string.hexdigits, string.punctuation, repr(string.whitespace), string.capwords('hello  wide world'), string.capwords('a-b-c', '-'))
T = string.Template
show(lambda: T('$name is ${age}s $$5').substitute(name='Bob', age=3))
show(lambda: T('$a $b').substitute({'a': 1}, b=2))
show(lambda: T('$a $b').substitute(a=1))
show(lambda: T('$a $b ${c} $').safe_substitute(a=1))
show(lambda: T('bad $ here').substitute())
show(lambda: T('line\n ${unclosed').substitute())
show(lambda: T('$é').substitute({'é': 1}))
show(lambda: T('x').substitute(5, 6))
show(lambda: T('$a ${b} $$').get_identifiers() if hasattr(T, 'get_identifiers') else T('$a').is_valid())


class Percent(T):
    delimiter = '%'
    idpattern = '[a-z]+_[a-z]+'


show(lambda: Percent('%with_under %nounder').safe_substitute(with_under='ok'))


class F(string.Formatter):
    def get_value(self, key, args, kw):
        return f'<{key}>' if isinstance(key, str) else super().get_value(key, args, kw)

    def convert_field(self, value, conversion):
        return value.upper() if conversion == 'u' else super().convert_field(value, conversion)


show(lambda: F().format('{0} {name} {0!u} {1!r:>6}', 'a', 'b'))
show(lambda: string.Formatter().format('{}', 1, 2))
show(lambda: string.Formatter().format('{} {0}', 1))
show(lambda: string.Formatter().format('{a}'))
show(lambda: string.Formatter().vformat('{0[k].real:{1}}', ({'k': 5}, '>4'), {}))
show(lambda: string.Formatter().format('{0!z}', 1))
text = 'The quick brown fox jumped over the lazy dog. It was   not amused at all; in fact, extraordinarily-long-hyphenated-words annoyed it.'
for width in 10, 20, 40:
    print(textwrap.wrap(text, width))
print(textwrap.fill(text, 30, initial_indent='* ', subsequent_indent='  '))
print(textwrap.shorten(text, 40), textwrap.shorten(text, 20, placeholder='...'), textwrap.wrap('x' * 25, 10), textwrap.wrap('x' * 25, 10, break_long_words=False), textwrap.wrap('a-b-c-d', 3, break_on_hyphens=False), textwrap.wrap(''), textwrap.wrap('a\tb  c\nd', 80), textwrap.wrap('one two three four', 9, max_lines=2))
print(repr(textwrap.dedent('    a\n      b\n\n    c\n')), repr(textwrap.dedent('  a\n\tb')), repr(textwrap.indent('a\n\nb', '> ')), repr(textwrap.indent('a\n\nb', '> ', lambda l: True)), textwrap.TextWrapper(width=12, fix_sentence_endings=True).fill('one. two. three'))
show(lambda: textwrap.wrap('a', 0))
show(lambda: textwrap.wrap('abc def', 3, placeholder='toolong', max_lines=1))
show(lambda: textwrap.shorten('hello world', 3))
a, b = 'one\ntwo\nthree\nfour'.split('\n'), 'one\n2\nthree\nfive\nfour'.split('\n')
print('\n'.join(difflib.unified_diff(a, b, 'from', 'to', lineterm='', n=1)))
print('\n'.join(difflib.ndiff(a, b)))
print(difflib.get_close_matches('appel', ['ape', 'apple', 'peach']), round(difflib.SequenceMatcher(None, 'abcd', 'bcde').ratio(), 3), difflib.SequenceMatcher(None, 'qabxcd', 'abycdf').get_opcodes(), difflib.SequenceMatcher(None, 'abc', 'abd').find_longest_match())
import fnmatch
import shlex
print(shlex.split("a 'b c' \"d\\\"e\" f\\ g # h"), shlex.quote("it's"), shlex.join(['a b', 'c']), [fnmatch.fnmatch('file.txt', p) for p in ('*.txt', 'f?le.*', '[a-e]*', '[!a]*')], fnmatch.translate('*.[ch]'))
show(lambda: shlex.split('"unclosed'))
show(lambda: shlex.split('a\\'))
import pprint
pprint.pprint({'key': list(range(30)), 'nested': {'a': 'x' * 50, 'b': ('y' * 30, 'z' * 30)}}, width=60)
print(pprint.pformat([[1, [2, [3, [4]]]]], depth=2), pprint.pformat('long ' * 20, width=40), pprint.isreadable([1]), pprint.isrecursive([]), pprint.saferepr({'b': 1, 'a': 2}))
T('$missing').substitute()
