// The playground's pictures: the plane on a canvas, since 1,500 marks and every pixel's class change with
// each step, and the curves of a run as SVG.

import { add, set_attributes } from "./base.js";
import { axes, legend, line, marks, region } from "./draw.js";

/** A choice of one among many, folded; the current one stands there. */
export function select(parent, { label, names, read, write }) {
  const box = add(parent, "label", { class: "select" });
  add(box, "span", {}, label);
  const input = add(box, "select", { autocomplete: "off", "data-lm-suppress-shortcuts": true });
  names.forEach((name, i) => add(input, "option", { value: i }, name));
  input.addEventListener("change", () => write(Number(input.value)));
  return (enabled = true) => { input.value = String(read()); input.disabled = !enabled; };
}

/** What tells the logit of class k at a height v: its constant, slope and curvature along x. */
function across(w, C, k, v) {
  const D = w.length / C, at = (d) => w[d * C + k];
  return D === 3 ? [at(1) * v + at(2), at(0), 0]
    : [at(1) * v + at(3) * v * v / 10 + at(5), at(0) + at(4) * v / 10, at(2) / 10];
}

/** The class that weights choose at a point. */
export function chosen_class(w, C, u, v) {
  const squares = w.length > 3 * C;
  let best = 0, top = -Infinity;
  for (let k = 0; k < C; k++) {
    let z = w[k] * u + w[C + k] * v + w[w.length - C + k];
    if (squares) z += (w[2 * C + k] * u * u + w[3 * C + k] * v * v + w[4 * C + k] * u * v) / 10;
    if (z > top) { top = z; best = k; }
  }
  return best;
}

const rgb = (colour) => [1, 3, 5].map((i) => parseInt(colour.trim().slice(i, i + 2), 16));

/** The plane: regions or probabilities of a model, points, the batch of a step. */
export function field(parent, { label, limit }) {
  const box = add(parent, "div", { class: "field" });
  const canvas = add(box, "canvas", { "aria-hidden": true }), pen = canvas.getContext("2d");
  const axis = { range: [-limit, limit] };
  const ax = axes(box, { label, x: { ...axis, label: "x₀" }, y: { ...axis, label: "x₁" }, square: true });
  const [width, height] = [Math.round(ax.right - ax.left), Math.round(ax.bottom - ax.top)], sharp = Math.min(devicePixelRatio || 1, 2);
  set_attributes(canvas, { width: width * sharp, height: height * sharp });
  Object.assign(canvas.style, { left: `${ax.left}px`, top: `${ax.top}px`, width: `${width}px`, height: `${height}px` });
  const X = (u) => (u - ax.x[0]) / (ax.x[1] - ax.x[0]) * width, Y = (v) => height - (v - ax.y[0]) / (ax.y[1] - ax.y[0]) * height;
  const ground = document.createElement("canvas"), dots = document.createElement("canvas");
  let sprites = {}, look = "", drawn = {};

  function colours() {
    const style = getComputedStyle(canvas), get = (name) => style.getPropertyValue(name);
    const now = { classes: [0, 1, 2, 3].map((k) => get(`--c${k}`)), paper: get("--ground"), ink: style.color };
    if (look !== JSON.stringify(now)) [sprites, look] = [{}, JSON.stringify(now)];
    return now;
  }
  function sprite(kind, k, r, { classes, paper, ink }) {
    const size = Math.ceil((2.8 * r + 4) * sharp / 2) * 2;
    return sprites[`${kind} ${k} ${r}`] ??= (() => {
      const picture = new OffscreenCanvas(size, size), brush = picture.getContext("2d");
      brush.setTransform(sharp, 0, 0, sharp, size / 2, size / 2);
      const shape = new Path2D(marks([[0, 0]], k, r));
      [brush.fillStyle, brush.strokeStyle] = [kind === "wrong" ? paper : classes[k], kind === "lit" ? ink : classes[k]];
      if (kind === "lit") brush.lineWidth = 2;
      if (kind !== "lit") brush.fill(shape);
      brush.stroke(shape); // a right one covers a wrong one, and the other way round
      return picture.transferToImageBitmap(); // 1,500 copies of a canvas would be 1,500 snapshots of it
    })();
  }
  /** Colour the regions of a model whose borders are straight. */
  function fill(w, C, { classes, ink }) {
    const less = Float64Array.from({ length: 3 * (C - 1) }, (_, j) => w[Math.floor(j / (C - 1)) * C + j % (C - 1) + 1] - w[Math.floor(j / (C - 1)) * C]);
    for (let k = 0; k < C; k++) {
      const corners = region(less, C, k, [...ax.x, ...ax.y]).map(([u, v]) => [X(u) * sharp, Y(v) * sharp]);
      const shape = new Path2D(corners.length ? `${line(corners)}z` : "");
      [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [`${classes[k].trim()}2a`, ink, sharp / 2];
      pen.fill(shape);
      pen.stroke(shape);
    }
  }
  /** Colour each pixel by its class, with lines between; every second one by probabilities, or while it plays. */
  function paint(w, C, shade, { classes }, playing) {
    const soft = shade === "probability", cell = soft || playing ? 2 : 1, [gw, gh] = [Math.ceil(width / cell), Math.ceil(height / cell)];
    [ground.width, ground.height] = [gw, gh];
    const brush = ground.getContext("2d"), image = brush.createImageData(gw, gh), pixels = image.data;
    const inks = classes.slice(0, C).map(rgb), z = new Float64Array(C), du = cell / width * (ax.x[1] - ax.x[0]);
    let above = new Uint8Array(gw), here = new Uint8Array(gw);
    for (let j = 0; j < gh; j++) {
      const v = ax.y[1] - (j + 0.5) * cell / height * (ax.y[1] - ax.y[0]), rows = inks.map((_, k) => across(w, C, k, v));
      for (let i = 0; i < gw; i++) {
        const u = ax.x[0] + (i + 0.5) * du, at = 4 * (j * gw + i);
        let best = 0;
        for (let k = 0; k < C; k++) {
          z[k] = rows[k][0] + u * (rows[k][1] + u * rows[k][2]);
          if (z[k] > z[best]) best = k;
        }
        here[i] = best;
        const top = z[best];
        let sum = 0, r = 0, g = 0, b = 0;
        for (let k = 0; soft && k < C; k++) {
          const p = Math.exp(z[k] - top);
          sum += p;
          r += p * inks[k][0]; g += p * inks[k][1]; b += p * inks[k][2];
        }
        const edge = !soft && ((j && above[i] !== best) || (i && here[i - 1] !== best));
        pixels[at] = soft ? r / sum : inks[best][0];
        pixels[at + 1] = soft ? g / sum : inks[best][1];
        pixels[at + 2] = soft ? b / sum : inks[best][2];
        pixels[at + 3] = edge ? 200 : soft ? 30 + 90 * Math.max(0, (1 / sum - 1 / C) / (1 - 1 / C)) : 42;
      }
      [above, here] = [here, above];
    }
    brush.putImageData(image, 0, 0);
    pen.drawImage(ground, 0, 0, canvas.width, canvas.height);
  }
  /** Draw the points that have changed since the last time over what stood there. */
  function dot(cloud, w, C, r, inks) {
    const { x, y, labels } = cloud, brush = dots.getContext("2d");
    if (drawn.cloud !== cloud || drawn.look !== look) {
      drawn = { cloud, look, state: new Int8Array(labels.length).fill(-1), wrong: 0 };
      [dots.width, dots.height] = [canvas.width, canvas.height];
    }
    const pictures = ["right", "wrong"].map((kind) => inks.classes.map((_, k) => sprite(kind, k, r, inks)));
    drawn.wrong = 0;
    for (let i = 0; i < labels.length; i++) {
      const missed = w && chosen_class(w, C, x[i], y[i]) !== labels[i] ? 1 : 0;
      drawn.wrong += missed;
      if (missed !== drawn.state[i]) put(brush, x[i], y[i], pictures[missed][labels[i]]);
      drawn.state[i] = missed;
    }
  }
  const put = (brush, u, v, picture) => // at whole pixels, where nothing has to be mixed anew
    brush.drawImage(picture, Math.round(X(u) * sharp) - picture.width / 2, Math.round(Y(v) * sharp) - picture.height / 2);
  function show(cloud, w, C, shade, batch, playing) {
    const inks = colours(), { x, y, labels } = cloud, r = labels.length > 300 ? 1.9 : 3.2;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (w && shade === "regions" && w.length === 3 * C) fill(w, C, inks);
    else if (w) paint(w, C, shade, inks, playing);
    dot(cloud, w, C, r, inks);
    if (dots.width) pen.drawImage(dots, 0, 0);
    const lit = batch.length < labels.length ? batch : [];
    for (const i of lit) put(pen, x[i], y[i], sprite("lit", labels[i], r + 2.5, inks));
    const key = parent.querySelector(".legend")?.children;
    if (key) [drawn.wrong, lit.length].forEach((some, i) => { key[C + i].style.visibility = some ? "" : "hidden"; });
  }
  const place = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [ax.x[0] + (event.clientX - left) / width * (ax.x[1] - ax.x[0]), ax.y[1] - (event.clientY - top) / height * (ax.y[1] - ax.y[0])];
  };
  const names = [0, 1, 2, 3].map((k) => [`right c${k}`, k, `class ${k}`]);
  return { ...ax, box, show, place, legend: (C) => legend(parent, [...names.slice(0, C), ["wrong", 0, "misclassified"], ["batch", 0, "in the batch"]]) };
}

/** What is kept of a run: at most so many moments, every second one dropped when they are more. */
export function record(most = 400) {
  let every = 1, count = 0;
  const kept = [];
  return {
    kept,
    push(moment) {
      if (kept.at(-1)?.steps === moment.steps) kept.pop(); // the data have changed
      else if (count++ % every) return;
      kept.push(moment);
      if (kept.length > most) [every] = [2 * every, kept.splice(0, kept.length, ...kept.filter((_, i) => i % 2 === 0))];
    },
  };
}

const octave = (low, high) => [2 ** Math.floor(Math.log2(Math.max(low, 1e-3)) - 1e-9), 2 ** Math.ceil(Math.log2(Math.max(high, 2e-3)) + 1e-9)];

/** The curves of a run, loss and accuracy over steps; the axis doubles when the run gets to its end. */
export function curves(parent) {
  const top = add(parent, "div"), bottom = add(parent, "div");
  let end = 0, range = "", parts;
  function begin(steps, loss_range) {
    end = 50;
    while (end < steps) end *= 2;
    top.replaceChildren();
    bottom.replaceChildren();
    const x = { range: [0, 1.03 * end] };
    const loss = axes(top, { label: "Loss after each step, on a logarithmic axis", x, y: { range: loss_range, log: true, label: "loss", room: 54 }, kind: "half" });
    const accuracy = axes(bottom, { label: "Accuracy after each step", x: { ...x, label: "step" }, y: { range: [0, 1.02], label: "accuracy", room: 54 }, kind: "half" });
    parts = [[loss, "lowest", [["curve", "loss"]]], [accuracy, "ceiling", [["line c1", "fresh"], ["curve", "accuracy"]]]]
      .map(([ax, limit, lines]) => ({ ax, limit, best: ax.path("best"), lines: lines.map(([kind, name]) => [ax.path(kind), name]) }));
  }
  return (kept, last, limits) => {
    const all = last && kept.at(-1) !== last ? [...kept, last] : kept, steps = last?.steps ?? 0;
    const losses = [...all.map((moment) => moment.loss), limits.lowest ?? Infinity].filter(Number.isFinite);
    const span = losses.length ? octave(Math.min(...losses), Math.max(...losses)) : [0.1, 1];
    if (!parts || steps > end || (end > 50 && steps < end / 4) || range !== String(span)) begin(steps, span);
    range = String(span);
    for (const { ax, limit, best, lines } of parts) {
      for (const [path, name] of lines) {
        path.setAttribute("d", line(all.filter((moment) => moment[name] != null).map((moment) => [ax.X(moment.steps), ax.Y(moment[name])])));
      }
      best.setAttribute("d", limits[limit] == null ? "" : line([ax.left, ax.right].map((x) => [x, ax.Y(limits[limit])])));
    }
  };
}
