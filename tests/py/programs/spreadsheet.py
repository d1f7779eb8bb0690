"""A spreadsheet with formulas, dependencies, cycles and errors."""
import re


class CycleError(Exception):
    pass


class Sheet:
    def __init__(self):
        self.source, self.cache, self.active = {}, {}, []

    def __setitem__(self, cell, text):
        self.source[cell] = text
        self.cache.clear()

    def __getitem__(self, cell):
        if cell in self.cache:
            return self.cache[cell]
        if cell in self.active:
            raise CycleError(' -> '.join(self.active[self.active.index(cell):] + [cell]))
        text = self.source.get(cell, '')
        self.active.append(cell)
        try:
            value = self.compute(text)
        finally:
            self.active.pop()
        self.cache[cell] = value
        return value

    def compute(self, text):
        if not text.startswith('='):
            try:
                return float(text) if '.' in text else int(text)
            except ValueError:
                return text
        code = re.sub(r'([A-Z])(\d):([A-Z])(\d)', lambda m: '[' + ','.join(f'self["{chr(c)}{r}"]' for c in range(ord(m[1]), ord(m[3]) + 1) for r in range(int(m[2]), int(m[4]) + 1)) + ']', text[1:])
        code = re.sub(r'(?<!")\b([A-Z]\d)\b(?!")', r'self["\1"]', code)
        return eval(code, {'self': self, 'SUM': sum, 'MAX': max, 'AVG': lambda v: sum(v) / len(v), 'IF': lambda c, a, b: a if c else b, 'LEN': len})

    def show(self, cell):
        try:
            return f'{cell}={self[cell]!r}'
        except CycleError as e:
            return f'{cell}=#CYCLE {e}'
        except Exception as e:
            return f'{cell}=#{type(e).__name__} {e}'


s = Sheet()
for cell, text in {'A1': '5', 'A2': '7', 'A3': '1.5', 'B1': '=A1+A2', 'B2': '=SUM(A1:A3)', 'B3': '=AVG(A1:A3)*2', 'C1': '=IF(B1>10,"big","small")', 'C2': '=LEN(C1)', 'C3': '=MAX(A1:B3)', 'D1': '=D2', 'D2': '=D3+1', 'D3': '=D1', 'E1': '=A1/E9', 'E2': '=1/0', 'E3': '=E2+1', 'F1': 'text', 'F2': '=F1+1', 'F3': '=NOPE(1)', 'G1': '=A1 +', 'G2': '=G2'}.items():
    s[cell] = text
for cell in sorted(s.source):
    print(s.show(cell))
s['A1'] = '100'
print(s.show('B2'), s.show('C1'), s.show('C3'), len(s.cache))
s['D3'] = '=A1'
print(s.show('D1'), s.active)
for i in range(1, 9):
    s[f'H{i + 1}'] = f'=H{i}*2'
s['H1'] = '1'
print(s['H9'])
s['H1'] = '=H9'
print(s['H5'])
