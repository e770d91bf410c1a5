import { add, choice, lab, read_out, slider } from "./base.js";
import { axes, legend, line, marks, pictures } from "./draw.js";

const CORNERS = [[34, 262], [306, 262], [170, 30]]; // of the triangle, for classes 0, 1 and 2
const CLASSES = [0, 1, 2];
const PERCENT = Array.from({ length: 101 }, (_, i) => i / 100);

/** The place of probabilities in the triangle: the mean of the corners with these weights. */
const place = (p) => [0, 1].map((d) => p.reduce((sum, share, k) => sum + share * CORNERS[k][d], 0));

/** The probabilities at a place, in hundredths; a place outside the triangle is moved into it. */
function shares_at([x, y]) {
  const top = (262 - y) / 232, second = (x - 34) / 272 - top / 2;
  const inside = [1 - top - second, second, top].map((share) => Math.max(share, 0));
  const hundredths = inside.map((share) => Math.round(100 * share / (inside[0] + inside[1] + inside[2])));
  const b = Math.min(hundredths[1], 100 - hundredths[0]);
  return [hundredths[0], b, 100 - hundredths[0] - b].map((n) => n / 100);
}

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
  const triangle = add(left, "svg", {
    viewBox: "0 0 340 300", role: "img", class: "drag",
    "aria-label": "The triangle of all predictions, with lines of equal loss; a dot for the prediction, an arrow to the true corner",
  });
  const lines = add(triangle, "g", { class: "axes" });
  add(triangle, "path", { class: "frame", d: `${line(CORNERS)}z` });
  CORNERS.forEach(([x, y], k) => {
    const anchor = ["start", "end", "middle"][k];
    add(triangle, "text", { x, y: k === 2 ? y - 10 : y + 20, "text-anchor": anchor }, `sure of class ${k}`);
  });
  const push = add(triangle, "path", { class: "arrow" }), dot = add(triangle, "path", { class: "dot" });
  legend(left, [["arrow", -1, "minus the gradient"], ["level", -1, "equal loss"]]);

  const ax = axes(right, {
    label: "For each class its probability as a bar and its gradient as an arrow; the gathered entry is lit",
    x: { range: [-0.6, 2.6], ticks: CLASSES.map((k) => [k, `class ${k}`]) },
    y: { range: [-1, 1], label: "probability and gradient" },
  });
  ax.path("cursor", { d: `M0 ${ax.Y(0)}H340` });
  const bars = CLASSES.map(() => [ax.path("soft"), ax.path("arrow")]);
  legend(right, [["soft c0", 1, "probability"], ["soft c0 lit", 1, "gathered"], ["arrow", -1, "gradient p − y"]]);

  function drag(event) {
    if (event.buttons === 0) return;
    const to_picture = triangle.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(to_picture);
    set("probabilities", shares_at([x, y]));
  }
  triangle.addEventListener("pointerdown", (event) => { triangle.setPointerCapture(event.pointerId); drag(event); });
  triangle.addEventListener("pointermove", drag);

  return () => {
    for (const show of shows) show();
    const p = get("probabilities"), y = get("y"), loss = -Math.log(p[y]);
    lines.replaceChildren();
    for (const level of [0.2, 0.5, 1, 2, 4]) { // where p_y = exp(-level)
      const others = CLASSES.filter((k) => k !== y), share = Math.exp(-level);
      const ends = others.map((k) => place(CLASSES.map((j) => (j === y ? share : j === k ? 1 - share : 0))));
      add(lines, "path", { class: "level", d: line(ends) });
      add(lines, "text", { x: ends[1][0], y: ends[1][1], dx: y === 2 ? 6 : -6, "text-anchor": y === 2 ? "start" : "end" }, level);
    }
    dot.setAttribute("d", marks([place(p)], 0, 7));
    push.setAttribute("d", arrow(place(p), CORNERS[y]));
    bars.forEach(([bar, gradient], k) => {
      const g = p[k] - (k === y ? 1 : 0), at = ax.X(k + 0.2);
      bar.setAttribute("class", `soft c${k} ${k === y ? "lit" : "dim"}`);
      bar.setAttribute("d", `M${ax.X(k - 0.35)} ${ax.Y(0)}V${ax.Y(p[k])}H${ax.X(k + 0.05)}V${ax.Y(0)}z`);
      gradient.setAttribute("d", Math.abs(g) < 0.005 ? "" : arrow([at, ax.Y(0)], [at, ax.Y(g)]));
    });
    const gradient = p.map((share, k) => (share - (k === y ? 1 : 0)).toFixed(2).replace("-", "−"));
    say(`loss −log ${p[y].toFixed(2)} = ${p[y] > 0 ? loss.toFixed(4).replace("-", "") : "infinite"}, gradient ${gradient.join(", ")}`);
  };
});
