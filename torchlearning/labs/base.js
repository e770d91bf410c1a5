// What the labs share: build and redraw, controls, a line that speaks. No lab knows of another,
// and none knows whether a kernel stands behind its model.

/**
 * The front end of a lab: `build` makes the controls and pictures, and returns what redraws them.
 * `allowed(data)` names the traits that make up a position, each with its values or a test of one.
 */
export function lab(name, build, allowed = () => ({})) {
  function render({ model, el }) {
    let data, shape, draw, undo = {};
    const get = (trait) => model.get(trait);
    const set = (trait, value) => { undo[trait] ??= get(trait); model.set(trait, value); model.save_changes(); };
    function update() {
      if (draw === undefined || get("_data") !== data) rebuild();
      draw();
    }
    function rebuild() {
      data = get("_data");
      shape = shape_of(el);
      el.classList.toggle("phone", shape.phone);
      el.classList.toggle("low", shape.low);
      const hands = () => [...el.querySelectorAll("input, button")];
      const held = hands().indexOf(document.activeElement);
      el.style.minHeight = `${el.offsetHeight}px`; // the page below stays where it is
      const root = document.createElement("div");
      set_attributes(root, { class: "lab", role: "group", "aria-label": name });
      el.replaceChildren(root); // first, so that pictures know their sizes
      add(root, "p", { class: "name", "aria-hidden": true }, name);
      draw = build({ root, data, get, set });
      el.style.minHeight = "";
      if (held >= 0) hands()[held].focus({ preventScroll: true });
    }
    function fit() {
      if (Object.entries(shape_of(el)).every(([key, value]) => value === shape[key])) return;
      rebuild();
      draw();
    }
    el.classList.add("torchlearning-lab");
    update();
    model.on("change", update);
    // A finger that goes on to scroll the page has only touched a control in passing.
    el.addEventListener("pointerdown", () => { undo = {}; });
    el.addEventListener("pointercancel", (event) => {
      if (event.target.closest("input, .drag")) Object.entries(undo).forEach(([trait, value]) => set(trait, value));
    });
    const observer = new ResizeObserver(fit);
    observer.observe(el);
    addEventListener("resize", fit);
    return () => { model.off("change", update); observer.disconnect(); removeEventListener("resize", fit); };
  }
  return { render, allowed };
}

/** What a lab is laid out for: its width, the size of the reader's text, a phone upright or lying down. */
function shape_of(el) {
  const text = parseFloat(getComputedStyle(document.documentElement).fontSize), width = el.clientWidth;
  return { text, width, phone: width > 0 && width < 30 * text, low: width >= 30 * text && innerHeight < 32 * text };
}

/** Append an element to `parent`: HTML, or SVG inside an <svg>. */
export function add(parent, name, attributes = {}, text = "") {
  const space = name === "svg" ? "http://www.w3.org/2000/svg" : parent.namespaceURI;
  const node = document.createElementNS(space, name);
  set_attributes(node, attributes);
  node.textContent = text;
  parent.append(node);
  return node;
}

export function set_attributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** The numbers that Python sent as bytes. */
export function numbers(bytes, Type = Float32Array) {
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

// Controls: each returns a function that shows the value as it is now. ---------------------------

// Keeps JupyterLab from taking the arrow keys, and a browser from putting back what stood here before.
const OWN = { "data-lm-suppress-shortcuts": true, autocomplete: "off" };

/** A slider along the ascending `values`. `read` tells the value, `write` is told the new one. */
export function slider(parent, { label, values, read, write, format = (v) => String(v).replace("-", "−") }) {
  const box = add(parent, "label", { class: "slider" });
  add(box, "span", {}, label);
  const shown = add(box, "b", { "aria-hidden": true });
  const input = add(box, "input", { type: "range", min: 0, max: values.length - 1, step: 1, "aria-label": label, ...OWN });
  input.addEventListener("input", () => write(values[input.value]));
  return () => {
    const value = read();
    input.value = input.defaultValue = nearest(values, value); // WebKit resets to the default after Back
    shown.textContent = format(value);
    input.setAttribute("aria-valuetext", format(value));
  };
}

function nearest(values, value) {
  let best = 0;
  values.forEach((v, i) => { if (Math.abs(v - value) < Math.abs(values[best] - value)) best = i; });
  return best;
}

/** A choice of one among a few, as radio buttons. */
export function choice(parent, { label, names, read, write }) {
  const box = add(parent, "fieldset", { class: "choice" });
  add(box, "legend", {}, label);
  const group = `choice-${Math.random()}`; // radio buttons of one group share a name
  const inputs = names.map((name, i) => {
    const option = add(box, "label");
    const input = add(option, "input", { type: "radio", name: group, ...OWN });
    input.addEventListener("change", () => write(i));
    option.append(name);
    return input;
  });
  return () => { inputs.forEach((input, i) => { input.checked = input.defaultChecked = i === read(); }); };
}

/** A line that screen readers speak when it changes. */
export function read_out(parent, lines = 1) {
  const line = add(parent, "p", { class: "read-out", role: "status", style: `--lines: ${lines}` });
  const say = (text) => { if (line.textContent !== text) line.textContent = text; };
  say.aloud = (on) => line.setAttribute("aria-live", on ? "polite" : "off");
  return say;
}
