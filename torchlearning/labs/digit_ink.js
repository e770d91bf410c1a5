// The ink of the digit lab: strokes as text, the pixels they fill, and the blocks these are counted in;
// to the pixel what digit_ink.py computes.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STROKES = /^((?:[A-Za-z0-9_-]{2})+(?:\.(?:[A-Za-z0-9_-]{2})+)*)?$/;
export const SIDE = 32, MOST = 1000; // pixels; points of a drawing
const BLOCK = 4, WIDE = 20, TALL = 32, MARGIN = (SIDE - WIDE) / 2;
const LEAST = 108, LESS = 256, MORE = 412, EVEN_MORE = 560; // pixels of ink that call for a thicker or thinner line

/** The number of points of a drawing. */
export const points_in = (text) => text.replaceAll(".", "").length / 2;
export const are_strokes = (text) => STROKES.test(text) && points_in(text) <= MOST;
/** A point in half pixels, 0 to 63, as two letters. */
export const letters = (x, y) => ALPHABET[x] + ALPHABET[y];
/** Strokes as lists of points. */
export const strokes_of = (text) => text.split(".").filter(Boolean)
  .map((stroke) => stroke.match(/../g).map((point) => [...point].map((letter) => ALPHABET.indexOf(letter))));

/** Tell for each place, in half pixels, whether a stroke comes as near as half a pen. */
function inked(strokes, pen, xs, ys) {
  const ink = new Uint8Array(xs.length * ys.length);
  for (const stroke of strokes) {
    const ends = stroke.length > 1 ? stroke.slice(1) : stroke;
    ends.forEach(([x1, y1], i) => {
      const [x0, y0] = stroke[i], dx = x1 - x0, dy = y1 - y0, length = Math.max(dx * dx + dy * dy, 1);
      for (let r = 0; r < ys.length; r++) {
        for (let c = 0; c < xs.length; c++) {
          const vx = xs[c] - x0, vy = ys[r] - y0;
          const along = Math.min(Math.max((vx * dx + vy * dy) / length, 0), 1);
          const ox = vx - along * dx, oy = vy - along * dy;
          if (ox * ox + oy * oy <= pen * pen) ink[r * xs.length + c] = 1;
        }
      }
    });
  }
  return ink;
}

/** The 32 × 32 pixels that a pen fills which is so many pixels wide. */
export function drawn(text, pen) {
  const centres = Array.from({ length: SIDE }, (_, i) => 2 * i + 1);
  return inked(strokes_of(text), pen, centres, centres);
}

/** The pixels of a drawing made to fit the box as those of the data set were: NIST's recipe, see digit_ink.py. */
export function fitted(text, pen) {
  const strokes = strokes_of(text), box = new Uint8Array(SIDE * SIDE);
  if (!strokes.length) return box;
  const [xs, ys] = [WIDE, TALL].map((size, d) => {
    const values = strokes.flat().map((point) => point[d]), low = Math.min(...values), length = Math.max(...values) - low + 2 * pen;
    return Array.from({ length: size }, (_, i) => low - pen + (i + 0.5) * length / size);
  });
  const narrow = inked(strokes, pen, xs, ys);
  for (let r = 0; r < TALL; r++) box.set(narrow.subarray(r * WIDE, (r + 1) * WIDE), r * SIDE + MARGIN);
  return upright(even(box));
}

const total = (ink) => ink.reduce((sum, on) => sum + on, 0);

/** The pixels that are filled or have a neighbour that is; or, without `grow`, those filled with all neighbours. */
function changed(ink, grow) {
  const at = (r, c) => (r >= 0 && r < SIDE && c >= 0 && c < SIDE ? ink[r * SIDE + c] : 0);
  return ink.map((on, i) => {
    const r = Math.floor(i / SIDE), c = i % SIDE, near = at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1);
    return grow ? on || near > 0 : on && near === 4;
  });
}

function even(ink) {
  const pixels = total(ink), times = [pixels < LESS, pixels < LEAST, pixels > MORE, pixels > EVEN_MORE].filter(Boolean).length;
  for (let i = 0; i < times; i++) ink = changed(ink, pixels < LESS);
  return ink;
}

/** Push rows sideways until the left edge is upright, by a row near each end. */
function upright(ink) {
  const row = (r) => ink.subarray(r * SIDE, (r + 1) * SIDE), rows = Array.from({ length: SIDE }, (_, r) => r).filter((r) => total(row(r)));
  if (!rows.length || rows.at(-1) - rows[0] < 5) return ink;
  const top = rows[0] + 2, bottom = rows.at(-1) - 2, left = [top, bottom].map((r) => row(r).indexOf(1)), tall = bottom - top;
  if (left.includes(-1)) return ink;
  return ink.map((_, i) => {
    const r = Math.floor(i / SIDE), from = i % SIDE - Math.floor(((r - SIDE / 2) * 2 * (left[0] - left[1]) + tall) / (2 * tall));
    return from >= 0 && from < SIDE ? ink[r * SIDE + from] : 0;
  });
}

/** How many pixels of each block of 4 × 4 are filled: 64 counts from 0 to 16. */
export function count(ink) {
  const counts = new Uint8Array(64);
  ink.forEach((on, i) => { counts[Math.floor(i / SIDE / BLOCK) * 8 + Math.floor(i % SIDE / BLOCK)] += on; });
  return counts;
}
