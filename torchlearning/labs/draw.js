// The pictures of the labs, as SVG: sharp at every size, and coloured by the page's own theme.

import { add } from "./base.js";

/** A row with a place for each of `sizes` ("wide", "narrow"); on a phone one stands below the other. */
export function pictures(parent, ...sizes) {
  const row = add(parent, "div", { class: "pictures" });
  return sizes.map((size) => add(row, "div", { class: size }));
}

/** Axes. `x` and `y` have a `range`, perhaps a `label`, `log`, `ticks` as [value, text] or [], `room` for those of y. */
export function axes(parent, { label, x, y, width = 340, height = 300 }) {
  const [left, right, top, bottom] = [y.room ?? (y.label ? 52 : 34), width - 10, 10, height - (x.label ? 38 : 22)];
  const picture = add(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  const X = scale(x, left, right), Y = scale(y, bottom, top);
  const under = add(picture, "g", { class: "axes" });
  for (const [value, text] of x.ticks ?? ticks(x)) {
    add(under, "path", { d: `M${X(value)} ${bottom}v4` });
    add(under, "text", { x: X(value), y: bottom + 16, "text-anchor": "middle" }, text);
  }
  for (const [value, text] of y.ticks ?? ticks(y)) {
    add(under, "path", { d: `M${left} ${Y(value)}h-4` });
    add(under, "text", { x: left - 7, y: Y(value) + 4, "text-anchor": "end" }, text);
  }
  add(under, "path", { d: `M${left} ${top}V${bottom}H${right}` });
  const middle = (top + bottom) / 2;
  if (x.label) add(under, "text", { x: (left + right) / 2, y: height - 5, "text-anchor": "middle" }, x.label);
  if (y.label) {
    add(under, "text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, y.label);
  }
  const [w, h] = [right - left, bottom - top]; // a nested svg shows only what lies inside
  const inside = add(picture, "svg", { x: left, y: top, width: w, height: h, viewBox: `${left} ${top} ${w} ${h}` });
  return { X, Y, picture, inside, path: (kind, attributes) => add(inside, "path", { class: kind, ...attributes }) };
}

function scale({ range: [a, b], log }, from, to) {
  const f = log ? Math.log10 : (v) => v;
  return (value) => from + (f(value) - f(a)) / (f(b) - f(a)) * (to - from);
}

function ticks({ range: [a, b], log }) {
  const step = log ? 1 : [1, 2, 5, 10].map((m) => m * 10 ** Math.floor(Math.log10((b - a) / 5))).find((s) => (b - a) / s <= 5);
  const [low, high] = log ? [Math.log10(a), Math.log10(b)] : [a, b];
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9; i++) {
    const value = log ? 10 ** i : i * step;
    all.push([value, String(+value.toPrecision(6)).replace("-", "−")]);
  }
  return all;
}

/** The path data of a line through points in pixels. */
export function line(points) {
  return points.length ? "M" + points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L") : "";
}

const SHAPES = [ // circle, square, triangle, diamond, triangle down, plus: as in the figures
  (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  (r) => `m0 ${-1.3 * r}l${1.3 * r} ${2.3 * r}h${-2.6 * r}z`,
  (r) => `m0 ${-1.4 * r}l${1.4 * r} ${1.4 * r}l${-1.4 * r} ${1.4 * r}l${-1.4 * r} ${-1.4 * r}z`,
  (r) => `m0 ${1.3 * r}l${1.3 * r} ${-2.3 * r}h${-2.6 * r}z`,
  (r) => `m${-r / 2} ${-1.5 * r}h${r}v${r}h${r}v${r}h${-r}v${r}h${-r}v${-r}h${-r}v${-r}h${r}z`,
];

/** The path data of marks at points in pixels, in the shape of class k, about 2r wide. */
export function marks(points, k, r) {
  const shape = SHAPES[k](r);
  return points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}${shape}`).join("");
}

/** A legend of [path class, class number or -1 for a line, text]. */
export function legend(parent, entries) {
  const list = add(parent, "ul", { class: "legend" });
  for (const [kind, k, text] of entries) {
    const item = add(list, "li");
    const picture = add(item, "svg", { viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": true });
    add(picture, "path", { class: kind, d: k < 0 ? "M0 8H24" : marks([[12, 8]], k, 4) });
    item.append(text);
  }
}

// The plane of two features, for softmax regression --------------------------------------------

// Softmax forgets a shift, so weights come as differences to those of class 0: three rows (two
// features and the bias) of C - 1 columns.
function logit(w, C, k, x, y) {
  return k ? w[k - 1] * x + w[C - 1 + k - 1] * y + w[2 * (C - 1) + k - 1] : 0;
}

/** The class with the largest logit. */
export function predict(w, C, x, y) {
  let best = 0;
  for (let k = 1; k < C; k++) if (logit(w, C, k, x, y) > logit(w, C, best, x, y)) best = k;
  return best;
}

/** The corners of the part of a box where class k has the largest logit: cut off each rival's half. */
export function region(w, C, k, [x0, x1, y0, y1]) {
  let corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  for (let j = 0; j < C; j++) {
    const lead = ([x, y]) => logit(w, C, k, x, y) - logit(w, C, j, x, y);
    if (j !== k) corners = cut(corners, lead);
  }
  return corners;
}

function cut(corners, lead) {
  return corners.flatMap((p, i) => {
    const q = corners[(i + 1) % corners.length], [a, b] = [lead(p), lead(q)];
    const crossing = [p[0] + a / (a - b) * (q[0] - p[0]), p[1] + a / (a - b) * (q[1] - p[1])];
    return [...(a >= 0 ? [p] : []), ...(a >= 0 !== b >= 0 ? [crossing] : [])];
  });
}

/** A scatter plot with decision regions; `show` draws points and model and counts the misses. */
export function plane(parent, { C, limit, label }) {
  const classes = Array.from({ length: C }, (_, k) => k);
  const range = { range: [-limit, limit] };
  const ax = axes(parent, { label, x: { ...range, label: "feature 0" }, y: { ...range, label: "feature 1" }, height: 336 });
  const areas = classes.map((k) => ax.path(`area c${k}`));
  const right = classes.map((k) => ax.path(`right c${k}`));
  const wrong = classes.map((k) => ax.path(`wrong c${k}`));
  function show(x, y, labels, w) {
    const points = classes.map(() => [[], []]);
    for (let i = 0; i < labels.length; i++) {
      const missed = predict(w, C, x[i], y[i]) !== labels[i] ? 1 : 0;
      points[labels[i]][missed].push([ax.X(x[i]), ax.Y(y[i])]);
    }
    for (const k of classes) {
      const corners = region(w, C, k, [-limit, limit, -limit, limit]).map(([u, v]) => [ax.X(u), ax.Y(v)]);
      areas[k].setAttribute("d", line(corners) + (corners.length ? "z" : ""));
      right[k].setAttribute("d", marks(points[k][0], k, 1.8));
      wrong[k].setAttribute("d", marks(points[k][1], k, 2.2));
    }
    return points.reduce((sum, [, missed]) => sum + missed.length, 0);
  }
  const names = classes.map((k) => [`right c${k}`, k, `class ${k}`]);
  return { ...ax, show, legend: (...more) => legend(parent, [...names, ["wrong none", 0, "misclassified"], ...more]) };
}

/** A curve over 0, 1, 2, … with a cursor, and faint ones behind it. */
export function history(parent, { label, x, y, height = 172 }) {
  const ax = axes(parent, { label, x, y, height });
  const others = ax.path("other"), cursor = ax.path("cursor"), curve = ax.path("curve"), dot = ax.path("dot");
  const points = (values) => Array.from(values, (value, i) => [ax.X(i), ax.Y(value)]);
  const behind = (curves) => others.setAttribute("d", curves.map((values) => line(points(values))).join(""));
  function show(values, at) {
    const shown = points(values);
    curve.setAttribute("d", line(shown));
    cursor.setAttribute("d", `M${shown[at][0]} 0V${height}`);
    dot.setAttribute("d", marks([shown[at]], 0, 4));
  }
  return { ...ax, show, behind };
}
