// A member's acts on a weak link: each has an id, is kept here until it is known to have arrived, and is sent again.
// Sent twice it happens once, for the server knows the id. Without this script the form is sent as any other.
"use strict";
(() => {
  const hall = document.querySelector("[data-live]");
  if (!hall || !window.fetch || !window.localStorage) return;
  const base = hall.dataset.live, who = hall.dataset.who || "", shelf = `jumuishi.acts ${who} ${base}`;
  const said = hall.querySelector("[data-acts]") || hall.querySelector("[data-link]"), words = said.dataset;
  const id = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return [...b].map((n, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + n.toString(16).padStart(2, "0")).join("");
  };
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(shelf)) || [];
    } catch {
      return [];
    }
  };
  const keep = (list) => list.length ? localStorage.setItem(shelf, JSON.stringify(list)) : localStorage.removeItem(shelf);
  const waits = () => {
    said.hidden = false;
    said.dataset.state = "waiting";
    said.textContent = words.waiting;
  };
  let going = false, wait = 0, timer = 0;
  const send = async () => {
    if (going) return;
    going = true;
    clearTimeout(timer);
    let list;
    try {
      while ((list = kept()).length) {
        const one = list[0], stop = new AbortController(), clock = setTimeout(() => stop.abort(), 15000);
        const mark = (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";
        const answer = await fetch(base + "tenda.json", {
          method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": mark },
          body: JSON.stringify(one), signal: stop.signal, credentials: "same-origin",
        }).finally(() => clearTimeout(clock));
        // Busy, or away for a moment: it is not known to have arrived.
        if (answer.status >= 500 || answer.status === 429) throw 0;
        const told = await answer.json().catch(() => ({}));
        keep(kept().filter((each) => each.once !== one.once));
        wait = 0;
        said.hidden = false;
        said.dataset.state = answer.ok ? "sent" : "refused";
        said.textContent = told.text || words[said.dataset.state];
        hall.dispatchEvent(new CustomEvent("acted", { detail: { one, told, ok: answer.ok } }));
      }
    } catch {
      waits();
      wait = Math.min(30000, Math.max(1000, wait * 2));
      timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
    }
    going = false;
  };
  hall.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (!form.matches("form[data-act]")) return;
    event.preventDefault();
    const one = {};
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") one[name] = name in one ? [].concat(one[name], value) : value;
    }
    if (button && button.name) one[button.name] = button.value;
    one.once = one.once || id();
    if (!kept().some((each) => each.once === one.once)) keep([...kept(), one]);
    // What is sent next is another act.
    const once = form.elements.once;
    if (once) once.value = id();
    waits();
    send();
  });
  addEventListener("online", send);
  hall.addEventListener("hall", () => kept().length && send());
  // Whoever closed the page in a cut finds here what had not arrived.
  if (kept().length) send();
})();
