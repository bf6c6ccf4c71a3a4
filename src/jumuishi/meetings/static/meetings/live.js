// A page of a meeting is told what goes on. Without this script the page is the same, and is opened anew by hand.
"use strict";
(() => {
  const hall = document.querySelector("[data-live]");
  if (!hall || !window.fetch) return;
  const base = hall.dataset.live, link = hall.querySelector("[data-link]"), list = hall.querySelector("[data-lines]");
  let seq = +hall.dataset.seq || 0, screen = {}, stream = null, tag = "", wait = 0, timer = 0, since = null, failed = 0;
  const clock = () => new Date().toTimeString().slice(0, 5);
  const tell = (state, more = "") => {
    link.hidden = false;
    link.dataset.state = state;
    link.textContent = link.dataset[state] + more;
  };
  const connected = (state) => {
    since = null;
    wait = failed = 0;
    tell(state);
  };
  const lost = () => {
    since = since || clock();
    tell("lost", " " + since);
  };
  const say = () => {
    for (const one of hall.querySelectorAll("[data-said]")) {
      let said = screen[one.dataset.said];
      if (one.dataset.said === "voted") said = screen.vote && said !== undefined ? said + "/" + screen.vote.of : "";
      else if (said && said.about !== undefined) said = said.about;
      const text = said === undefined || said === null ? "" : String(said), row = one.closest("dl>div");
      if (one.textContent !== text) one.textContent = text;
      if (row && one.dataset.said !== "voted") row.hidden = !text;
    }
    for (const one of hall.querySelectorAll("[data-shown]")) one.hidden = !screen[one.dataset.shown];
  };
  const take = (said, at, whole) => {
    const before = screen;
    screen = whole ? said.s : Object.assign({}, screen, said.s);
    if (at) seq = Math.max(seq, at);
    say();
    for (const [n, hour, words] of said.l || []) {
      if (!list || list.querySelector(`[data-n="${n}"]`)) continue;
      const row = document.createElement("li"), when = document.createElement("b");
      row.dataset.n = n;
      when.className = "num";
      when.textContent = hour;
      row.append(when, " " + words);
      list.prepend(row);
      while (list.children.length > +list.dataset.lines) list.lastChild.remove();
    }
    hall.dispatchEvent(new CustomEvent("hall", { detail: { screen, before, seq } }));
  };
  // Again after a pause that grows, and is another for each reader: a whole gallery never knocks at once.
  const later = (act, least, most) => {
    wait = Math.min(most, Math.max(least, wait * 2));
    clearTimeout(timer);
    timer = setTimeout(act, wait * (0.75 + Math.random() / 2));
  };
  const ask = async () => {
    try {
      const answer = await fetch(base + "hali.json", { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        const said = await answer.json();
        take(said, said.seq, true);
      } else if (answer.status === 403 || answer.status === 404) return lost();
      else if (answer.status !== 304) throw 0;
      connected("asking");
      // Now and then the stream is tried again.
      clearTimeout(timer);
      timer = setTimeout(Math.random() < 0.1 ? open : ask, 8000 + Math.random() * 4000);
    } catch {
      lost();
      later(ask, 2000, 60000);
    }
  };
  const open = () => {
    if (!window.EventSource) return ask();
    stream = new EventSource(base + "mkondo?tangu=" + seq);
    stream.onopen = () => connected("open");
    stream.addEventListener("hali", (event) => take(JSON.parse(event.data), +event.lastEventId, true));
    stream.onmessage = (event) => take(JSON.parse(event.data), +event.lastEventId, false);
    stream.addEventListener("kura", (event) => {
      screen.voted = event.data.split("/")[0];
      say();
    });
    stream.addEventListener("mwisho", () => {
      stream.close();
      lost();
    });
    stream.onerror = () => {
      stream.close();
      lost();
      // Once more by stream, in case the line was cut; then by asking, in case streams don't get here.
      failed += 1;
      later(failed > 1 ? ask : open, 1000, 30000);
    };
  };
  addEventListener("online", () => since && (clearTimeout(timer), stream && stream.close(), open()));
  open();
})();
