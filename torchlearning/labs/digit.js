import { add, choice, lab, read_out, slider } from "./base.js";
import { legend, pictures } from "./draw.js";
import { bars, cells, sheet } from "./digit_draw.js";
import { are_strokes, count, drawn, fitted, MOST, points_in, strokes_of } from "./digit_ink.js";
import { digits_of, linear, wrong_first } from "./digit_model.js";
import { draw_on } from "./digit_pen.js";

const PENS = Array.from({ length: 16 }, (_, i) => (i + 1) / 2), BOXES = { drawn, fitted };
const kept = new WeakMap(); // what a lab has done, by its data: it outlives a change of the layout
const signed = (v) => v.toFixed(2).replace("-", "−");

export default lab("Digit lab", ({ root, data, get, set }) => {
  if (!kept.has(data)) kept.set(data, { digits: digits_of(data), past: [], counted: new Map() });
  const me = kept.get(data), names = Object.keys(BOXES);
  root.classList.add("digits");

  // What can be undone
  const now = () => ({ digit: get("digit"), strokes: get("strokes"), own: get("own") });
  const put = (state) => Object.entries(state).forEach(([name, value]) => { if (get(name) !== value) set(name, value); });
  const begin = () => me.past.push(now());
  const back = () => { if (me.past.length) put(me.past.pop()); };
  const clear = () => { if (get("digit") >= 0 || get("strokes")) { begin(); put({ digit: -1, strokes: "" }); } };
  function load(place) {
    if (get("strokes")) begin();
    put({ strokes: "", digit: place < 0 ? -1 : me.said[place].row });
  }
  function count_as(k) {
    const { digit, strokes, own } = now();
    if (digit >= 0) say("This is a digit of the test set: clear the sheet, and draw one of your own.");
    else if (!strokes) say("Draw a digit first; then say which one you meant.");
    else {
      const { best } = me.seen;
      begin();
      put({ strokes: "", own: [...own, [k, strokes]] });
      say(`You meant ${k}, and the model said ${best}. The sheet is clear for another one.`);
    }
  }

  // Controls
  const controls = add(root, "div", { class: "controls" });
  const shows = [
    slider(controls, { label: "test digit", values: [-1, ...me.digits.keys()], read: () => me.said.findIndex(({ row }) => row === get("digit")),
      write: load, format: (place) => (place < 0 ? "none" : `${place + 1}: ${me.said[place].label} → ${me.said[place].best}`) }),
    slider(controls, { label: "pen", values: PENS, read: () => get("pen"), write: (v) => set("pen", v), format: (v) => `${v} px` }),
  ];
  const tools = add(root, "div", { class: "tools" });
  shows.push(choice(tools, { label: "count as", names, read: () => names.indexOf(get("box")), write: (i) => set("box", names[i]) }));
  for (const [name, act] of [["Undo", back], ["Clear", clear]]) add(tools, "button", { type: "button" }, name).addEventListener("click", act);
  const meant = add(root, "div", { class: "meant", role: "group", "aria-label": "Which digit did you mean?" });
  add(meant, "span", {}, "I meant");
  for (let k = 0; k < 10; k++) add(meant, "button", { type: "button", "aria-label": `I meant ${k}` }, k).addEventListener("click", () => count_as(k));
  const tally = add(root, "p", { class: "tally" }), say = read_out(root);

  // Pictures
  const [left, middle, right, below] = pictures(root, "sheet", "small", "chances", "key");
  const paper = sheet(left), counted = cells(add(middle, "div"), false), parts = cells(add(middle, "div"), true), chances = bars(right);
  const show_legend = legend(below, [["soft lit", 1, "most likely"], ["cell for", 1, "speaks for it"], ["cell against", 1, "− speaks against it"],
    ["hard", 1, "true digit", [chances.truth]]]);
  draw_on(paper.svg, { begin, back, clear, moved, strokes: (text) => (text === undefined ? get("strokes") : set("strokes", text)) });

  function moved(place) {
    paper.aim(place);
    const where = place && place.at.map((v) => Math.floor(v / 2) + 1);
    say(place ? `Pen ${place.down ? "down" : "up"} at column ${where[0]}, row ${where[1]} of 32. ${words()}` : words());
  }
  function counts_of(strokes, box) {
    const key = `${box} ${get("pen")} ${strokes}`;
    if (me.counted.size > 500) me.counted.clear();
    if (!me.counted.has(key)) me.counted.set(key, count(BOXES[box](strokes, get("pen"))));
    return me.counted.get(key);
  }
  function words() {
    const { digit, strokes } = now(), { p, best, second, score, bias } = me.seen;
    const likely = `${best} (${p[best].toFixed(4)})`, place = me.said.findIndex(({ row }) => row === digit);
    if (digit < 0 && !strokes) return `Nothing drawn yet: draw a digit with mouse or finger, or with arrow keys and Enter. Of blank paper the model says ${likely}.`;
    const source = digit < 0 ? "" : `Test digit ${place + 1} of ${me.said.length}, a ${me.said[place].label}${strokes ? ", with your ink" : ""}. `;
    const full = points_in(strokes) < MOST ? "" : " The sheet takes no more ink.";
    return `${source}Most likely ${likely}, then ${second} (${p[second].toFixed(4)}). Score of ${best}: parts ${signed(score - bias)}, bias ${signed(bias)}, together ${signed(score)}.${full}`;
  }
  return () => {
    if (me.weights !== get("weights")) {
      me.weights = get("weights");
      me.look = linear(me.weights, data);
      me.said = wrong_first(me.digits, me.look);
    }
    const { digit, strokes, own } = now(), loaded = me.digits[digit], box = loaded ? "drawn" : get("box");
    const ink = BOXES[box](strokes, get("pen")), counts = [...count(ink)].map((n, i) => Math.min(n + (loaded?.counts[i] ?? 0), 16));
    me.seen = me.look(counts);
    for (const show of shows) show();
    const most = Math.max(...me.seen.parts.map(Math.abs)), kind = loaded ? "test digit" : `${box}, 32 × 32`;
    paper.show(ink, loaded?.counts, box === "fitted" ? strokes_of(strokes) : [], kind);
    counted(counts, 16, "counts 8 × 8");
    parts(me.seen.parts, most, `parts ±${most.toFixed(1)}`);
    chances.show(me.seen.p, me.seen.best, loaded?.label ?? null);
    show_legend();
    const right_of = (way) => own.filter(([k, text]) => me.look(counts_of(text, way)).best === k).length;
    tally.textContent = own.length ? `Recognised of ${own.length} that you drew: ${right_of("drawn")} as drawn, ${right_of("fitted")} fitted.` : "";
    say(words());
  };
}, (data) => ({
  digit: (i) => Number.isInteger(i) && i >= -1 && i < data.labels.length, strokes: are_strokes, pen: (v) => v >= 0.5 && v <= 8, box: Object.keys(BOXES),
}));
