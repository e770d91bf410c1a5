// The digit lab's pictures: the sheet to draw on, pictures of 8 × 8, and ten bars.

import { add, set_attributes } from "./base.js";
import { axes, bar, canvas, line } from "./draw.js";
import { SIDE } from "./digit_ink.js";

const TEN = Array.from({ length: 10 }, (_, k) => k);
const KEYS = "Drawing area: arrow keys move, with Shift by a block; Enter lowers and lifts the pen, u undoes, Delete clears";

const caption = (parent) => add(parent, "p", { class: "caption" });

/** The path data of filled pixels, a rectangle for each run in a row. */
function runs(ink) {
  let d = "";
  for (let r = 0; r < SIDE; r++) {
    for (let c = 0; c < SIDE; c++) {
      const from = c;
      while (c < SIDE && ink[r * SIDE + c]) c++;
      if (c > from) d += `M${from} ${r}h${c - from}v1h${from - c}z`;
    }
  }
  return d;
}

const shade = (share) => `--n: ${share.toFixed(4)}`;
const square = (parent, i, size, kind, share) => add(parent, "rect", {
  class: kind, x: i % 8 * size, y: Math.floor(i / 8) * size, width: size, height: size, style: shade(share),
});

/** The sheet: what is drawn on it, over the counts of a digit that has been loaded. */
export function sheet(parent) {
  const words = caption(parent);
  const svg = add(parent, "svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "draws", role: "application", tabindex: 0,
    "aria-label": KEYS, "data-lm-suppress-shortcuts": true });
  const under = add(svg, "g"), [ink, net, trace, cross] = ["ink", "net", "trace", "cross"].map((name) => add(svg, "path", { class: name }));
  const every = [4, 8, 12, 16, 20, 24, 28];
  net.setAttribute("d", every.map((v) => `M${v} 0V${SIDE}M0 ${v}H${SIDE}`).join(""));
  /** Show pixels, the counts of a loaded digit or null, and the strokes where they are not the pixels' own. */
  function show(pixels, loaded, strokes, text) {
    words.textContent = text;
    under.replaceChildren();
    loaded?.forEach((n, i) => { if (n) square(under, i, 4, "cell", n / 16); });
    ink.setAttribute("d", runs(pixels));
    trace.setAttribute("d", strokes.map((stroke) => line([stroke[0], ...stroke].map(([x, y]) => [x / 2, y / 2]))).join(""));
  }
  /** Show the crosshair at a place in half pixels, a larger one while its pen is down, or hide it. */
  function aim(place) {
    const [x, y] = (place?.at ?? [0, 0]).map((v) => v / 2), r = place?.down ? 2.5 : 1.5;
    cross.setAttribute("d", place ? line([[x - r, y], [x + r, y]]) + line([[x, y - r], [x, y + r]]) : "");
  }
  return { svg, show, aim };
}

/** A picture of 8 × 8 cells; positive and negative values in two colours if `signed`, else each count as a number. */
export function cells(parent, signed) {
  const words = caption(parent), { svg, width, height, u } = canvas(parent, "");
  const size = Math.floor((Math.min(width, height) - 2) / 8), [inside, over] = [add(svg, "g"), add(svg, "g")], numbered = !signed && size >= 16 * u;
  const squares = Array.from({ length: 64 }, (_, i) => square(inside, i, size, "cell", 0));
  set_attributes(svg, { viewBox: `-1 -1 ${width} ${height}`, class: numbered ? "numbered" : "" });
  add(svg, "path", { class: "net", d: `M0 0H${8 * size}V${8 * size}H0z` });
  return (values, top, text) => {
    words.textContent = text;
    set_attributes(svg, { "aria-label": `${text}, row by row: ${values.map((v) => (signed ? v.toFixed(1) : v)).join(" ")}` });
    over.replaceChildren();
    values.forEach((v, i) => {
      const share = top ? Math.abs(v) / top : 0, [x, y] = [i % 8 * size, Math.floor(i / 8) * size];
      set_attributes(squares[i], { class: signed ? `cell ${v < 0 ? "against" : "for"}` : "cell", style: shade(share) });
      if (signed && v < 0 && share > 0.1) add(over, "path", { class: share > 0.5 ? "sign strong" : "sign", d: `M${x + size / 4} ${y + size / 2}h${size / 2}` });
      if (numbered && v) add(over, "text", { x: x + size / 2, y: y + size / 2 + 4.2 * u, "text-anchor": "middle" }, v);
    });
  };
}

/** Ten bars, a value at each to point at; a grey one behind that of the true class. */
export function bars(parent) {
  const words = caption(parent);
  words.textContent = "probability";
  const ax = axes(parent, { label: "", x: { range: [-0.6, 9.6], ticks: TEN.map((k) => [k, String(k)]) },
    y: { range: [0, 1], ticks: [0, 0.5, 1].map((v) => [v, String(v)]), room: 30 } });
  const high = 1 / (1 - 18 * ax.u / (ax.bottom - ax.top)); // room for a number on the tallest bar
  ax.fit([0, high]);
  const truth = ax.path("hard"), all = TEN.map(() => ax.path("soft"));
  const top = add(ax.inside, "text", { "text-anchor": "middle" });
  const hints = TEN.map((k) => add(add(ax.inside, "path", { class: "hint", d: bar(ax, k - 0.5, k + 0.5, high) }), "title"));
  function show(p, best, label) {
    set_attributes(ax.picture, { "aria-label": `Probabilities of 0 to 9: ${p.map((v) => v.toFixed(3)).join(", ")}` });
    truth.setAttribute("d", label === null ? "" : bar(ax, label - 0.5, label + 0.5, 1));
    TEN.forEach((k) => {
      set_attributes(all[k], { class: `soft ${k === best ? "lit" : ""}`, d: bar(ax, k - 0.38, k + 0.38, p[k]) });
      hints[k].textContent = `${k}: ${p[k].toFixed(6)}`;
    });
    set_attributes(top, { x: ax.X(Math.min(Math.max(best, 0.6), 8.4)), y: ax.Y(p[best]) - 4 * ax.u });
    top.textContent = p[best].toFixed(2);
  }
  return { show, truth };
}
