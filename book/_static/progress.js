// What a reader has answered and ticked, remembered by this browser alone; tools/progress.py gives the names.
// Each question and exercise has a record of its own, so that two tabs do not overwrite each other:
// { answer, right, first, when }, where `first` says whether the first answer was right, or { done, when }.

(() => {
  const panel = document.querySelector("details.so-far");
  if (!panel) return;
  const { book, lessons } = JSON.parse(panel.querySelector("script").textContent);
  const VERSION = 1, PREFIX = `${book}/${VERSION}/`, NAME = /^(quiz|exercise)-\d+-[a-z0-9-]{1,100}$/;
  const make = (tag, ...content) => { const made = document.createElement(tag); made.append(...content); return made; };
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];
  const items = Object.assign({}, ...Object.values(lessons));
  const whole = Object.keys(lessons).length > 1; // the start page
  const picker = panel.querySelector("[type=file]"), dialog = panel.querySelector("dialog");
  const apart = location.protocol === "file:" && CSS.supports("-moz-appearance", "none"); // Firefox, from disk

  // Records --------------------------------------------------------------------

  const memory = new Map(); // what the browser did not store
  let stored = localStorage instanceof Storage; // else it is a stand-in of this page (tools/theme_fixes.py)

  function clean(name, given) { // a record with what belongs in it, or null
    if (!NAME.test(name) || given === null || typeof given !== "object") return null;
    const when = given.when > 0 && Number.isFinite(given.when) ? Math.min(given.when, Date.now()) : 0;
    if (name.startsWith("exercise")) return typeof given.done === "boolean" ? { done: given.done, when } : null;
    const { answer, right, first = right } = given;
    const fits = typeof answer === "string" && answer.length <= 500 && typeof right === "boolean";
    return fits && typeof first === "boolean" ? { answer, right, first, when } : null;
  }

  function load(name) {
    try { return clean(name, JSON.parse(memory.get(name) ?? localStorage.getItem(PREFIX + name))); } catch { return null; }
  }

  function save(name, record) {
    const text = record && JSON.stringify(record), key = PREFIX + name;
    memory.delete(name);
    try {
      localStorage[text ? "setItem" : "removeItem"](key, text);
    } catch { /* no room */ }
    if (localStorage.getItem(key) === text) return;
    stored = false;
    if (text) memory.set(name, text);
  }

  function names() { // of all records
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    return [...new Set([...memory.keys(), ...keys])];
  }

  // The questions and boxes of the page -------------------------------------------

  const shown = new Map(); // what each question shows: its record, as text
  const numeric = (form) => !form.querySelector("[type=radio]");
  const status = (form) => form.querySelector("[role=status]");
  const speak = ({ target }) => target.closest?.("form")?.querySelector("[aria-live=off]")?.removeAttribute("aria-live");
  const verdict = (form) => (status(form).textContent.includes("Type a number,") ? null : status(form).className === "right");
  const answer = (input) => (input.type === "radio" ? input.labels[0].textContent : input.value).trim();

  function show(form) {
    const record = load(form.id), text = JSON.stringify(record);
    if (shown.get(form.id) === text) return;
    shown.set(form.id, text);
    form.reset();
    Object.assign(status(form), { textContent: "", className: "" });
    if (!record) return;
    const input = find("input", form).find((one) => numeric(form) || answer(one) === record.answer);
    if (!input) return save(form.id, null); // such an answer cannot be given any more
    Object.assign(input, numeric(form) ? { value: record.answer } : { checked: true });
    status(form).setAttribute("aria-live", "off"); // nobody has asked now
    form.dispatchEvent(new Event(numeric(form) ? "submit" : "change", { cancelable: true }));
    if (verdict(form) !== record.right) save(form.id, verdict(form) === null ? null : { ...record, right: verdict(form) });
  }

  function note({ target, type }) {
    const form = target.closest("form.torchlearning-quiz[id]"), when = Date.now();
    if (target.matches(".done input")) save(target.value, { done: target.checked, when });
    else if (form && type === (numeric(form) ? "submit" : "change") && verdict(form) !== null) {
      const input = form.querySelector(numeric(form) ? "input" : "input:checked"), right = verdict(form);
      save(form.id, { answer: answer(input), right, first: load(form.id)?.first ?? right, when });
      shown.set(form.id, JSON.stringify(load(form.id)));
    }
    tell();
  }

  // The line under the title, and what unfolds from it -----------------------------

  const KINDS = { "Wrong so far": ({ right }) => !right, "Wrong at first": ({ right, first }) => right && !first };
  const things = (number) => (number === 1 ? "1 answer or tick" : `${number} answers and ticks`);
  const say = (words) => { panel.querySelector(":scope > [role=status]").textContent = words; };

  function tally(list, kind) {
    const all = Object.keys(list).filter((name) => name.startsWith(kind));
    return [all.map(load).filter((record) => record && record.done !== false).length, all.length];
  }

  function review(kind) {
    const found = Object.keys(items).filter((name) => name.startsWith("quiz") && load(name) && KINDS[kind](load(name)));
    const list = found.map((name) => {
      const [page, words, section] = items[name], link = Object.assign(make("a", words), { href: `${page}.html#${name}` });
      return make("li", link, ` (${section})`);
    });
    return found.length ? [make("p", kind), make("ul", ...list)] : [];
  }

  function tell() {
    const [[answered, questions], [done, exercises]] = ["quiz", "exercise"].map((kind) => tally(items, kind));
    const state = !stored ? "lost" : apart ? "apart" : "kept";
    for (const words of find(".where", panel)) words.hidden = !words.classList.contains(state);
    panel.querySelector("summary").textContent = `Your progress: ${answered} of ${questions} questions, `
      + `${done} of ${exercises} exercises${panel.querySelector(`.${state}`).dataset.short}`;
    panel.querySelector(".review").replaceChildren(...Object.keys(KINDS).flatMap(review));
    for (const place of find(".tally")) {
      const [count, all] = tally(lessons[Number(place.dataset.lesson)] ?? {}, "");
      place.textContent = count ? `${count} of ${all} done` : "";
    }
  }

  function refresh() {
    find("form[id][data-mounted]").forEach(show);
    for (const box of find(".done input")) box.checked = load(box.value)?.done ?? false;
    tell();
  }

  // Export, import, reset -----------------------------------------------------------

  function pack() {
    const records = names().map((name) => [name, load(name)]).filter(([, record]) => record);
    const file = `${book.toLowerCase().replace(/\W+/g, "-")}-${new Date().toISOString().slice(0, 10)}.json`;
    saveFile(file, JSON.stringify({ book, version: VERSION, items: Object.fromEntries(records) }), "application/json");
    say(`${file} has ${things(records.length)}.`);
  }

  function write(records) { // what was added, replaced, left; or null if there was no room: then all is as before
    const counts = [0, 0, 0], mine = records.map(([name]) => load(name)), able = stored;
    records.forEach(([name, theirs], i) => {
      const merged = theirs.when > (mine[i]?.when ?? -1) ? { ...theirs } : { ...mine[i] };
      if (mine[i] && "first" in merged) merged.first = mine[i].first && theirs.first;
      const same = JSON.stringify(mine[i]) === JSON.stringify(merged);
      counts[!mine[i] ? 0 : same ? 2 : 1] += 1;
      if (!same) save(name, merged);
    });
    if (stored === able) return counts;
    stored = able;
    records.forEach(([name], i) => save(name, mine[i]));
    return null;
  }

  async function take(file) {
    const refused = (why) => `${file.name} ${why} Nothing has changed.`;
    if (file.size > 1e6) return refused("is larger than a megabyte, which no file of this book's progress is.");
    const given = await file.text().then(JSON.parse).catch(() => undefined);
    if (given === undefined) return refused("cannot be read: it is not JSON, or damaged.");
    if (typeof given?.book !== "string") return refused("does not say which book it belongs to.");
    if (given.book !== book) return refused(`belongs to another book, “${given.book.slice(0, 80)}”.`);
    const entries = Object.entries(given.items ?? {}).map(([name, one]) => [name, clean(name, one)]);
    const records = entries.filter(([, record]) => record);
    if (!records.length) return refused("has no answer and no tick that this edition can read.");
    const counts = write(records), said = ["added", "replaced by newer ones", "left as they were", "not understood"];
    if (!counts) return refused("needs more room than this browser has left for the book.");
    const edition = given.version === VERSION ? "" : " It comes from another edition.";
    const parts = [...counts, entries.length - records.length].map((count, i) => (count ? `${count} ${said[i]}` : ""));
    return `${file.name}: ${parts.filter(Boolean).join(", ")}.${edition}`;
  }

  function ask() {
    const list = names().filter((name) => whole || Object.hasOwn(items, name));
    dialog.returnValue = ""; // which Escape leaves
    dialog.querySelector("b").textContent = things(list.length);
    dialog.onclose = () => {
      if (dialog.returnValue !== "forget") return;
      for (const name of list) save(name, null);
      refresh();
      say("Forgotten.");
    };
    if (list.length) dialog.showModal();
    else say("There is nothing to forget.");
  }

  // When something happens ------------------------------------------------------------

  const actions = { export: pack, import: () => picker.click(), reset: ask };
  for (const button of find(".ways button", panel)) button.addEventListener("click", actions[button.value]);
  picker.addEventListener("change", async () => {
    const said = await Promise.all([...picker.files].map(take));
    picker.value = ""; // the same file may come again
    refresh();
    say(said.join(" "));
  });
  for (const type of ["change", "submit"]) document.addEventListener(type, note);
  for (const type of ["focusin", "pointerdown"]) document.addEventListener(type, speak);
  addEventListener("storage", ({ key }) => { if (key === null || key.startsWith(PREFIX)) refresh(); }); // another tab
  addEventListener("pageshow", () => { // with fields as the browser remembers them
    for (const form of find("form[data-mounted]")) if (!form.contains(document.activeElement)) shown.delete(form.id);
    refresh();
  });
  for (const input of find(".torchlearning-quiz [autocomplete]")) input.autocomplete = "on"; // else WebKit empties it on Back
  [{}, null].forEach((test) => save("probe", test)); // does it store?
  document.addEventListener("DOMContentLoaded", refresh); // when the quizzes are mounted
})();
