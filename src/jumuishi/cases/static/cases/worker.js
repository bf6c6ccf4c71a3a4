// What a phone keeps of an application that is begun: its pages, and what is typed until it has arrived.
// The only owner of both. Pages are looked for in the network first. Nothing outlives a sign-out or another person.
"use strict";
const KEPT = "rasimu", AWAY = "/omba/bila-mtandao/", POLICY = "@@POLICY@@";
const HOUR = 36e5, PAGES_LIVE = 12 * HOUR, TYPED_LIVES = 168 * HOUR, SLOW = 12e3, LATE = 3e4;
const DRAFT = /^(\/en)?\/omba\/rasimu\/[\da-f-]{36}\//;

let opened;
const base = () => (opened ??= new Promise((ok, no) => {
  const asked = indexedDB.open(KEPT, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("typed", { keyPath: "id" });
    asked.result.createObjectStore("about");
  };
  asked.onsuccess = () => ok(asked.result);
  asked.onerror = () => { opened = undefined; no(asked.error); };
}));
const run = async (name, work, mode = "readwrite") => {
  const step = (await base()).transaction(name, mode);
  const asked = work(step.objectStore(name));
  return new Promise((ok, no) => {
    step.oncomplete = () => ok(asked && asked.result);
    step.onabort = step.onerror = () => no(step.error);
  });
};
const about = async () => (await run("about", (s) => s.get(0), "readonly")) || {};
const typed = async () => {
  const all = await run("typed", (s) => s.getAll(), "readonly");
  for (const one of all) if (Date.now() - one.at > TYPED_LIVES) await drop(one.id);
  return all.filter((one) => Date.now() - one.at <= TYPED_LIVES).sort((a, b) => b.at - a.at);
};
const drop = (id) => run("typed", (s) => s.delete(id));
// `how` changes what is kept now; it is told whether that is still what was sent.
const change = (id, key, how) => run("typed", (s) => {
  const asked = s.get(id);
  asked.onsuccess = () => {
    const now = asked.result;
    if (now) how(now, now.key === key) ? s.put(now) : s.delete(id);
  };
});

const keep = async (path, html) => (await caches.open(KEPT)).put(path, new Response(html, {
  headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, "X-At": Date.now() },
}));
const kept = async (path) => {
  const store = await caches.open(KEPT), found = await store.match(path);
  if (!found || Date.now() - found.headers.get("X-At") < PAGES_LIVE) return found;
  await store.delete(path);
};
const dropPages = async (start = "/") => {
  const store = await caches.open(KEPT);
  for (const one of await store.keys()) if (new URL(one.url).pathname.startsWith(start)) await store.delete(one);
};
const dropAll = async () => {
  await caches.delete(KEPT);
  await run("typed", (s) => s.clear());
  await run("about", (s) => s.clear());
};
const mine = async (who) => {
  const now = (await about()).who;
  if (now && who !== now) await dropAll();
};

const tell = async (one, state, more) => {
  for (const page of await clients.matchAll({ includeUncontrolled: true }))
    page.postMessage({ id: one.id, url: one.url, state, ...more });
};
const sendOne = async (one, csrf) => {
  const body = new URLSearchParams([...one.fields, ["seen", one.seen], ["key", one.key], ["kept", one.done ? "done" : "typed"],
    ["csrfmiddlewaretoken", csrf]]);
  const late = new AbortController(), clock = setTimeout(() => late.abort(), LATE);
  const answer = await fetch(one.url, { method: "POST", body, redirect: "manual", signal: late.signal })
    .finally(() => clearTimeout(clock));
  if (answer.type === "opaqueredirect" || answer.status === 403) return tell(one, "signin");
  if (answer.status === 404 || answer.status === 410) { await drop(one.id); return tell(one, "gone"); }
  const said = answer.status === 409 || answer.ok ? await answer.json() : null;
  if (!said) return tell(one, "here");
  let state = "here";
  await change(one.id, one.key, (now, same) => {
    if (answer.ok) now.seen = said.seen;
    if (same) now.state = state = answer.ok ? (said.left ? "left" : "there") : "clash";
    return state !== "there";
  });
  return tell(one, state, answer.ok ? { seen: said.seen, at: said.at } : {});
};
let sending, wanted;
const send = () => {
  wanted = true;
  return (sending ??= (async () => {
    while (wanted) {
      wanted = false;
      const { csrf } = await about();
      // A form that is under way brings it along: the worker waits for how that ends, or for its clock.
      const waits = (one) => one.state || one.passed || (one.sent && Date.now() - one.at < LATE);
      for (const one of await typed()) if (!waits(one)) await sendOne(one, csrf);
    }
  })().finally(() => (sending = undefined)));
};

const asked = {
  // A page of an application was opened: keep it and those it names; give what was typed into it and has not arrived.
  async open({ who, csrf, url, html, pages, assets, id }) {
    await mine(who);
    await run("about", (s) => s.put({ who, csrf }, 0));
    for (const one of await typed()) if (one.passed) await drop(one.id);
    const all = await typed(), found = all.find((one) => one.url === url && id);
    if (found) {
      await run("typed", (s) => { s.delete(found.id); s.put({ ...found, id }); });
    }
    if (html) await keep(url, html);
    return { found, waiting: all.map((one) => one.url), more: [pages, assets] };
  },
  async fetch({ pages, assets }) {
    const store = await caches.open(KEPT), { who } = await about();
    for (const path of pages) {
      if (await kept(path)) continue;
      const answer = await fetch(path);
      if (answer.ok && !answer.redirected && [who, null].includes(answer.headers.get("Jumuishi-Who")))
        await keep(path, await answer.text());
    }
    for (const path of assets) if (!(await store.match(path))) await store.add(path);
  },
  async put({ item }) {
    await run("typed", (s) => s.put(item));
    if (registration.sync) registration.sync.register(KEPT).catch(() => 0);
  },
  drop: ({ id }) => drop(id),
  send,
};
addEventListener("message", (event) => event.waitUntil((async () => {
  const port = event.ports[0];
  try {
    port.postMessage({ ok: true, value: await asked[event.data.what](event.data) });
  } catch {
    port.postMessage({ ok: false });
  }
})()));
addEventListener("sync", (event) => event.waitUntil(send()));
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// The form itself got there: what was typed into it is the house's, or on the page that it answered with.
const passed = async (path) => {
  for (const one of await typed())
    if (one.url === path && one.sent) await change(one.id, one.key, (now, same) => { now.passed = same; return true; });
};
const heard = async (answer, request, path) => {
  const sent = request.method === "POST";
  if (answer.type === "opaqueredirect") {
    if (sent && /\/(hakiki|futa)\/$/.test(path)) {
      await dropPages(path.replace(/[^/]+\/$/, ""));
      send().catch(() => 0);
    } else if (sent) await passed(path);
  } else if (sent && DRAFT.test(path) && [200, 400].includes(answer.status)) {
    await passed(path);
  } else if (answer.status === 200 && (answer.headers.get("Content-Type") || "").startsWith("text/html")) {
    const who = answer.headers.get("Jumuishi-Who");
    if (who) return mine(who);
    // Nobody is signed in: what the house had answered goes, what is typed waits for whoever typed it.
    await dropPages();
    for (const one of await typed()) if (one.passed) await change(one.id, one.key, (now) => { now.passed = false; return true; });
  }
};
const go = async (request, path) => {
  const sent = request.method === "POST";
  if (sent && /^(\/en)?\/toka\/$/.test(path)) await dropAll().catch(() => 0);
  try {
    const real = fetch(request);
    let soon = real;
    if (!sent && DRAFT.test(path)) soon = Promise.race([real, new Promise((ok) => setTimeout(async () => {
      const found = await kept(path);
      if (found) ok(found);
    }, SLOW))]);
    const answer = await soon;
    await heard(answer, request, path).catch(() => 0);
    return answer;
  } catch {
    if (sent && DRAFT.test(path)) {
      const one = (await typed().catch(() => [])).find((item) => item.url === path);
      if (one) await change(one.id, one.key, (now) => { now.sent = false; return true; });
      return Response.redirect(one && one.done ? one.next : path, 303);
    }
    const english = path.startsWith("/en/") ? "/en" : "";
    return (await kept(path)) || (await kept(english + AWAY)) || Response.error();
  }
};
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(go(event.request, url.pathname));
  else if (url.pathname.startsWith("/static/"))
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) || Response.error()));
});
