// Drawing points by hand: pointer, finger, or a crosshair moved with the arrow keys.

import { add, choice } from "./base.js";
import { line } from "./draw.js";
import { EDGE, GRID, many, MOST, pack, snap, unpack } from "./playground_data.js";

const APART = 0.4, REACH = 0.6; // between points of a stroke; of the eraser
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/** The tools, and what they do on the plane of the moment; `say` speaks where the crosshair is. */
export function drawing(parent, { get, set, redraw, plane, say }) {
  const past = [], cross = [0, 0];
  let pen = 0, stroke = null, pointer = null, keys = false, path, row, shown_for = 0;
  const row_box = add(parent, "div"), acts = add(parent, "div", { class: "acts" });
  const act = (name, does) => add(acts, "button", { type: "button" }, name).addEventListener("click", does);
  act("Undo", undo);
  act("Clear", () => change(""));

  const erasing = () => pen === get("num_class");
  function change(text) {
    if (text === get("points")) return;
    past.push(get("points"));
    set("points", text);
  }
  function undo() {
    if (past.length) set("points", past.pop());
  }
  /** The points with one more, or without those near by. */
  function with_mark([u, v]) {
    const text = get("points"), all = unpack(text);
    if (!erasing()) return text.length >= 3 * MOST ? text : text + pack(snap(u), snap(v), pen);
    return text.match(/.../g)?.filter((_, i) => Math.hypot(all.x[i] - u, all.y[i] - v) > REACH).join("") ?? "";
  }
  function tool(k) {
    pen = Math.min(k, get("num_class"));
    redraw();
  }
  const inside = ([u, v]) => Math.abs(u) <= EDGE + 0.5 && Math.abs(v) <= EDGE + 0.5;

  function down(event) {
    const at = plane().place(event);
    if (event.button || pointer !== null || !inside(at)) return;
    pointer = event.pointerId;
    plane().box.setPointerCapture(event.pointerId);
    past.push(get("points"));
    stroke = at;
    keys = false;
    set("points", with_mark(at));
  }
  function move(event) {
    if (event.pointerId !== pointer) return;
    const at = plane().place(event);
    if (!inside(at) || Math.hypot(at[0] - stroke[0], at[1] - stroke[1]) < APART) return;
    stroke = at;
    set("points", with_mark(at));
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = MOVES[event.key], far = event.shiftKey ? 1 : GRID / 2, k = Number(event.key);
    if (by) by.forEach((d, i) => { cross[i] = snap((cross[i] + d * far) / GRID); });
    else if (event.key === "Enter" || event.key === " ") change(with_mark(cross.map((c) => c / GRID)));
    else if (/^[0-3]$/.test(event.key) && k < get("num_class")) pen = k;
    else if (event.key === "e") pen = get("num_class");
    else if (event.key === "u") undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
    keys = true;
    redraw();
    const [x, y] = cross.map((c) => String(c / GRID).replace("-", "−"));
    say(`at (${x}, ${y}), ${erasing() ? "eraser" : `class ${pen}`}, ${many(get("points").length / 3)}`);
  }
  function tools() {
    const C = get("num_class");
    if (C === shown_for) return;
    [shown_for, pen] = [C, Math.min(pen, C - 1)];
    row_box.replaceChildren();
    const names = [...Array.from({ length: C }, (_, k) => String(k)), "erase"];
    row = choice(row_box, { label: "class", names, read: () => pen, write: tool });
  }
  function attach(on) {
    const { box, path: draw } = plane();
    path = draw("frame");
    pointer = null; // whose end the plane before this one will not hear of
    if (!on) return;
    box.classList.add("draws");
    for (const [name, value] of Object.entries({ tabindex: 0, role: "application", "data-lm-suppress-shortcuts": true,
      "aria-label": "Drawing area: arrow keys move, Enter draws a point, 0 to 3 pick a class, e the eraser, u undoes" })) box.setAttribute(name, value);
    box.addEventListener("pointerdown", down);
    box.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, ({ pointerId }) => { if (pointerId === pointer) pointer = null; });
    box.addEventListener("keydown", press);
    box.addEventListener("blur", () => { keys = false; redraw(); });
  }
  function show() {
    tools();
    row();
    const { X, Y } = plane(), [x, y] = [X(cross[0] / GRID), Y(cross[1] / GRID)];
    path.setAttribute("d", keys ? line([[x - 9, y], [x + 9, y]]) + line([[x, y - 9], [x, y + 9]]) : "");
  }
  return { attach, show };
}
