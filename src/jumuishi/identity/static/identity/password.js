// Password fields: a look at what is typed, and a meter where a new one is chosen. The server decides; this only helps.
"use strict";
(() => {
  const level = (typed, data) => {
    const lower = typed.toLowerCase();
    const missing = Number(data.least) - [...typed].length;
    if (missing > 0) return [0, data.short.replace("{n}", String(missing))];
    if (data.words.split(" ").some((word) => word && lower.includes(word))) return [1, data.near];
    if (new Set(lower).size < 6) return [1, data.poor];
    return typed.length < 18 ? [3, data.enough] : [4, data.strong];
  };
  for (const field of document.querySelectorAll("input[data-show]")) {
    const look = document.createElement("button");
    look.type = "button";
    look.className = "link";
    look.textContent = field.dataset.show;
    look.setAttribute("aria-controls", field.id);
    look.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      look.textContent = hidden ? field.dataset.hide : field.dataset.show;
    });
    field.form.addEventListener("submit", () => (field.type = "password"));
    field.after(look);
    if (!field.dataset.least) continue;
    const said = document.createElement("p");
    said.className = "hint flat";
    said.setAttribute("role", "status");
    look.after(said);
    field.addEventListener("input", () => {
      const [dots, words] = level(field.value, field.dataset);
      const mark = document.createElement("span");
      mark.setAttribute("aria-hidden", "true");
      mark.textContent = "●".repeat(dots) + "○".repeat(4 - dots) + " ";
      said.replaceChildren(...(field.value ? [mark, words] : []));
    });
  }
})();
