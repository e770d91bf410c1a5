// The pictures of the labs, as SVG: sharp at every size, and coloured by the page's own theme.

import { add, set_attributes } from "./base.js";

/** A row with a place for each of `sizes` ("wide", "narrow"); on a phone one stands below the other. */
export function pictures(parent, ...sizes) {
  const row = add(parent, "div", { class: "pictures" });
  return sizes.map((size) => add(row, "div", { class: size }));
}

/** An empty picture, one unit a pixel: 12 px of text are 12 px. `u` grows with the reader's text. */
export function canvas(parent, label, kind = "") {
  const svg = add(parent, "svg", { role: "img", "aria-label": label, class: kind });
  const box = svg.getBoundingClientRect(); // of nothing, while the lab is not on the page
  const width = Math.round(box.width) || 340, height = Math.round(box.height) || 300;
  set_attributes(svg, { viewBox: `0 0 ${width} ${height}` });
  return { svg, width, height, u: parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 };
}

/**
 * Axes. `x` and `y` have a `range`, perhaps a `label`, `log`, `ticks` as [value, text] or [], `room` for those
 * of y in pixels; `square` gives both the same scale and stretches the range of the longer one.
 */
export function axes(parent, { label, x, y, square = false, kind }) {
  const { svg, width, height, u } = canvas(parent, label, kind);
  const side = (y.ticks ?? ticks(y, 4)).reduce((most, [, text]) => Math.max(most, text.length), 0);
  const left = u * (y.room ?? 12 + 7 * side + (y.label ? 16 : 0)), right = width - 10 * u;
  const top = 8 * u, bottom = height - u * (x.label ? 36 : 20);
  if (square) [x, y] = [[x, right - left], [y, bottom - top]].map(([axis, length]) => {
    const stretch = length / Math.min(right - left, bottom - top);
    return { ...axis, range: axis.range.map((v) => v * stretch) };
  });
  const X = scale(x, left, right);
  let down = scale(y, bottom, top);
  const under = add(svg, "g", { class: "axes" });
  for (const [value, text] of x.ticks ?? apart(ticks(x, (right - left) / (44 * u)), (right - left) / u)) {
    add(under, "path", { d: `M${X(value)} ${bottom}v4` });
    const middle = Math.min(X(value), width - 4 * u * text.length); // the last word, too, is not cut
    add(under, "text", { x: middle, y: bottom + 15 * u, "text-anchor": "middle" }, text);
  }
  add(under, "path", { d: `M${left} ${top}V${bottom}H${right}` });
  if (x.label) add(under, "text", { x: (left + right) / 2, y: height - 5 * u, "text-anchor": "middle" }, x.label);
  if (y.label) {
    const middle = (top + bottom) / 2;
    add(under, "text", { x: 11 * u, y: middle, "text-anchor": "middle", transform: `rotate(-90 ${11 * u} ${middle})` }, y.label);
  }
  const marked = add(under, "g");
  /** Show another range on the y axis. */
  function fit(range) {
    y = { ...y, range };
    down = scale(y, bottom, top);
    marked.replaceChildren();
    for (const [value, text] of y.ticks ?? ticks(y, (bottom - top) / (26 * u))) {
      add(marked, "path", { d: `M${left} ${down(value)}h-4` });
      add(marked, "text", { x: left - 7, y: down(value) + 4 * u, "text-anchor": "end" }, text);
    }
  }
  fit(y.range);
  const [w, h] = [right - left, bottom - top]; // a nested svg shows only what lies inside
  const inside = add(svg, "svg", { x: left, y: top, width: w, height: h, viewBox: `${left} ${top} ${w} ${h}` });
  const path = (name, attributes) => add(inside, "path", { class: name, ...attributes });
  return { X, Y: (v) => down(v), x: x.range, y: y.range, left, right, top, bottom, u, fit, picture: svg, inside, path };
}

function scale({ range: [a, b], log }, from, to) {
  const f = log ? Math.log10 : (v) => v;
  return (value) => from + (f(value) - f(a)) / (f(b) - f(a)) * (to - from);
}

/** Round values in a range, about `most` of them at most. */
function ticks({ range: [a, b], log }, most) {
  if (log) {
    const all = [[1, 2, 5], [1, 3], [1]].map((digits) => decades(a, b, digits));
    return written(all.find((values) => values.length <= Math.max(most, 2)) ?? all[2]);
  }
  const unit = 10 ** Math.floor(Math.log10((b - a) / Math.max(most, 2)));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => (b - a) / s <= Math.max(most, 2));
  const first = Math.ceil(a / step - 1e-9), last = Math.floor(b / step + 1e-9);
  return written(Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step));
}

function decades(a, b, digits) {
  const all = [];
  for (let power = Math.floor(Math.log10(a)); power <= Math.log10(b); power++) all.push(...digits.map((m) => m * 10 ** power));
  return all.filter((value) => a <= value * (1 + 1e-9) && value <= b * (1 + 1e-9));
}

const written = (values) => values.map((value) => [value, String(+value.toPrecision(6)).replace("-", "−")]);

/** Every one of the ticks, or every second, …, so that their words do not touch on an axis of a length. */
function apart(all, length) {
  const word = 7 * Math.max(...all.map(([, text]) => text.length)) + 6;
  return all.filter((_, i) => i % Math.ceil(all.length * word / length) === 0);
}

const tenth = (v) => Math.round(10 * v) / 10;

/** The path data of a line through points in pixels. */
export function line(points) {
  return points.length ? "M" + points.map(([x, y]) => `${tenth(x)} ${tenth(y)}`).join("L") : "";
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
  return points.map(([x, y]) => `M${tenth(x)} ${tenth(y)}${shape}`).join("");
}

/** The path data of a bar from a to b, its foot at 0 and its top at `value`. */
export function bar(ax, a, b, value) {
  return `M${tenth(ax.X(a))} ${tenth(ax.Y(0))}V${tenth(ax.Y(value))}H${tenth(ax.X(b))}V${tenth(ax.Y(0))}z`;
}

/**
 * A legend of [path class, class number or -1 for a line, text, perhaps the paths so drawn]. It returns
 * what hides the entries whose paths are all empty at the moment.
 */
export function legend(parent, entries) {
  const list = add(parent, "ul", { class: "legend" });
  const items = entries.map(([kind, k, text]) => {
    const item = add(list, "li");
    const picture = add(item, "svg", { viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": true });
    add(picture, "path", { class: kind, d: k < 0 ? "M0 8H24" : marks([[12, 8]], k, 4) });
    item.append(text);
    return item;
  });
  const drawn = (paths) => paths.some((path) => path.getAttribute("d"));
  return () => entries.forEach(([, , , paths], i) => {
    if (paths) items[i].style.visibility = drawn(paths) ? "" : "hidden";
  });
}

// The plane of two features, for softmax regression --------------------------------------------

// Softmax forgets a shift, so weights come as differences to those of class 0: three rows (two
// features and the bias) of C - 1 columns.
function logit(w, C, k, x, y) {
  return k ? w[k - 1] * x + w[C - 1 + k - 1] * y + w[2 * (C - 1) + k - 1] : 0;
}

/** The class with the largest logit. */
export function predict(w, C, x, y) {
  let best = 0, top = 0;
  for (let k = 1; k < C; k++) {
    const z = logit(w, C, k, x, y);
    if (z > top) [best, top] = [k, z];
  }
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

/** A scatter plot with decision regions; `show` draws points and model. */
export function plane(parent, { C, limit, label }) {
  const classes = Array.from({ length: C }, (_, k) => k);
  const range = { range: [-limit, limit] };
  const ax = axes(parent, { label, x: { ...range, label: "feature 0" }, y: { ...range, label: "feature 1" }, square: true });
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
      const corners = region(w, C, k, [...ax.x, ...ax.y]).map(([u, v]) => [ax.X(u), ax.Y(v)]);
      areas[k].setAttribute("d", line(corners) + (corners.length ? "z" : ""));
      right[k].setAttribute("d", marks(points[k][0], k, 1.8));
      wrong[k].setAttribute("d", marks(points[k][1], k, 2.2));
    }
  }
  const names = classes.map((k) => [`right c${k}`, k, `class ${k}`]);
  return { ...ax, show, legend: (...more) => legend(parent, [...names, ["wrong", 0, "misclassified", wrong], ...more]) };
}

/** The range of a logarithmic axis on which all of `values` lie. */
export function span(values) {
  const low = Math.max(values.reduce((a, b) => Math.min(a, b)), 1e-6), high = Math.max(values.reduce((a, b) => Math.max(a, b)), low);
  return [low / 1.1, high * 1.1];
}

/** A curve over 0, 1, 2, … with a cursor, and faint ones behind it. */
export function history(parent, { label, x, y }) {
  const ax = axes(parent, { label, x, y, kind: "half" });
  const others = ax.path("other"), cursor = ax.path("cursor"), curve = ax.path("curve"), dot = ax.path("dot");
  const points = (values) => Array.from(values, (value, i) => [ax.X(i), ax.Y(value)]);
  const behind = (curves) => others.setAttribute("d", curves.map((values) => line(points(values))).join(""));
  function show(values, at) {
    const shown = points(values);
    curve.setAttribute("d", line(shown));
    cursor.setAttribute("d", line([[shown[at][0], ax.top], [shown[at][0], ax.bottom]]));
    dot.setAttribute("d", marks([shown[at]], 0, 4));
  }
  return { ...ax, show, behind };
}
