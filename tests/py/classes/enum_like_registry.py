"""A miniature of an ORM: metaclass fields, descriptors, validation, inheritance, queries."""


class Field:
    counter = 0

    def __init__(self, kind, default=None, required=False):
        self.kind, self.default, self.required = kind, default, required
        Field.counter += 1
        self.order = Field.counter

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, cls):
        if obj is None:
            return self
        return obj._data.get(self.name, self.default)

    def __set__(self, obj, value):
        if value is not None and not isinstance(value, self.kind):
            raise TypeError(f'{type(obj).__name__}.{self.name} must be {self.kind.__name__}, not {type(value).__name__}')
        obj._data[self.name] = value

    def __eq__(self, value):
        return lambda obj: self.__get__(obj, type(obj)) == value

    def __gt__(self, value):
        return lambda obj: (self.__get__(obj, type(obj)) or 0) > value

    __hash__ = None


class ModelMeta(type):
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, ns)
        fields = {}
        for base in reversed(cls.__mro__):
            fields.update({k: v for k, v in vars(base).items() if isinstance(v, Field)})
        cls._fields = dict(sorted(fields.items(), key=lambda kv: kv[1].order))
        cls._rows = []
        return cls

    def __len__(cls):
        return len(cls._rows)

    def __iter__(cls):
        return iter(cls._rows)

    def __getitem__(cls, i):
        return cls._rows[i]


class Model(metaclass=ModelMeta):
    def __init__(self, **values):
        self._data = {}
        for name in values:
            if name not in self._fields:
                raise AttributeError(f'{type(self).__name__} has no field {name!r}')
        for name, field in self._fields.items():
            if field.required and name not in values:
                raise ValueError(f'{name} is required')
            setattr(self, name, values.get(name, field.default))
        type(self)._rows.append(self)

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self._fields)})"

    @classmethod
    def where(cls, *conditions):
        return [row for row in cls if all(c(row) for c in conditions)]


class Person(Model):
    name = Field(str, required=True)
    age = Field(int, 0)


class Employee(Person):
    salary = Field(float, 0.0)
    boss = Field(Person)


ann = Person(name='Ann', age=40)
bob = Employee(name='Bob', salary=10.5, boss=ann)
cid = Employee(name='Cid', age=30, boss=bob)
print(list(Person._fields), list(Employee._fields), Employee._fields['age'] is Person.age)
print(ann, bob, cid, sep='\n')
print(len(Person), len(Employee), Employee[0] is bob, Employee.where(Employee.age > 10), Employee.where(Employee.name == 'Bob', Employee.salary > 1.0))
for make in (lambda: Person(), lambda: Person(name=5), lambda: Person(name='x', hair='red'), lambda: Employee(name='D', boss='Ann'), lambda: setattr(ann, 'age', '40'), lambda: Employee[9], lambda: {Person.age: 1}):
    try:
        make()
    except Exception as e:
        print(type(e).__name__, e)
ann.age = None
print(ann.age, Person.age.order < Employee.salary.order)
bob.age = 1.5
