// The search page: sections of the book that have the words of a question, the best first, each with
// the sentence that answers. SECTIONS comes from search-index.js.

const STOP = new Set(("a an and are as at be by can could do does for from get has have how i in is it its me my of on or "
  + "should so than that the their there this to use was we what when where which why will with you your").split(" "));
const WEIGHT = { lesson: 6, exercises: 2, lookup: 1 };
const SHOWN = 20;

// Words and numbers as they are looked for: "Stops" finds "stopping", "0.4473" only itself.
const stem = (word) => (/\d/.test(word) || word.length < 5 ? word : word.replace(/(?<=..)(ies|ing|ed|es|s|e|y)$/, ""));
const WORD = /\d+(?:[.,]\d+)*|[\p{L}_]+/gu;
const split = (text) => (text.toLowerCase().match(WORD) ?? []).map((word) => word.replace(/,/g, "")).map(stem);

function prepare(section) {
  const count = new Map();
  for (const word of split(section.text)) count.set(word, (count.get(word) ?? 0) + 1);
  const phrases = [section.title, section.also, section.text].map((part) => ` ${split(part).join(" ")} `);
  return { ...section, count, phrases, titles: new Set(split(`${section.title} ${section.also}`)) };
}
const sections = SECTIONS.map(prepare);

// How much a section says on a word: little for a common word, more if the title has it.
function score(section, asked) {
  const hits = asked.map((word) => {
    const often = section.count.get(word) ?? 0;
    const rare = Math.log(1 + sections.length / (1 + sections.filter((s) => s.count.has(word)).length));
    return rare * (often / (often + 1.5) + (section.titles.has(word) ? 1.5 : 0));
  });
  const found = hits.filter((hit) => hit > 0).length / asked.length;
  const phrase = asked.length > 1 ? ` ${asked.join(" ")} ` : null;
  const together = phrase ? section.phrases.filter((part) => part.includes(phrase)).length : 0;
  return hits.reduce((a, b) => a + b, 0) * found ** 2 * (1 + 2 * together) * WEIGHT[section.kind];
}

function find(question) {
  const all = split(question);
  const some = all.filter((word) => !STOP.has(word));
  const asked = [...new Set(some.length ? some : all)];
  const ranked = asked.length ? sections.map((section) => ({ section, points: score(section, asked) })) : [];
  return { asked, hits: ranked.filter((hit) => hit.points > 0).sort((a, b) => b.points - a.points).slice(0, SHOWN) };
}

// The part of a text with most of the words, and the words marked.
function excerpt(text, asked) {
  const words = [...text.matchAll(WORD)];
  const marks = words.map((word) => asked.includes(stem(word[0].toLowerCase().replace(/,/g, ""))));
  const near = (i) => new Set(words.slice(i, i + 24).filter((_, k) => marks[i + k]).map((w) => stem(w[0].toLowerCase()))).size;
  const start = words.length ? words.map((_, i) => (marks[i] ? near(i) : 0)).reduce((a, v, i, all) => (v > all[a] ? i : a), 0) : 0;
  const from = words[Math.max(0, start - 6)]?.index ?? 0;
  const line = document.createElement("p");
  let at = from;
  if (from > 0) line.append("… ");
  for (const [i, word] of words.entries()) {
    if (word.index < from || word.index > from + 200 || !marks[i]) continue;
    const mark = document.createElement("mark");
    mark.textContent = word[0];
    line.append(text.slice(at, word.index), mark);
    at = word.index + word[0].length;
  }
  const end = Math.max(at, text.indexOf(" ", from + 200) < 0 ? text.length : text.indexOf(" ", from + 200));
  line.append(text.slice(at, end) + (end < text.length ? " …" : ""));
  return line;
}

function show(question) {
  const place = document.querySelector("#search-results");
  const { asked, hits } = find(question);
  const state = document.createElement("p");
  state.setAttribute("role", "status");
  state.textContent = !asked.length ? "Type a word or two, or a number of the book."
    : hits.length ? `${hits.length === SHOWN ? "The best " : ""}${hits.length} section${hits.length > 1 ? "s" : ""} for “${question}”`
    : `No section has “${question}”. Try fewer words, or other ones.`;
  const list = document.createElement("ol");
  for (const { section } of hits) {
    const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
    link.href = section.address;
    link.textContent = section.title;
    where.textContent = section.title === section.page ? "" : section.page;
    item.append(link, where, excerpt(section.text, asked));
    list.append(item);
  }
  place.replaceChildren(state, list);
}

const field = document.querySelector("main form.bd-search input");
field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", () => show(field.value));
field.form.addEventListener("submit", (event) => event.preventDefault());
show(field.value);
