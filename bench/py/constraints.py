"""Small objects, virtual methods and lists: a one-way constraint network, planned and replanned."""
import sys


class Variable:
    def __init__(self, name, value):
        self.name, self.value = name, value
        self.constraints = []
        self.determined_by = None
        self.strength = 9
        self.mark = 0


class Constraint:
    def __init__(self, strength, inputs, output):
        self.strength = strength
        self.inputs = inputs
        self.output = output
        for v in inputs:
            v.constraints.append(self)
        self.active = False

    def satisfy(self, mark):
        out = self.output
        if out.determined_by is not None and out.strength <= self.strength:
            return None
        overridden = out.determined_by
        if overridden is not None:
            overridden.active = False
        out.determined_by = self
        out.strength = self.weakest()
        out.mark = mark
        self.active = True
        return overridden

    def weakest(self):
        s = self.strength
        for v in self.inputs:
            if v.strength > s:
                s = v.strength
        return s

    def known(self, mark):
        for v in self.inputs:
            if v.mark != mark and v.determined_by is not None:
                return False
        return True


class Equal(Constraint):
    def execute(self):
        self.output.value = self.inputs[0].value


class Scale(Constraint):
    def execute(self):
        source, factor, offset = self.inputs
        self.output.value = source.value * factor.value + offset.value


class Sum(Constraint):
    def execute(self):
        total = 0
        for v in self.inputs:
            total += v.value
        self.output.value = total


class Edit(Constraint):
    def __init__(self, variable):
        super().__init__(0, [], variable)
        self.pending = 0

    def execute(self):
        self.output.value = self.pending


class Planner:
    def __init__(self):
        self.mark = 0

    def add(self, constraint):
        self.mark += 1
        while constraint is not None:
            constraint = constraint.satisfy(self.mark)

    def plan(self, source):
        """The constraints to run, in order, after source's value changed."""
        self.mark += 1
        mark = self.mark
        source.mark = mark
        order, todo = [], list(source.constraints)
        while todo:
            c = todo.pop(0)
            if c.active and c.output.mark != mark and c.known(mark) or c.active and c.output.mark != mark and len(c.inputs) > 1:
                c.output.mark = mark
                order.append(c)
                todo.extend(c.output.constraints)
        return order


def chain(length, changes):
    planner = Planner()
    variables = [Variable(f'v{i}', 0) for i in range(length + 1)]
    for a, b in zip(variables, variables[1:]):
        planner.add(Equal(2, [a], b))
    edit = Edit(variables[0])
    planner.add(edit)
    for change in range(changes):
        edit.pending = change
        edit.execute()
        for c in planner.plan(variables[0]):
            c.execute()
        assert variables[-1].value == change
    return variables[-1].value


def projection(width, changes):
    planner = Planner()
    scale, offset = Variable('scale', 10), Variable('offset', 1000)
    sources = [Variable(f's{i}', i) for i in range(width)]
    targets = [Variable(f't{i}', 0) for i in range(width)]
    for s, t in zip(sources, targets):
        planner.add(Scale(3, [s, scale, offset], t))
    total = Variable('total', 0)
    planner.add(Sum(3, targets, total))
    result = 0
    for change in range(changes):
        scale.value = change
        for c in planner.plan(scale):
            c.execute()
        expected = sum(i * change + 1000 for i in range(width))
        assert targets[-1].value == (width - 1) * change + 1000
        result = sum(t.value for t in targets)
        assert result == expected
    return result


size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_400
a, b = chain(1000, size), projection(1000, size)
assert a == size - 1
print('constraints', size, a, b)
