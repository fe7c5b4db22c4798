#!/usr/bin/env python3
"""Reduce Natural Earth's countries (1:50m, public domain) to the map of the report.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python examples/make_map.py package/countries-50m.json NUMERIC.csv > flows/report/static/map.json

``NUMERIC.csv`` has the columns ``ISO3166-1-numeric`` and ``ISO3166-1-Alpha-3``: the set names countries by number. What
comes out is TopoJSON of the countries that touch the frame (Africa, Europe, western Asia), their borders thinned,
coordinates rounded, small islands kept whole; each has its ISO 3166-1 alpha-3 code as ``id``. The largest polygon of
every country of the world gives its place (``centres``), so that a corridor that leaves the frame can point to it.
Somaliland and Northern Cyprus, which the set draws apart, bear the code of the State they belong to in ISO 3166-1;
Kosovo, which has no ISO code, bears none.
"""

import csv
import json
import sys
from itertools import pairwise
from pathlib import Path

WEST, SOUTH, EAST, NORTH = -34.0, -41.0, 66.0, 64.0
TOLERANCE = 0.10
"""Degrees: half a pixel on a map 900 pixels wide."""

SMALL_ARC = 12
"""An arc of no more points is an islet or a short border: it stays as it is."""

BELONGS = {"Somaliland": "SOM", "N. Cyprus": "CYP"}


def main(atlas: str, numeric: str) -> None:
    """Print the map made from an atlas and a table of numbers."""
    topology = json.loads(Path(atlas).read_text(encoding="utf-8"))
    codes = read_codes(numeric)
    arcs = decode(topology)
    kept, centres = [], {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = BELONGS.get(name) or codes.get(int(geometry.get("id", -1)))
        polygons = polygons_of(geometry)
        rings = [ring(polygon[0], arcs) for polygon in polygons]
        if code and name not in BELONGS:
            centres[code] = centre(max(rings, key=lambda points: abs(area(points))))
        inside = [p for p, points in zip(polygons, rings, strict=True) if touches(points)]
        if inside:
            kept.append({"type": "MultiPolygon", "arcs": inside, **({"id": code} if code else {})})
    json.dump(compact(kept, arcs, dict(sorted(centres.items()))), sys.stdout, separators=(",", ":"))


def read_codes(path):
    """Number → alpha-3 code."""
    with Path(path).open(encoding="utf-8") as file:
        return {
            int(row["ISO3166-1-numeric"]): row["ISO3166-1-Alpha-3"]
            for row in csv.DictReader(file)
            if row["ISO3166-1-numeric"].isdigit()
        }


def decode(topology):
    """The arcs in degrees: TopoJSON keeps whole numbers, each the difference from the one before."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)
    return arcs


def polygons_of(geometry):
    """The polygons of a geometry, each a list of rings of arc numbers."""
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def ring(numbers, arcs):
    """The points of a ring: its arcs, end to end; a negative number is an arc backwards."""
    points = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def touches(points):
    """Whether a ring has a point in the frame."""
    return any(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in points)


def area(points):
    """The signed area of a ring, in square degrees."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(points)) / 2


def centre(points):
    """The centre of gravity of a ring."""
    total = area(points)
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return [round(x / (6 * total), 2), round(y / (6 * total), 2)]


def thin(points):
    """Douglas and Peucker: the points that keep the line within the tolerance."""
    if len(points) <= SMALL_ARC:
        return points
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    if points[0] == points[-1]:  # a closed line has no chord: begin from its farthest point
        far = max(range(len(points)), key=lambda n: distance(points[n], points[0], points[0]))
        keep.add(far)
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        n = max(range(first + 1, last), key=lambda n: distance(points[n], points[first], points[last]))
        if distance(points[n], points[first], points[last]) > TOLERANCE:
            keep.add(n)
            stack += [(first, n), (n, last)]
    return [points[n] for n in sorted(keep)]


def distance(point, start, end):
    """How far a point is from the line between two others, in degrees."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    if not length:
        return ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
    return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length


def compact(geometries, arcs, centres):
    """TopoJSON of the arcs that are used, on a grid of a fiftieth of a degree."""
    used = sorted({n if n >= 0 else ~n for g in geometries for p in g["arcs"] for r in p for n in r})
    place = {old: new for new, old in enumerate(used)}
    for geometry in geometries:
        geometry["arcs"] = [
            [[place[n] if n >= 0 else ~place[~n] for n in r] for r in p] for p in geometry["arcs"]
        ]
    scale, grid = 0.02, []
    for old in used:
        x = y = 0
        steps = []
        for east, north in thin(arcs[old]):
            next_x, next_y = round((east + 180) / scale), round((north + 90) / scale)
            steps.append([next_x - x, next_y - y])
            x, y = next_x, next_y
        grid.append(steps)
    return {
        "type": "Topology",
        "transform": {"scale": [scale, scale], "translate": [-180, -90]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": grid,
        "centres": centres,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
