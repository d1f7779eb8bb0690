# expect: stderr-full
"""The report of an ordinary uncaught exception, three calls deep."""


class Shop:
    def __init__(self, prices):
        self.prices = prices

    def price(self, item):
        return self.prices[item]

    def total(self, items):
        return sum(self.price(i) * n for i, n in items.items())


shop = Shop({'tea': 2.5, 'milk': 1.25})
print(shop.total({'tea': 2, 'milk': 4}))
print(shop.total({'tea': 1, 'sugar': 3}))
