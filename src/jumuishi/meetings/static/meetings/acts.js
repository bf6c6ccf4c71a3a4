// A member's acts on a weak link: each has an id, is kept here until it is known to have arrived, and is sent again.
// Sent twice it happens once, for the server knows the id. Without this script the form is sent as any other.
"use strict";
(() => {
  const hall = document.querySelector("[data-live]");
  if (!hall || !window.fetch || !window.localStorage) return;
  const scope = hall.closest("main"), news = hall.querySelector("[data-news]");
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
  const waits = (why) => {
    said.hidden = false;
    said.dataset.state = "waiting";
    said.textContent = words[why] || words.waiting;
    if (why) news.hidden = false;
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
          body: JSON.stringify(one), signal: stop.signal, credentials: "same-origin", redirect: "manual",
        }).finally(() => clearTimeout(clock));
        // Busy, or away for a moment: it is not known to have arrived.
        if (answer.status >= 500 || answer.status === 429) throw 0;
        const told = await answer.json().catch(() => ({}));
        // Neither yes nor no in our words: one has to sign in anew, or somebody in between answers. It has not arrived.
        if (typeof told.kept !== "boolean" && answer.status !== 404) throw "anew";
        keep(kept().filter((each) => each.once !== one.once));
        wait = 0;
        said.hidden = false;
        said.dataset.state = answer.ok ? "sent" : "refused";
        said.textContent = told.text || words[said.dataset.state];
        hall.dispatchEvent(new CustomEvent("acted", { detail: { one, told, ok: answer.ok } }));
      }
    } catch (why) {
      waits(why === "anew" ? why : "");
      wait = Math.min(30000, Math.max(1000, wait * 2));
      timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
    }
    going = false;
  };
  // The page as it is now, forms and all; what somebody is typing stays, and the news waits behind a link.
  const touched = (one) => one.options
    ? one.selectedIndex !== Math.max(0, [...one.options].findIndex((each) => each.defaultSelected))
    : one.type === "radio" || one.type === "checkbox" ? one.checked !== one.defaultChecked
    : one.type !== "hidden" && one.value !== one.defaultValue;
  const typing = () => [...scope.querySelectorAll("input,textarea,select")].some(touched);
  const fresh = async () => {
    if (typing()) return void (news.hidden = false);
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" }).catch(() => null);
    const text = answer && answer.ok && !answer.redirected && await answer.text().catch(() => "");
    if (!text) return;
    // Somebody may have begun while it came.
    if (typing()) return void (news.hidden = false);
    const page = new DOMParser().parseFromString(text, "text/html");
    const own = page.querySelector("main [data-live]");
    if (!own) return;
    news.hidden = true;
    // The part that is told goes on living in the new page.
    own.replaceWith(hall);
    scope.replaceChildren(...page.querySelector("main").childNodes);
  };
  let due = 0;
  const soon = (most) => {
    clearTimeout(due);
    due = setTimeout(fresh, Math.random() * most);
  };
  scope.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post" || !form.elements.once) return;
    event.preventDefault();
    const one = {};
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") one[name] = name in one ? [].concat(one[name], value) : value;
    }
    if (button && button.name) one[button.name] = button.value;
    if (!kept().some((each) => each.once === one.once)) keep([...kept(), one]);
    // What is sent next is another act; what was typed is on its way.
    form.reset();
    form.elements.once.value = id();
    waits();
    send();
  });
  hall.addEventListener("acted", () => soon(0));
  hall.addEventListener("hall", ({ detail: { screen, before, seq } }) => {
    if (kept().length) send();
    const other = ["state", "closed", "item", "floor", "motion", "last", "queue"].some((key) => screen[key] !== before[key]);
    const vote = (screen.vote || {}).id !== (before.vote || {}).id;
    // Members of a large body don't all ask at one moment.
    if (seq > +hall.dataset.seq && (other || vote)) soon(1200);
  });
  addEventListener("online", send);
  // Whoever closed the page in a cut finds here what had not arrived.
  if (kept().length) send();
})();
