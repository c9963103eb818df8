//! The orbits of the planets, by small steps.

const kernel = @import("kernel.zig");

const solar_mass = 39.47841760435743;
const year = 365.24;

const Body = struct {
    x: f64 = 0,
    y: f64 = 0,
    z: f64 = 0,
    vx: f64 = 0,
    vy: f64 = 0,
    vz: f64 = 0,
    mass: f64,
};

fn planet(x: f64, y: f64, z: f64, vx: f64, vy: f64, vz: f64, mass: f64) Body {
    return .{ .x = x, .y = y, .z = z, .vx = vx * year, .vy = vy * year, .vz = vz * year, .mass = mass * solar_mass };
}

/// The square root, by Newton's method: in all languages, as a library without one has to.
fn root(square: f64) f64 {
    var guess = @max(square, 1);
    while (true) {
        const next = 0.5 * (guess + square / guess);
        if (next >= guess) return guess;
        guess = next;
    }
}

fn advance(bodies: []Body, step: f64) void {
    for (bodies, 1..) |*a, next| {
        for (bodies[next..]) |*b| {
            const dx = a.x - b.x;
            const dy = a.y - b.y;
            const dz = a.z - b.z;
            const square = dx * dx + dy * dy + dz * dz;
            const force = step / (square * root(square));
            a.vx -= dx * b.mass * force;
            a.vy -= dy * b.mass * force;
            a.vz -= dz * b.mass * force;
            b.vx += dx * a.mass * force;
            b.vy += dy * a.mass * force;
            b.vz += dz * a.mass * force;
        }
    }
    for (bodies) |*body| {
        body.x += step * body.vx;
        body.y += step * body.vy;
        body.z += step * body.vz;
    }
}

fn energy(bodies: []const Body) f64 {
    var sum: f64 = 0;
    for (bodies, 1..) |a, next| {
        sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
        for (bodies[next..]) |b| {
            const dx = a.x - b.x;
            const dy = a.y - b.y;
            const dz = a.z - b.z;
            sum -= a.mass * b.mass / root(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

pub fn main() !void {
    const steps = (try kernel.parameters(1))[0];
    var bodies = [_]Body{
        .{ .mass = solar_mass },
        planet(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, //
            0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
        planet(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411269, //
            0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
        planet(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, //
            0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
        planet(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, //
            0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
    };
    var px: f64 = 0;
    var py: f64 = 0;
    var pz: f64 = 0;
    for (bodies) |body| {
        px += body.vx * body.mass;
        py += body.vy * body.mass;
        pz += body.vz * body.mass;
    }
    bodies[0].vx = -px / solar_mass;
    bodies[0].vy = -py / solar_mass;
    bodies[0].vz = -pz / solar_mass;
    for (0..steps) |_| advance(&bodies, 0.01);
    const checksum: i64 = @intFromFloat(energy(&bodies) * 1e9);
    try kernel.result(@bitCast(checksum));
}
