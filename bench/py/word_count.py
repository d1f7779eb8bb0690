"""Text to words to counts: generated prose, normalised, counted, ranked."""
import sys
from collections import Counter

STEMS = 'the of and to in is that it was for on are as with his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know'.split()


def prose(n):
    state = 1
    out = []
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        word = STEMS[(state >> 8) % len(STEMS)]
        if i % 13 == 0:
            word = word.capitalize()
        if i % 17 == 0:
            word += '.'
        elif i % 11 == 0:
            word += ','
        out.append(word)
    return ' '.join(out)


def count(text):
    counts = {}
    for line in text.split('.'):
        for word in line.split():
            word = word.strip(',.;:').lower()
            if word:
                counts[word] = counts.get(word, 0) + 1
    return counts


def bigrams(text):
    pairs = Counter()
    last = None
    for word in text.lower().split():
        word = word.rstrip('.,')
        if last is not None:
            pairs[last, word] += 1
        last = word
    return pairs


size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200_000
text = prose(size)
counts = count(text)
assert sum(counts.values()) == size and len(counts) <= len(STEMS)
pairs = bigrams(text)
assert sum(pairs.values()) == size - 1
top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
print('word_count', size, len(text), top, len(pairs))
