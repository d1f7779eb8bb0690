"""Floats in objects' lists: a solar system under gravity, energy conserved."""
import sys

PI = 3.141592653589793
DAYS = 365.24


def bodies():
    # position, velocity (per year), mass (in solar masses times 4 pi^2)
    mass = 4 * PI * PI
    data = [
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], mass),
        ([4.84143144246472090, -1.16032004402742839, -0.103622044471123109], [0.00166007664274403694 * DAYS, 0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS], 0.000954791938424326609 * mass),
        ([8.34336671824457987, 4.12479856412430479, -0.403523417114321381], [-0.00276742510726411021 * DAYS, 0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS], 0.000285885980666130812 * mass),
        ([12.8943695621391310, -15.1111514016986312, -0.223307578892655734], [0.00296460137564761618 * DAYS, 0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS], 0.0000436624404335156298 * mass),
        ([15.3796971148509165, -25.9193146099879641, 0.179258772950371181], [0.00268067772490389322 * DAYS, 0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS], 0.0000515138902046611451 * mass),
    ]
    momentum = [sum(v[axis] * m for _, v, m in data) for axis in range(3)]
    data[0][1][:] = [-p / mass for p in momentum]
    return data


def energy(system):
    total = 0.0
    for i, (p, v, m) in enumerate(system):
        total += 0.5 * m * (v[0] ** 2 + v[1] ** 2 + v[2] ** 2)
        for q, _, other in system[i + 1:]:
            total -= m * other / ((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2) ** 0.5
    return total


def advance(system, steps, dt=0.01):
    pairs = [(a, b) for i, a in enumerate(system) for b in system[i + 1:]]
    for _ in range(steps):
        for (p, v, m), (q, w, n) in pairs:
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            dz = p[2] - q[2]
            force = dt / (dx * dx + dy * dy + dz * dz) ** 1.5
            mine = n * force
            v[0] -= dx * mine
            v[1] -= dy * mine
            v[2] -= dz * mine
            theirs = m * force
            w[0] += dx * theirs
            w[1] += dy * theirs
            w[2] += dz * theirs
        for p, v, _ in system:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


size = int(sys.argv[1]) if len(sys.argv) > 1 else 220_000
system = bodies()
before = energy(system)
advance(system, size)
after = energy(system)
assert abs(before - after) < 1e-3 * abs(before), (before, after)
print(f'nbody {size} {before:.9f} {after:.9f}')
