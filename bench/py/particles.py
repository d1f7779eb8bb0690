"""Classes with slots, operators and properties: particles bouncing in a box, with vector objects."""
import sys


class Vector:
    __slots__ = ('x', 'y')

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    @property
    def length_squared(self):
        return self.x * self.x + self.y * self.y


class Particle:
    def __init__(self, position, velocity, mass):
        self.position = position
        self.velocity = velocity
        self.mass = mass
        self.bounces = 0

    def step(self, dt, world):
        self.position = self.position + self.velocity * dt
        world.confine(self)

    @property
    def kinetic(self):
        return 0.5 * self.mass * self.velocity.length_squared


class Box:
    def __init__(self, width, height):
        self.width, self.height = width, height

    def confine(self, particle):
        p, v = particle.position, particle.velocity
        if p.x < 0.0 or p.x > self.width:
            v.x = -v.x
            p.x = -p.x if p.x < 0.0 else 2 * self.width - p.x
            particle.bounces += 1
        if p.y < 0.0 or p.y > self.height:
            v.y = -v.y
            p.y = -p.y if p.y < 0.0 else 2 * self.height - p.y
            particle.bounces += 1


def simulate(steps, count=100):
    box = Box(100.0, 60.0)
    particles = [Particle(Vector(i * 7.3 % 100, i * 3.1 % 60), Vector((i % 11) - 5.0, (i % 7) - 3.0), 1.0 + i % 3) for i in range(count)]
    before = sum(p.kinetic for p in particles)
    for _ in range(steps):
        for p in particles:
            p.step(0.1, box)
    after = sum(p.kinetic for p in particles)
    assert abs(before - after) < 1e-9
    assert all(0 <= p.position.x <= 100 and 0 <= p.position.y <= 60 for p in particles)
    return sum(p.bounces for p in particles)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 22_000
print('particles', size, simulate(size))
