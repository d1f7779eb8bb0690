"""Accounts, transfers, a ledger, and the exceptions of a small bank."""
import functools


class BankError(Exception):
    """Base of everything that can go wrong."""


class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        super().__init__(f'{account.owner} has {account.balance}, needs {amount}')
        self.missing = amount - account.balance


class Frozen(BankError):
    pass


def logged(f):
    @functools.wraps(f)
    def wrapper(self, *args, **kw):
        try:
            result = f(self, *args, **kw)
        except BankError as e:
            self.bank.ledger.append((f.__name__, args, f'{type(e).__name__}'))
            raise
        self.bank.ledger.append((f.__name__, args, 'ok'))
        return result
    return wrapper


class Account:
    def __init__(self, bank, owner, balance=0):
        self.bank, self.owner, self._balance, self.frozen = bank, owner, balance, False

    @property
    def balance(self):
        return self._balance

    def check(self):
        if self.frozen:
            raise Frozen(self.owner)

    @logged
    def deposit(self, amount):
        self.check()
        if amount <= 0:
            raise ValueError(f'cannot deposit {amount}')
        self._balance += amount

    @logged
    def withdraw(self, amount):
        self.check()
        if amount > self._balance:
            raise InsufficientFunds(self, amount)
        self._balance -= amount

    def __repr__(self):
        return f'<{self.owner}: {self._balance}>'


class Bank:
    def __init__(self):
        self.accounts, self.ledger = {}, []

    def open(self, owner, balance=0):
        if owner in self.accounts:
            raise BankError(f'{owner} exists')
        return self.accounts.setdefault(owner, Account(self, owner, balance))

    def transfer(self, source, target, amount):
        a, b = self[source], self[target]
        a.withdraw(amount)
        try:
            b.deposit(amount)
        except BankError as e:
            a.deposit(amount)
            raise BankError(f'transfer of {amount} undone') from e

    def __getitem__(self, owner):
        try:
            return self.accounts[owner]
        except KeyError:
            raise BankError(f'no account of {owner}') from None

    @property
    def total(self):
        return sum(a.balance for a in self.accounts.values())


bank = Bank()
ann, bob = bank.open('ann', 100), bank.open('bob', 50)
cid = bank.open('cid')
cid.frozen = True
bank.transfer('ann', 'bob', 30)
for action in (lambda: bank.transfer('bob', 'ann', 1000), lambda: bank.transfer('ann', 'cid', 10), lambda: bank.transfer('zed', 'ann', 1), lambda: bank.open('ann'), lambda: ann.deposit(-5), lambda: setattr(ann, 'balance', 10 ** 6), lambda: cid.withdraw(1)):
    try:
        action()
    except (BankError, ValueError, AttributeError) as e:
        print(type(e).__name__, e, '|', repr(e.__cause__), getattr(e, 'missing', ''))
print(bank.accounts, bank.total)
for entry in bank.ledger:
    print(entry)
assert bank.total == 150
bank.transfer('bob', 'cid', 80)
