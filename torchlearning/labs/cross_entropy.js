import { add, choice, lab, read_out, slider } from "./base.js";
import { axes, bar, canvas, legend, line, marks, pictures } from "./draw.js";

const CLASSES = [0, 1, 2];
const LEVELS = [0.2, 0.5, 1, 2]; // of the loss: where the true class has probability exp(-level)
const PERCENT = Array.from({ length: 101 }, (_, i) => i / 100);

/** Class k gets `share`; the two others keep their ratio. */
function with_share(p, k, share) {
  const [i, j] = CLASSES.filter((other) => other !== k), rest = 100 - Math.round(100 * share);
  const first = Math.round(p[i] + p[j] > 0 ? rest * p[i] / (p[i] + p[j]) : rest / 2);
  const shares = [];
  [shares[k], shares[i], shares[j]] = [share, first / 100, (rest - first) / 100];
  return shares;
}

/** The path data of an arrow between two points in pixels. */
function arrow([x0, y0], [x1, y1]) {
  const angle = Math.atan2(y1 - y0, x1 - x0), size = Math.min(9, Math.hypot(x1 - x0, y1 - y0));
  const wing = (turn) => [x1 - size * Math.cos(angle + turn), y1 - size * Math.sin(angle + turn)];
  return line([[x0, y0], [x1, y1]]) + line([wing(0.45), [x1, y1], wing(-0.45)]);
}

/** The triangle of all predictions: a corner for each sure one, and between them the means of the corners. */
function triangle(parent) {
  const { svg, width, height, u } = canvas(parent,
    "The triangle of all predictions, with lines of equal loss; a dot for the prediction, an arrow to the true corner", "drag");
  const side = Math.min(width - 60 * u, (height - 42 * u) / Math.sin(Math.PI / 3)), tall = side * Math.sin(Math.PI / 3);
  const middle = width / 2, top = (height - 42 * u - tall) / 2 + 20 * u, bottom = top + tall;
  const corners = [[middle - side / 2, bottom], [middle + side / 2, bottom], [middle, top]];
  const lines = add(svg, "g", { class: "axes" });
  add(svg, "path", { class: "frame", d: `${line(corners)}z` });
  const words = side > 190 * u && width - side > 96 * u ? "sure of class" : "class";
  corners.forEach(([x, y], k) =>
    add(svg, "text", { x, y: y + u * [18, 18, -7][k], "text-anchor": "middle" }, `${words} ${k}`));
  const push = add(svg, "path", { class: "arrow" }), dot = add(svg, "path", { class: "dot" });
  const show = legend(parent, [["dot", 0, "prediction"], ["arrow", -1, "minus the gradient", [push]], ["level", -1, "equal loss"]]);

  const place = (p) => [0, 1].map((d) => p.reduce((sum, share, k) => sum + share * corners[k][d], 0));
  /** The probabilities at a place, in hundredths; a place outside the triangle is moved into it. */
  function shares_at(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const third = (bottom - y) / tall, second = (x - corners[0][0]) / side - third / 2;
    const inside = [1 - third - second, second, third].map((share) => Math.max(share, 0));
    const hundredths = inside.map((share) => Math.round(100 * share / (inside[0] + inside[1] + inside[2])));
    const b = Math.min(hundredths[1], 100 - hundredths[0]);
    return [hundredths[0], b, 100 - hundredths[0] - b].map((n) => n / 100);
  }
  function draw(p, y) {
    lines.replaceChildren();
    for (const level of LEVELS) {
      const share = Math.exp(-level), others = CLASSES.filter((k) => k !== y);
      const ends = others.map((k) => place(CLASSES.map((j) => (j === y ? share : j === k ? 1 - share : 0))));
      add(lines, "path", { class: "level", d: line(ends) });
      const [sign, anchor] = y === 0 ? [-1, "end"] : [1, "start"]; // outside, on the left or the right edge
      add(lines, "text", { x: ends[1][0] + 6 * sign * u, y: ends[1][1] + 3 * u, "text-anchor": anchor }, level);
    }
    dot.setAttribute("d", marks([place(p)], 0, 7));
    push.setAttribute("d", p[y] > 0.995 ? "" : arrow(place(p), corners[y]));
    show();
  }
  return { svg, shares_at, draw };
}

export default lab("Cross-entropy lab", ({ root, get, set }) => {
  const controls = add(root, "div", { class: "controls" });
  const write = (k) => (share) => set("probabilities", with_share(get("probabilities"), k, share));
  const shows = [
    ...CLASSES.map((k) => slider(controls, {
      label: `p of class ${k}`, values: PERCENT, read: () => get("probabilities")[k], write: write(k),
      format: (v) => v.toFixed(2),
    })),
    choice(root, { label: "true class", names: CLASSES.map(String), read: () => get("y"), write: (k) => set("y", k) }),
  ];
  const say = read_out(root);

  const [left, right] = pictures(root, "narrow", "narrow");
  const { svg, shares_at, draw } = triangle(left);
  const ax = axes(right, {
    label: "For each class its probability as a bar and its gradient as an arrow; the gathered entry is lit",
    x: { range: [-0.5, 2.5], ticks: CLASSES.map((k) => [k, String(k)]), label: "class" },
    y: { range: [-1, 1], label: "p and gradient" },
  });
  ax.path("cursor", { d: line([[ax.left, ax.Y(0)], [ax.right, ax.Y(0)]]) });
  const bars = CLASSES.map(() => [ax.path("soft"), ax.path("arrow")]);
  const show = legend(right, [
    ["soft dim", 1, "probability"], ["soft lit", 1, "gathered", [bars[0][0]]],
    ["arrow", -1, "gradient p − y", bars.map(([, gradient]) => gradient)],
  ]);

  // A mouse drags at once. A finger that moves up or down scrolls the page; across, or with a tap, it sets.
  const drag = (event) => { if (event.buttons) set("probabilities", shares_at(event)); };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") drag(event);
  });
  svg.addEventListener("pointermove", drag);
  svg.addEventListener("click", (event) => set("probabilities", shares_at(event)));

  return () => {
    for (const show_value of shows) show_value();
    const p = get("probabilities"), y = get("y"), loss = -Math.log(p[y]);
    draw(p, y);
    bars.forEach(([probability, gradient], k) => {
      const g = p[k] - (k === y ? 1 : 0), at = ax.X(k + 0.2);
      probability.setAttribute("class", `soft c${k} ${k === y ? "lit" : "dim"}`);
      probability.setAttribute("d", bar(ax, k - 0.35, k + 0.05, p[k]));
      gradient.setAttribute("d", Math.abs(g) < 0.005 ? "" : arrow([at, ax.Y(0)], [at, ax.Y(g)]));
    });
    show();
    const gradient = p.map((share, k) => (share - (k === y ? 1 : 0)).toFixed(2).replace("-", "−"));
    say(`loss −log ${p[y].toFixed(2)} = ${p[y] > 0 ? loss.toFixed(4).replace("-", "") : "infinite"}, gradient ${gradient.join(", ")}`);
  };
}, () => ({
  probabilities: (p) => p.length === 3 && p.every((share) => share >= 0) && Math.abs(p[0] + p[1] + p[2] - 1) < 1e-6,
  y: CLASSES,
}));
