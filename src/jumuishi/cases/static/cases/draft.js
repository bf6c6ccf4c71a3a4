// A page of an application: what is typed is handed to the worker, and it is said where that is now.
"use strict";
(async () => {
  const said = document.getElementById("kept");
  if (!said || !navigator.serviceWorker || !window.indexedDB) return;
  const html = "<!doctype html>" + document.documentElement.outerHTML;
  const form = said.dataset.next ? document.querySelector("main form") : null;
  const url = location.pathname, words = said.dataset, id = form ? crypto.randomUUID() : "";
  await navigator.serviceWorker.register("/mtandao.js", { scope: "/", updateViaCache: "all" });
  const { active } = await navigator.serviceWorker.ready;
  const ask = (what, more = {}, within = 4000) => new Promise((ok, no) => {
    const line = new MessageChannel();
    const clock = setTimeout(no, within);
    line.port1.onmessage = ({ data }) => {
      clearTimeout(clock);
      data.ok ? ok(data.value) : no();
    };
    active.postMessage({ what, ...more }, [line.port2]);
  });
  const send = () => ask("send").catch(() => 0);
  // A link that is back may still fail at first: while it is said to be only here, it is tried again.
  setInterval(() => words.state === "here" && !document.hidden && navigator.onLine && send(), 10000);
  const tell = (state, more = "") => {
    said.hidden = false;
    said.dataset.state = state;
    said.textContent = words[state] + more;
  };
  const ours = new Set(["csrfmiddlewaretoken", "seen", "asked"]);
  const pairs = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !ours.has(name));
  const fill = (list) => {
    for (const one of form.elements) {
      if (!one.name || ours.has(one.name) || ["file", "submit"].includes(one.type)) continue;
      const values = list.filter(([name]) => name === one.name).map((pair) => pair[1]);
      if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
      else if (values.length) one.value = values[0];
    }
  };
  let pause, later, going, asking;
  const put = async (more = {}) => {
    clearTimeout(pause);
    pause = 0;
    const item = {
      id, url, key: crypto.randomUUID(), seen: form.elements.seen.value, fields: pairs(), at: Date.now(), state: "", ...more,
    };
    await ask("put", { item }).then(() => tell("here"), () => tell("nowhere"));
  };
  const hurry = () => pause && put();
  const clash = (item) => {
    asking = form.inert = true;
    const note = document.getElementById("clash"), list = note.querySelector("dl");
    const there = pairs(), shown = JSON.stringify(there);
    const label = (name, value) => {
      const field = `[name="${CSS.escape(name)}"]`, is = `[value="${CSS.escape(value)}"]`;
      const pick = form.querySelector(`${field}[type=radio]${is},${field}[type=checkbox]${is},${field} option${is}`);
      return (pick ? (pick.labels ? pick.labels[0] : pick).textContent : value).trim() || "–";
    };
    const line = (parent, kind, text, more) => parent.append(Object.assign(document.createElement(kind), { textContent: text, ...more }));
    for (const name of new Set(item.fields.map((pair) => pair[0]))) {
      const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
      const typed = item.fields.filter((pair) => pair[0] === name);
      if (!field || field.type === "hidden" || typed.every((pair) => shown.includes(JSON.stringify(pair)))) continue;
      const say = (all) => all.map((pair) => label(...pair)).join(", ") || "–";
      const row = document.createElement("div"), group = field.closest("fieldset");
      line(row, "dt", (((group && group.querySelector("legend")) || field.labels[0] || field).textContent || name).trim());
      line(row, "dd", `${note.dataset.mine}: ${say(typed)}`);
      const other = say(there.filter((pair) => pair[0] === name));
      line(row.lastChild, "span", `${note.dataset.other}: ${other}`, { className: "sub" });
      list.append(row);
    }
    said.hidden = true;
    words.state = "clash";
    note.hidden = false;
    note.focus();
    const [use, leave] = note.querySelectorAll("button");
    const settled = () => { note.hidden = true; asking = form.inert = false; };
    use.onclick = async () => { fill(item.fields); settled(); await put(); send(); };
    leave.onclick = async () => { await ask("drop", { id }); settled(); said.hidden = true; };
  };
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.file) return;
    if (!form) {
      if (data.state === "there" || data.state === "left") location.reload();
    } else if (data.id === id && !asking) {
      if (data.seen) form.elements.seen.value = data.seen;
      if (data.state === "clash") location.reload();
      else if (!pause) tell(data.state, data.at ? ` ${data.at}.` : "");
    }
  });
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const assets = [...document.querySelectorAll("link[rel=stylesheet],script[src]")].map((one) => one.href || one.src);
  const coming = document.getElementById("sending");
  if (coming) assets.push(new URL(coming.dataset.script, location.href).href);
  const { found, waiting, files } = await ask("open", { who: words.who, csrf, url, id, html: form && html });
  if (coming) import(coming.dataset.script).then((it) => it.default(ask, coming, files));
  if (!form) {
    const first = waiting[0];
    if (first && words.look) {
      const way = document.createElement("a");
      way.href = first;
      way.textContent = words.look;
      tell("here", " ");
      said.append(way);
    }
    return send();
  }
  if (found) {
    const before = JSON.stringify(pairs()), current = form.elements.seen.value;
    const typed = JSON.stringify(found.fields.filter(([name]) => form.elements[name]));
    if (found.seen === current || typed === before) {
      fill(found.fields);
      await put({ done: found.done, next: found.next });
      if (found.files) tell("file");
    } else clash(found);
  } else if (document.querySelector(".errs")) await put();
  form.addEventListener("input", ({ target }) => {
    if (asking || target.type === "file") return;
    clearTimeout(pause);
    clearTimeout(later);
    pause = setTimeout(put, 300);
    later = setTimeout(send, 4000);
  });
  form.addEventListener("submit", async (event) => {
    if (going) return;
    event.preventDefault();
    going = true;
    clearTimeout(later);
    const files = [...form.querySelectorAll("[type=file]")].some((one) => one.files.length);
    await put({ done: !(event.submitter && event.submitter.name), next: words.next, files, sent: true });
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => (going = false));
  addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", () => document.hidden && hurry());
  addEventListener("online", send);
  await send();
  const saves = navigator.connection && navigator.connection.saveData;
  await ask("fetch", { pages: saves ? [] : words.pages.split(" "), assets }).catch(() => 0);
})().catch(() => 0);
