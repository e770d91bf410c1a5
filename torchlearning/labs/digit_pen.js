// Drawing a digit by hand: mouse, pen, finger, or a crosshair moved with the arrow keys.

import { letters, MOST, points_in } from "./digit_ink.js";

const GRID = 64, STEP = 2, FAR = 8; // half pixels: of the sheet, of an arrow key, of one with Shift
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Let `svg` be drawn on. `strokes` reads and writes the drawing; `begin` notes what `back` returns to.
 * `moved` is told where the crosshair is, and whether its pen is down.
 */
export function draw_on(svg, { strokes, begin, back, clear, moved }) {
  let pointer = null, last = "", down = false;
  const at = [GRID / 2, GRID / 2], held = (v) => Math.min(Math.max(v, 0), GRID - 1);

  function place({ clientX, clientY }) {
    const { left, top, width, height } = svg.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height].map((share) => held(Math.floor(share * GRID + 0.5)));
  }
  /** Go on to a point, or start a stroke there. */
  function ink(point, start) {
    const text = strokes();
    last = letters(...point);
    if (points_in(text) < MOST) strokes(text + (start && text ? "." : "") + last);
  }
  const go_on = (point) => { if (letters(...point) !== last) ink(point, false); };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button || pointer !== null) return;
    pointer = event.pointerId;
    svg.setPointerCapture(pointer);
    moved(null);
    begin();
    ink(place(event), true);
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents?.() ?? []; // a fast hand moves several times between two pictures
    for (const each of between.length ? between : [event]) go_on(place(each));
  });
  const end = ({ pointerId }) => { if (pointerId === pointer) pointer = null; };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", (event) => { if (event.pointerId === pointer) back(); end(event); });

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) {
      way.forEach((d, i) => { at[i] = held(at[i] + d * (event.shiftKey ? FAR : STEP)); });
      if (down) go_on(at);
    } else if (event.key === "Enter" || event.key === " ") {
      down = !down;
      if (down) { begin(); ink(at, true); }
    } else if (event.key === "Escape" && down) down = false;
    else if (event.key === "u") { down = false; back(); }
    else if (event.key === "Delete") { down = false; clear(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
    moved({ at, down });
  }
  svg.addEventListener("keydown", press);
  svg.addEventListener("blur", () => { down = false; moved(null); });
}
