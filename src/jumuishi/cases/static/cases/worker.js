// What a phone keeps of an application that is begun: its pages, what is typed and chosen files until they have arrived.
// The only owner of all. Files go in parts (tus 1.0.0) and go on where the house has them. Pages are looked for in the network first. Nothing outlives a sign-out or another person.
"use strict";
const KEPT = "rasimu", AWAY = "/omba/bila-mtandao/", POLICY = "@@POLICY@@";
const HOUR = 36e5, PAGES_LIVE = 12 * HOUR, TYPED_LIVES = 168 * HOUR, SLOW = 12e3, LATE = 3e4, MINUTE = 6e4;
const LEAST = 16384, MOST = 524288, KEPT_MOST = 8 << 20;
const DRAFT = /^(\/en)?\/omba\/rasimu\/[\da-f-]{36}\//;

let opened;
const base = () => (opened ??= new Promise((ok, no) => {
  const asked = indexedDB.open(KEPT, 2);
  asked.onupgradeneeded = () => {
    for (const [name, how] of [["typed", { keyPath: "id" }], ["files", { keyPath: "id" }], ["about"], ["blobs"]])
      if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, how);
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
  for (const name of ["typed", "about", "files", "blobs"]) await run(name, (s) => s.clear());
  held.clear();
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

// Files: how each stands, and its bytes apart from that; what is too large to keep is held while this worker lives.
const held = new Map(), stops = new Map();
let part = 65536;
const files = async () => {
  const all = await run("files", (s) => s.getAll(), "readonly");
  for (const one of all) if (Date.now() - one.at > TYPED_LIVES) await dropFile(one.id);
  return all.filter((one) => Date.now() - one.at <= TYPED_LIVES);
};
const dropFile = async (id) => {
  held.delete(id);
  await run("files", (s) => s.delete(id));
  await run("blobs", (s) => s.delete(id));
};
const tellFile = async (file) => {
  for (const page of await clients.matchAll({ includeUncontrolled: true })) page.postMessage({ file });
};
const stand = async (id, more) => {
  let now;
  await run("files", (s) => {
    const asked = s.get(id);
    asked.onsuccess = () => { if ((now = asked.result)) s.put(Object.assign(now, more)); };
  });
  if (now) await tellFile(now);
  return now;
};
const hex = async (blob) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()))]
  .map((one) => one.toString(16).padStart(2, "0")).join("");
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const tus = async (id, csrf, method, url, headers, body) => {
  const late = new AbortController(), clock = setTimeout(() => late.abort(), MINUTE);
  stops.set(id, late);
  return fetch(url, {
    method, body, redirect: "manual", signal: late.signal,
    headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrf, ...headers },
  }).finally(() => clearTimeout(clock));
};
const sendFile = async (one, csrf) => {
  const { id } = one;
  const blob = held.get(id) || (await run("blobs", (s) => s.get(id), "readonly"));
  if (!blob) return stand(id, { state: "lost" });
  let { got } = one;
  try {
    const sha = one.sha || (await hex(blob));
    let answer = await tus(id, csrf, "POST", one.to, {
      "Upload-Length": one.size, "Upload-Metadata": `filename ${base64(one.name)},sha256 ${base64(sha)}`,
    });
    const url = answer.headers.get("Location");
    for (;;) {
      const far = answer.headers.get("Upload-Offset");
      if (answer.type === "opaqueredirect" || answer.status === 403)
        return stand(id, { state: "signin", next: Date.now() + MINUTE });
      // Not taken, or what it was for is there no more.
      const wrong = answer.status === 422 && (await answer.json()).errors[0];
      if (wrong || (!url && [404, 409].includes(answer.status))) {
        await run("blobs", (s) => s.delete(id));
        return stand(id, wrong ? { state: "refused", text: wrong.detail } : { state: "gone" });
      }
      if (!far) throw answer.status;
      got = +far;
      if (got >= one.size) {
        await dropFile(id);
        return tellFile({ ...one, state: "done", got, sha });
      }
      const now = await stand(id, { got, sha, url, tries: 0 });
      if (!now || now.state === "paused") return;
      if (now.state !== "going") await stand(id, { state: "going" });
      const began = Date.now();
      answer = await tus(id, csrf, "PATCH", url,
        { "Upload-Offset": got, "Content-Type": "application/offset+octet-stream" }, blob.slice(got, got + part));
      // On a quick link fewer and larger parts, on a slow one what a cut costs stays small.
      if (Date.now() - began < 2000) part = Math.min(MOST, part * 2);
    }
  } catch {
    part = Math.max(LEAST, part / 2);
    const now = (await files()).find((it) => it.id === id), tries = now ? now.tries + 1 : 0;
    if (now && now.state !== "paused") await stand(id, {
      state: got ? "waits" : "here", tries, next: Date.now() + Math.min(300e3, 1e3 * 2 ** tries) * (0.5 + Math.random() / 2),
    });
  }
};
let pushing;
const push = () => (pushing ??= (async () => {
  const { csrf } = await about();
  const due = (one) => ["here", "waits", "going", "signin", "lost"].includes(one.state) && one.next <= Date.now()
    && (one.state !== "lost" || held.has(one.id));
  for (let one; (one = (await files()).find(due));) await sendFile(one, csrf);
})().finally(() => (pushing = undefined)));

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
    return { found, waiting: all.map((one) => one.url), files: await files(), more: [pages, assets] };
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
  // A file was chosen: kept here until it has arrived, where it is not too large for that.
  async take({ to, file }) {
    const id = to.replace(/^\/en/, ""), { name, size } = file;
    const before = (await files()).find((one) => one.id === id);
    if (before && held.has(id)) return before;
    await dropFile(id);
    const kept = size <= KEPT_MOST && (await run("blobs", (s) => s.put(file, id)).then(() => true, () => false));
    if (!kept) held.set(id, file);
    const one = { id, to, name, size, kept, at: Date.now(), state: "here", got: 0, tries: 0, next: 0 };
    await run("files", (s) => s.put(one));
    if (registration.sync) registration.sync.register(KEPT).catch(() => 0);
    return one;
  },
  async push({ now }) {
    if (now) for (const one of await files()) await stand(one.id, { next: 0 });
    await push();
  },
  async pause({ id, paused }) {
    const now = await stand(id, { state: paused ? "paused" : "here", next: 0 });
    if (paused && stops.has(id)) stops.get(id).abort();
    return now;
  },
  async cancel({ id }) {
    const one = (await files()).find((it) => it.id === id), { csrf } = await about();
    await dropFile(id);
    if (stops.has(id)) stops.get(id).abort();
    if (one && one.url) tus(id, csrf, "DELETE", one.url).catch(() => 0);
  },
};
addEventListener("message", (event) => event.waitUntil((async () => {
  const port = event.ports[0];
  try {
    port.postMessage({ ok: true, value: await asked[event.data.what](event.data) });
  } catch {
    port.postMessage({ ok: false });
  }
})()));
addEventListener("sync", (event) => event.waitUntil(send().then(push)));
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
      const draft = path.replace(/[^/]+\/$/, "");
      await dropPages(draft);
      for (const one of await files()) if (one.id.startsWith(draft.replace(/^\/en/, ""))) await dropFile(one.id);
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
