// What the theme leaves open: boxes that only a mouse can scroll, small pictures, printing.

// What is wider than the page scrolls in a box of its own; the keyboard must reach it too.
// The theme sees to code only.
const BOXES = "div.math, .text_html, .pst-scrollable-table-container";

function reach() {
  for (const box of document.querySelectorAll(BOXES)) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

new ResizeObserver(reach).observe(document.querySelector("main"));

// The button for the colours says which are chosen.
function sayMode() {
  const mode = { light: "light", dark: "dark", auto: "as the system has them" }[document.documentElement.dataset.mode];
  for (const button of document.querySelectorAll(".theme-switch-button")) {
    button.ariaLabel = button.title = `Colours: ${mode}`;
  }
}

new MutationObserver(sayMode).observe(document.documentElement, { attributeFilter: ["data-mode"] });
sayMode();

document.querySelector("#pst-back-to-top")?.addEventListener("click", () => scrollTo(0, 0));

// The button that reports an error names the section that is being read (tools/repository.py).
document.querySelector(".btn-errata-button")?.addEventListener("click", ({ currentTarget: link }) => {
  const sections = [...document.querySelectorAll("article section[id]")];
  const read = sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 3) ?? sections[0];
  const words = [sections[0], read].map((section) => section.querySelector(":is(h1, h2, h3, h4)").firstChild.textContent);
  const url = new URL(link.href);
  url.searchParams.set("where", [...new Set(words)].join(", "));
  link.href = url;
});

function saveFile(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
}

// A page to work in comes in a script, which may be loaded from disk too, and which calls this.
window.saveNotebook = (name, text) => saveFile(name, text, "application/x-ipynb+json");

for (const button of document.querySelectorAll(".take-away")) {
  button.addEventListener("click", () => {
    document.head.append(Object.assign(document.createElement("script"), { src: button.dataset.script }));
  });
}

// A figure that a phone shows so small that its text cannot be read grows when it is tapped.
const dialog = Object.assign(document.createElement("dialog"), { className: "enlarged" });
dialog.innerHTML = '<button type="button">Close</button><div tabindex="0"></div>';
dialog.addEventListener("click", ({ target }) => { if (target.matches("dialog, button")) dialog.close(); });
document.querySelector("main").append(dialog);

function enlarge(picture) {
  const large = picture.cloneNode();
  large.removeAttribute("style");
  large.style.width = `${picture.naturalWidth / 2}px`; // as wide as it was made
  dialog.lastChild.replaceChildren(large);
  dialog.ariaLabel = "Figure, enlarged";
  dialog.showModal();
}

for (const button of document.querySelectorAll(".enlarge")) {
  button.addEventListener("click", () => enlarge(button.previousElementSibling));
}

// Paper is light, and nobody can unfold what is folded on it.
let restore = () => {};

addEventListener("beforeprint", () => {
  const { theme } = document.documentElement.dataset;
  const folded = [...document.querySelectorAll("article details:not([open])")];
  document.documentElement.dataset.theme = "light";
  for (const box of folded) box.open = true;
  restore = () => {
    document.documentElement.dataset.theme = theme;
    for (const box of folded) box.open = false;
  };
});
addEventListener("afterprint", () => restore());
