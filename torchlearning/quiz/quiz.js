// Mounts the quizzes of a page, each once: an answer is looked up among the keys and its reply spoken.

function place_of(number, { keys, reach }) {
  return keys.findIndex((key, place) => Math.abs(number - key) <= reach[place]);
}

for (const form of document.querySelectorAll(".torchlearning-quiz:not([data-mounted])")) {
  const data = JSON.parse(form.querySelector('script[type="application/json"]').textContent);
  const status = form.querySelector("[role=status]");
  const inputs = [...form.querySelectorAll("input")];
  const say = (right, words) => {
    status.className = right ? "right" : "wrong";
    status.innerHTML = `<b>${right ? "✓ Right." : "✗ Not right."}</b> ${words}`;
  };
  const numeric = data.keys !== undefined;
  const reply = (place) => say(place === data.right, data.words[place]);
  function check() {
    const text = inputs[0].value.trim().replaceAll("−", "-");
    const grouped = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text); // 7,850, or 1,099 for 1.099
    const readings = [...(grouped ? [text.replaceAll(",", "")] : []), text.replace(",", ".")];
    const numbers = readings.map((reading) => (reading ? Number(reading) : NaN));
    const number = numbers.find((x) => place_of(x, data) >= 0) ?? numbers[0];
    const place = place_of(number, data);
    if (!Number.isFinite(number)) say(false, "Type a number, such as 0.25 or 1e-3.");
    else if (place >= 0) reply(place);
    else say(false, `Too ${number > data.keys[data.right] ? "large" : "small"}. Try again.`);
  }
  form.dataset.mounted = "";
  status.textContent = "";
  form.addEventListener("submit", (event) => { event.preventDefault(); if (numeric) check(); });
  if (!numeric) form.addEventListener("change", () => reply(inputs.findIndex((input) => input.checked)));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.stopPropagation(); // from a notebook, which would take it
  });
}
